#include "gui/summary/run_texts.h"

#include <QCoreApplication>

#include "core/text/text.h"
#include "gui/common/path_text.h"
#include "gui/common/program_text.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RunTexts)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString fileOf(const std::filesystem::path& filebase) { return textOfPath(filebase); }

QString fileNameOf(const std::filesystem::path& filebase) { return text(printable(filebase.filename().string())); }

/// What is known of its program; otherwise its file.
QString namedBy(const QString& program, const RunOverview::Member& member) {
    return program.isEmpty() ? fileNameOf(member.filebase) : program;
}

QString processOf(const Overview& overview) {
    return overview.metadata.process ? Words::tr("process %1").arg(overview.metadata.process->pid) : QString();
}

}  // namespace

QStringList factsOf(const Overview& overview) {
    QStringList facts;
    if (!overview.curve.empty())
        facts << Words::tr("peak %1").arg(text(formatBytes(overview.peakBytes))) << text(formatTime(overview.end));
    const Metadata& metadata = overview.metadata;
    if (metadata.ancestor && metadata.process && metadata.ancestor->pid == metadata.process->parentPid)
        facts << Words::tr("child of %1").arg(metadata.ancestor->pid);
    if (overview.isBeingWritten) facts << Words::tr("still being recorded");
    return facts;
}

std::vector<CaptureRow> rowsOf(const RunOverview& run) {
    std::vector<CaptureRow> rows;
    for (std::size_t i = 0; i < run.members.size(); ++i) {
        const RunOverview::Member& member = run.members[i];
        rows.push_back({fileOf(member.filebase),
                        namedBy(textOf(member.overview.program), member),
                        processOf(member.overview),
                        {},
                        factsOf(member.overview),
                        member.overview.curve,
                        i == run.asked});
    }
    for (const std::filesystem::path& filebase : run.unreadable)
        rows.push_back({fileOf(filebase),
                        fileNameOf(filebase),
                        {},
                        {},
                        {Words::tr("cannot be read; it may be of this run")},
                        {},
                        false});
    return rows;
}

QString mostMemoryText(const RunOverview& run) {
    const RunOverview::Member* most = run.farGreater();
    if (!most) return {};
    QStringList parts{namedBy(nameOf(most->overview.program), *most)};
    if (const QString process = processOf(most->overview); !process.isEmpty()) parts << process;
    parts << text(formatBytes(most->overview.peakBytes));
    return Words::tr("Most memory: %1").arg(parts.join(QStringLiteral(", ")));
}

QStringList linesOf(const RunOverview& run) {
    if (!run.hasOthers()) return {};
    QStringList lines{Words::tr("Processes of this run")};
    if (const QString most = mostMemoryText(run); !most.isEmpty()) lines << most;
    for (const CaptureRow& row : rowsOf(run)) {
        QStringList parts{row.title};
        if (!row.beside.isEmpty()) parts << row.beside;
        parts += row.facts;
        const QString line = QStringLiteral("    ") + parts.join(QStringLiteral(", "));
        lines << (row.isCurrent ? Words::tr("%1 (this one)").arg(line) : line);
    }
    return lines;
}

}  // namespace heapprof::gui
