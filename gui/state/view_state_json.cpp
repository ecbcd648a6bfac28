#include "gui/state/view_state_json.h"

#include <QJsonArray>
#include <QString>
#include <cmath>

#include "core/capture/event.h"
#include "core/text/text.h"
#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kMost = 1000;       // filters, lines: more are of no use on screen
constexpr std::size_t kDeepest = 50'000;  // frames

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// Whole numbers of 64 bits, of which a JSON number would round the large ones.
QJsonValue numberToJson(std::uint64_t number) { return QString::number(number); }
std::optional<std::uint64_t> numberOf(const QJsonValue& json) {
    bool isNumber = false;
    const std::uint64_t number = json.toString().toULongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

QJsonValue toJson(const std::optional<Instant>& instant) {
    if (!instant) return QJsonValue::Null;
    return QJsonArray{numberToJson(static_cast<std::uint64_t>(instant->time.count)), numberToJson(instant->events)};
}
std::optional<Instant> instantOf(const QJsonValue& json) {
    const auto time = numberOf(json.toArray().at(0)), events = numberOf(json.toArray().at(1));
    if (!time || !events || *time > static_cast<std::uint64_t>(kLatestTime)) return std::nullopt;
    return Instant(Micros(static_cast<std::int64_t>(*time)), *events);
}

/// A number of 0 to `last`.
template <typename Enum>
void readEnum(const QJsonValue& json, Enum last, Enum& value) {
    const int number = json.toInt(-1);
    if (number >= 0 && number <= static_cast<int>(last)) value = static_cast<Enum>(number);
}

QJsonObject toJson(LineIndex line, const TraceTable& traces) {
    return {{QStringLiteral("number"), static_cast<qint64>(line.value)},
            {QStringLiteral("text"), text(lineText(traces, line))}};
}
std::optional<LineIndex> lineOf(const QJsonValue& json, const TraceTable& traces) {
    const double number = json[QStringLiteral("number")].toDouble(-1);
    if (!(number >= 0 && number < static_cast<double>(traces.lineCount()))) return std::nullopt;
    const LineIndex line(static_cast<std::uint32_t>(number));
    if (text(lineText(traces, line)) != json[QStringLiteral("text")].toString()) return std::nullopt;
    return line;
}

QJsonObject toJson(const TraceFilter& filter, const TraceTable& traces) {
    QJsonObject json{{QStringLiteral("by"), static_cast<int>(filter.by)},
                     {QStringLiteral("name"), text(filter.name)},
                     {QStringLiteral("isExcluded"), filter.isExcluded},
                     {QStringLiteral("code"), static_cast<int>(filter.code)}};
    if (filter.by == TraceFilter::By::Line) json[QStringLiteral("line")] = toJson(filter.line, traces);
    if (filter.by == TraceFilter::By::Function)
        json[QStringLiteral("function")] = static_cast<qint64>(filter.function.value);
    if (filter.value) json[QStringLiteral("value")] = text(*filter.value);
    return json;
}
std::optional<TraceFilter> filterOf(const QJsonValue& json, const TraceTable& traces) {
    const int by = json[QStringLiteral("by")].toInt(-1);
    if (by < 0 || by > static_cast<int>(TraceFilter::By::Label)) return std::nullopt;
    TraceFilter filter;
    filter.by = static_cast<TraceFilter::By>(by);
    filter.name = json[QStringLiteral("name")].toString().toStdString();
    filter.isExcluded = json[QStringLiteral("isExcluded")].toBool();
    readEnum(json[QStringLiteral("code")], ModuleKind::Internal, filter.code);
    if (json[QStringLiteral("value")].isString()) filter.value = json[QStringLiteral("value")].toString().toStdString();
    if (filter.by == TraceFilter::By::Line) {
        const auto line = lineOf(json[QStringLiteral("line")], traces);
        if (!line) return std::nullopt;
        filter.line = *line;
    } else if (filter.by == TraceFilter::By::Function) {
        const double number = json[QStringLiteral("function")].toDouble(-1);
        if (!(number >= 0 && number < static_cast<double>(traces.functionCount()))) return std::nullopt;
        filter.function = FunctionIndex(static_cast<std::uint32_t>(number));
        if (traces.string(traces.function(filter.function).name) != filter.name) return std::nullopt;
    } else if (filter.by == TraceFilter::By::Pattern && !SearchText::expression(filter.name).problem().empty()) {
        return std::nullopt;
    }
    return filter;
}

QJsonObject toJson(const HiddenFrames& hidden) {
    QJsonArray modules;
    for (const std::string& module : hidden.modules) modules.append(text(module));
    return {{QStringLiteral("internal"), hidden.internal},
            {QStringLiteral("standardLibrary"), hidden.standardLibrary},
            {QStringLiteral("sitePackages"), hidden.sitePackages},
            {QStringLiteral("modules"), modules}};
}
HiddenFrames hiddenOf(const QJsonValue& json) {
    HiddenFrames hidden;
    hidden.internal = json[QStringLiteral("internal")].toBool(hidden.internal);
    hidden.standardLibrary = json[QStringLiteral("standardLibrary")].toBool();
    hidden.sitePackages = json[QStringLiteral("sitePackages")].toBool();
    for (const QJsonValue& module : json[QStringLiteral("modules")].toArray())
        if (module.isString() && hidden.modules.size() < kMost)
            hidden.modules.push_back(module.toString().toStdString());
    return hidden;
}

QJsonObject toJson(const CallPath& path, const TraceTable& traces) {
    QJsonArray frames;
    for (const FrameIndex frame : path.frames) frames.append(static_cast<qint64>(frame.value));
    QJsonObject json{{QStringLiteral("frames"), frames}};
    if (path.thread) json[QStringLiteral("thread")] = static_cast<qint64>(path.thread->value);
    if (!path.frames.empty()) json[QStringLiteral("last")] = toJson(traces.lineOf(path.frames.back()), traces);
    return json;
}
CallPath pathOf(const QJsonValue& json, const TraceTable& traces) {
    CallPath path;
    const auto numberBelow = [](const QJsonValue& value, std::size_t end) -> std::optional<std::uint32_t> {
        const double number = value.toDouble(-1);
        return number >= 0 && number < static_cast<double>(end) ? std::optional(static_cast<std::uint32_t>(number))
                                                                : std::nullopt;
    };
    if (!json[QStringLiteral("thread")].isUndefined()) {
        const auto thread = numberBelow(json[QStringLiteral("thread")], traces.threadCount());
        if (!thread) return {};
        path.thread = ThreadIndex(*thread);
    }
    for (const QJsonValue& each : json[QStringLiteral("frames")].toArray()) {
        const auto frame = numberBelow(each, traces.frameCount());
        if (!frame || path.frames.size() == kDeepest) return {};
        path.frames.emplace_back(*frame);
    }
    if (!path.frames.empty() && lineOf(json[QStringLiteral("last")], traces) != traces.lineOf(path.frames.back()))
        return {};
    return path;
}

void readFraction(const QJsonValue& json, double& value) {
    const double number = json.toDouble(-1);
    if (number >= 0 && number <= 1) value = number;
}

}  // namespace

