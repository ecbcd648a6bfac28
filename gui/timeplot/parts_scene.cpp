#include "gui/timeplot/parts_scene.h"

#include <QCoreApplication>

#include "core/text/text.h"
#include "core/traces/frame_grouping.h"
#include "core/traces/shown_frames.h"
#include "gui/common/colours.h"
#include "gui/common/domain_titles.h"
#include "gui/common/frame_labels.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kShownParts = 10;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PartsScene)
};

QString text(std::string_view utf8) { return QString::fromStdString(printable(utf8)); }

/// Evenly over the range, the ends and the peak among them, so that no peak is cut off.
std::vector<Instant> instantsOf(const Recording& recording, const TraceSet& counted, const PartsScene::Question& asked,
                                const std::stop_token& stop) {
    const PlotRange& range = asked.range;
    const Micros end = recording.end();
    const PlotRange::Span span = range.span.value_or(PlotRange::Span{Micros(0), end});
    const std::size_t steps = std::max<std::size_t>(2, range.steps);
    std::vector<Instant> instants;
    for (std::size_t i = 0; i <= steps; ++i) {
        const auto share = static_cast<double>(i) / static_cast<double>(steps);
        const double time =
            static_cast<double>(span.begin.count) + share * static_cast<double>((span.end - span.begin).count);
        instants.emplace_back(std::min(end, Micros(std::llround(time))));
    }
    const Measure measure = asked.counted.measure;
    if (counted.isAll() && measure == Measure::ByteCount)
        if (const Peak peak = peakOf(recording, counted, stop); peak.amount > 0)
            if (peak.instant.time >= span.begin && peak.instant.time <= span.end) instants.push_back(peak.instant);
    std::ranges::sort(instants);
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    return instants;
}

/// What traces of the part have in common, by code.
void describeCode(const TraceTable& traces, FrameIndex frame, PartsBy by, PartsScene::Entry& entry) {
    const std::string& file = traces.file(frame);
    TraceFilter filter;
    switch (by) {
        case PartsBy::Line:
            entry.name = QString::fromStdString(groupLabel(traces, frame, Grouping::Line));
            entry.line = filter.line = traces.lineOf(frame);
            break;
        case PartsBy::Function:
            entry.name = QString::fromStdString(groupLabel(traces, frame, Grouping::Function));
            filter.by = TraceFilter::By::Function;
            filter.function = traces.frame(frame).function;
            filter.name = traces.functionName(frame);
            break;
        case PartsBy::File:
            entry.name = text(file);
            filter.by = TraceFilter::By::File;
            filter.name = file;
            break;
        default:
            filter.by = TraceFilter::By::Module;
            filter.name = std::string(moduleOf(file).name);
            entry.name = text(filter.name);
    }
    entry.filter = filter;
}

/// Traces without the label are no entry of their own value, but excluded by its name.
void describeLabel(const TraceTable& traces, TraceIndex member, const std::string& label, PartsScene::Entry& entry) {
    TraceFilter filter{TraceFilter::By::Label, {}, {}, label};
    if (const std::string* const value = traces.findLabel(member, label)) {
        filter.value = *value;
        entry.name = text(*filter.value);
    } else {
        filter.isExcluded = true;
        entry.name = Words::tr("(without the label)");
    }
    entry.filter = filter;
}

PartsScene::Entry entryOf(const TraceTable& traces, const ShownFrames& shown, TraceIndex member,
                          const PartsOptions& options) {
    PartsScene::Entry entry;
    const Trace& trace = traces.trace(member);
    if (options.by == PartsBy::Label) {
        describeLabel(traces, member, options.label, entry);
    } else if (options.by == PartsBy::Domain) {
        entry.name = titleOf(trace.domain);
    } else if (options.by == PartsBy::Thread) {
        const std::string& name = traces.thread(trace.thread).name;
        entry.name = name.empty() ? Words::tr("(thread without a name)") : text(name);
        entry.filter = TraceFilter{TraceFilter::By::Thread, {}, {}, name};
    } else if (const NodeIndex node = shown.innermost(trace.leaf); node.value != 0) {
        entry.frame = traces.node(node).frame;
        describeCode(traces, *entry.frame, options.by, entry);
    } else {
        entry.name = Words::tr("(no Python code)");
    }
    return entry;
}

void addAmounts(PartsScene& scene) {
    constexpr std::uint32_t kNotShown = ~0u;
    std::vector<std::uint32_t> entryOfPart(scene.parts->count(), kNotShown);
    for (std::size_t i = 0; i < scene.series->parts.size(); ++i)
        entryOfPart[scene.series->parts[i].part] = static_cast<std::uint32_t>(i);
    for (const TraceEstimate& each : scene.result->snapshot().traces) {
        const std::uint32_t entry = entryOfPart[scene.parts->of(each.trace)];
        if (entry != kNotShown)
            scene.entries[entry].now += each.usage;
        else if (scene.entries.size() > scene.series->parts.size())
            scene.entries.back().now += each.usage;
    }
}

}  // namespace

std::shared_ptr<const PartsScene> makePartsScene(std::shared_ptr<const InstantResult> result, const PlotRange& range,
                                                 const PartsOptions& options, const PartsScene* known,
                                                 std::stop_token stop) {
    auto scene = std::make_shared<PartsScene>();
    const Recording& recording = result->recording;
    scene->question = {recording.sharedDigest(), result->info, result->counted, range, options.by, options.label};
    scene->result = std::move(result);
    const TraceTable& traces = recording.traces();
    if (known && known->question == scene->question) {
        scene->parts = known->parts;
        scene->series = known->series;
    } else {
        const TraceSet counted = scene->question.counted.traces(recording);
        scene->parts = std::make_shared<const TraceParts>(traces, options.by, options.label);
        scene->series = std::make_shared<const PartsOverTime>(
            partsOverTime(recording, *scene->parts, counted, instantsOf(recording, counted, scene->question, stop),
                          kShownParts, stop, scene->result->measure()));
        if (stop.stop_requested()) return nullptr;
    }
    const ShownFrames shown(traces);
    for (const PartsOverTime::Part& part : scene->series->parts) {
        scene->entries.push_back(entryOf(traces, shown, scene->parts->member(part.part), options));
        scene->entries.back().colour = seriesColour(scene->entries.size() - 1);
    }
    if (scene->series->otherCount > 0) {
        PartsScene::Entry others;
        others.name = Words::tr("others: %1").arg(scene->series->otherCount);
        others.colour = QColor(0x8A, 0x93, 0x9E);
        scene->entries.push_back(others);
    }
    addAmounts(*scene);
    scene->shareBase = scene->result->shareBase();
    return scene;
}

std::vector<bool> matchesIn(const PartsScene& scene, const SearchMatches& matches) {
    const PartsBy by = scene.question.by;
    const Grouping grouping = by == PartsBy::Function ? Grouping::Function
                              : by == PartsBy::File   ? Grouping::File
                                                      : Grouping::Module;
    const bool isByLine = by == PartsBy::Line;
    const std::vector<bool> frames =
        isByLine ? std::vector<bool>() : FrameGrouping(scene.result->traces(), grouping).framesWith(matches.frames);
    std::vector<bool> result;
    for (const PartsScene::Entry& entry : scene.entries)
        result.push_back(isByLine ? entry.line && matches.has(*entry.line) : entry.frame && frames[entry.frame->value]);
    return result;
}

}  // namespace heapprof::gui
