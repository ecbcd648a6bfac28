#include "gui/summary/summary_texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <cmath>

#include "core/blocks/allocations.h"
#include "core/text/text.h"
#include "gui/common/frame_labels.h"
#include "gui/common/program_text.h"
#include "gui/translations/core_texts.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SummaryTexts)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString perHour(double bytesPerSecond) { return text(formatBytes(std::llround(bytesPerSecond * 3600))); }

/// The parts that resident memory has beside what was recorded.
QString partsText(const ResidentGap& gap, bool hasNative) {
    QStringList parts;
    const auto add = [&](std::int64_t bytes, const QString& what) {
        if (bytes > 0) parts << what.arg(text(formatBytes(bytes)));
    };
    add(gap.before, Words::tr("%1 were there when the recording began"));
    add(gap.freed, Words::tr("%1 had been freed, and not given back to the system"));
    add(gap.rest, hasNative ? Words::tr("%1 are of allocators, stacks, code and files")
                            : Words::tr("%1 were not recorded: likely native memory, which --native records"));
    return parts.join(QStringLiteral("; "));
}

/// Why recording ended, where it did not end with the program.
QString endingText(const Metadata& metadata) {
    if (!metadata.cleanEnd) return {};
    switch (metadata.endReason) {
        case EndReason::LimitReached:
            return Words::tr("Ended when its files reached the size they were allowed");
        case EndReason::Incomplete:
            return Words::tr("Incomplete: something could not be written");
        case EndReason::Continued:
            return Words::tr("Goes on in newer files");
        case EndReason::Stopped:
        case EndReason::ProgramEnded:
            break;
    }
    return {};
}

}  // namespace

QString aboutText(const CaptureInfo& info) {
    const Metadata& metadata = info.metadata;
    QStringList parts;
    if (const QString program = nameOf(programOf(info)); !program.isEmpty()) parts << program;
    if (metadata.process) {
        parts << Words::tr("process %1").arg(metadata.process->pid);
        if (!metadata.process->pythonVersion.empty())
            parts << Words::tr("Python %1").arg(text(printable(metadata.process->pythonVersion)));
    }
    parts << textOf(metadata.sampling);
    return parts.join(QStringLiteral("  \u00B7  "));
}

QString factsText(const Recording& recording) {
    const Metadata& metadata = recording.metadata();
    QStringList facts;
    if (metadata.process) {
        const ProcessInfo& process = *metadata.process;
        if (!process.pythonVersion.empty())
            facts << Words::tr("Python %1, process %2").arg(text(printable(process.pythonVersion))).arg(process.pid);
        if (!process.host.empty()) {
            const QString host = Words::tr("on %1").arg(text(printable(process.host)));
            facts = {facts.isEmpty() ? host : facts.last() + u' ' + host};
        }
    }
    if (metadata.wallStart != 0)
        facts << QLocale().toString(QDateTime::fromMSecsSinceEpoch(metadata.wallStart / 1'000'000),
                                    QLocale::ShortFormat);
    if (recording.hasEvents())
        facts << Words::tr("%1, %2 events", nullptr, pluralOf(static_cast<std::int64_t>(recording.digest().events())))
                     .arg(text(formatTime(recording.end())),
                          QLocale().toString(static_cast<qulonglong>(recording.digest().events())));
    if (metadata.continues) facts << Words::tr("Begins with what was alive in older files");
    if (const QString ending = endingText(metadata); !ending.isEmpty()) facts << ending;
    facts << Words::tr("Recorded: %1").arg(textOf(metadata.sampling));
    return facts.join(u'\n');
}

FindingText textOf(const Finding& finding, const CaptureInfo& info, const FunctionNames& names) {
    const TraceTable& traces = *info.traces;
    const bool hasNative = info.metadata.domains.has(Domain::Native);
    const auto nameOf = [&](LineIndex line) {
        const QString place = text(placeText(traces, line)), function = text(names.of(traces, line));
        return function.isEmpty() ? place : function + QStringLiteral(", ") + place;
    };
    const QString line = finding.line ? nameOf(*finding.line) : QString();
    const QString total = text(formatBytes(finding.total.bytes)), from = text(formatTime(finding.from)),
                  to = text(formatTime(finding.to));
    FindingText found;
    if (!line.isEmpty())
        found.detail = Words::tr("%1 of it through %2").arg(text(formatBytes(finding.ofLine.bytes)), line);
    if (finding.library)
        found.detail +=
            Words::tr("; most in %1: %2").arg(nameOf(*finding.library), text(formatBytes(finding.ofLibrary.bytes)));
    switch (finding.kind) {
        case Finding::Kind::Peak:
            found.title = Words::tr("Peak: %1 at %2").arg(total, to);
            break;
        case Finding::Kind::Growth:
            found.title = Words::tr("Grows by %1 an hour").arg(perHour(finding.slope));
            found.detail = Words::tr("%1; at least %2 an hour (95 %)").arg(line, perHour(finding.slopeLowerBound));
            break;
        case Finding::Kind::LeftOver:
            found.title = Words::tr("Left at the end: %1 allocated after %2").arg(total, from);
            break;
        case Finding::Kind::Churn: {
            const AllocationRate rate = rateOf(finding.total, finding.from, finding.to);
            found.title = Words::tr("Allocated in all: %1, %2 a second")
                              .arg(total, text(formatBytes(static_cast<std::int64_t>(rate.bytes))));
            break;
        }
        case Finding::Kind::Temporary:
            found.title = Words::tr("Temporary: %1 freed within 10 ms").arg(total);
            break;
        case Finding::Kind::Resident:
            found.title = Words::tr("Resident memory: %1 at %2, where %3 are recorded")
                              .arg(total, to, text(formatBytes(finding.gap.recorded)));
            found.detail = partsText(finding.gap, hasNative);
            break;
    }
    return found;
}

}  // namespace heapprof::gui