QJsonObject toJson(const ViewState& state, const TraceTable& traces) {
    QJsonArray filters, pinned;
    for (const TraceFilter& filter : state.filters) filters.append(toJson(filter, traces));
    for (const LineIndex line : state.pinnedLines) pinned.append(toJson(line, traces));
    QJsonArray domains;
    for (const Domain domain : kDomains)
        if (state.domains.has(domain)) domains.append(text(std::string(nameOf(domain))));
    QJsonObject json{{QStringLiteral("time"), toJson(state.time)},
                     {QStringLiteral("compareTime"), toJson(state.compareTime)},
                     {QStringLiteral("mode"), static_cast<int>(state.mode)},
                     {QStringLiteral("domains"), domains},
                     {QStringLiteral("measure"), text(std::string(nameOf(state.measure)))},
                     {QStringLiteral("filters"), filters},
                     {QStringLiteral("pinned"), pinned},
                     {QStringLiteral("showsResident"), state.showsResident},
                     {QStringLiteral("showsResidentKinds"), state.showsResidentKinds},
                     {QStringLiteral("plotsShares"), state.plotsShares},
                     {QStringLiteral("grouping"), static_cast<int>(state.tree.grouping)},
                     {QStringLiteral("bottomUp"), state.tree.bottomUp},
                     {QStringLiteral("mergeRecursion"), state.tree.mergeRecursion},
                     {QStringLiteral("threadsFirst"), state.tree.threadsFirst},
                     {QStringLiteral("hidden"), toJson(state.tree.hidden)},
                     {QStringLiteral("minNode"), state.flow.minNodeFraction},
                     {QStringLiteral("minEdge"), state.flow.minEdgeFraction},
                     {QStringLiteral("collapse"), state.flow.collapse},
                     {QStringLiteral("sizeBySelf"), state.flow.sizeBySelfUsage},
                     {QStringLiteral("parts"), static_cast<int>(state.parts.by)},
                     {QStringLiteral("partsLabel"), text(state.parts.label)},
                     {QStringLiteral("areShares"), state.parts.isShare}};
    if (!state.focus.empty()) json[QStringLiteral("focus")] = toJson(state.focus, traces);
    if (state.selectedLine) json[QStringLiteral("selected")] = toJson(*state.selectedLine, traces);
    if (state.generationOf)
        json[QStringLiteral("generationOf")] = QJsonArray{toJson(std::optional(state.generationOf->from)),
                                                          toJson(std::optional(state.generationOf->until))};
    return json;
}

ViewState viewStateOf(const QJsonObject& json, const TraceTable& traces) {
    ViewState state;
    const auto read = [&](const char* name) { return json[QLatin1String(name)]; };
    state.time = instantOf(read("time"));
    state.compareTime = instantOf(read("compareTime"));
    readEnum(read("mode"), IntervalMode::Temporary, state.mode);
    const QJsonArray generation = read("generationOf").toArray();
    const auto from = instantOf(generation.at(0)), until = instantOf(generation.at(1));
    if (from && until && state.compareTime) state.generationOf = GenerationSpan{*from, *until};
    DomainSet domains;
    for (const QJsonValue& name : read("domains").toArray())
        if (const auto domain = domainOf(name.toString().toStdString())) domains.set(*domain, true);
    if (!domains.isEmpty()) state.domains = domains;
    state.measure = measureOf(read("measure").toString().toStdString()).value_or(state.measure);
    for (const QJsonValue& each : read("filters").toArray()) {
        const auto filter = filterOf(each, traces);
        if (filter && state.filters.size() < kMost) state.filters.push_back(*filter);
    }
    for (const QJsonValue& each : read("pinned").toArray()) {
        const auto line = lineOf(each, traces);
        if (line && state.pinnedLines.size() < kMost) state.pinnedLines.push_back(*line);
    }
    state.selectedLine = lineOf(read("selected"), traces);
    state.showsResident = read("showsResident").toBool(state.showsResident);
    state.showsResidentKinds = read("showsResidentKinds").toBool();
    state.plotsShares = read("plotsShares").toBool();
    readEnum(read("grouping"), Grouping::Module, state.tree.grouping);
    state.tree.bottomUp = read("bottomUp").toBool();
    state.tree.mergeRecursion = read("mergeRecursion").toBool();
    state.tree.threadsFirst = read("threadsFirst").toBool();
    state.tree.hidden = hiddenOf(read("hidden"));
    state.focus = pathOf(read("focus"), traces);
    readFraction(read("minNode"), state.flow.minNodeFraction);
    readFraction(read("minEdge"), state.flow.minEdgeFraction);
    state.flow.collapse = read("collapse").toBool(state.flow.collapse);
    state.flow.sizeBySelfUsage = read("sizeBySelf").toBool(state.flow.sizeBySelfUsage);
    readEnum(read("parts"), PartsBy::Label, state.parts.by);
    state.parts.label = read("partsLabel").toString().toStdString();
    state.parts.isShare = read("areShares").toBool();
    return state;
}

}  // namespace heapprof::gui
