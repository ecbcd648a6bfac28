#include "gui/exporting/summary_command.h"

#include <cstdio>
#include <exception>
#include <filesystem>

#include "core/summary/findings.h"
#include "core/text/text.h"
#include "gui/common/path_text.h"
#include "gui/common/program_text.h"
#include "gui/exporting/digesting.h"
#include "gui/summary/run_texts.h"
#include "gui/summary/summary_texts.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {

int runSummaryCommand(const QString& path) {
    try {
        const auto capture = Capture::open(pathOf(path));
        const Recording recording = digested(capture);
        QStringList lines{textOf(programOf(*recording.sharedInfo())), factsText(recording), {}};
        if (lines.first().isEmpty()) lines.removeFirst();
        if (const QStringList others = linesOf(runOverviewOf(recording.capture().filebase(), 1)); !others.isEmpty())
            lines << others << QString();
        const FunctionNames names(recording.traces());
        for (const Finding& finding : findings(recording, timelineOf(*capture))) {
            const FindingText text = textOf(finding, *recording.sharedInfo(), names);
            lines << text.title;
            if (!text.detail.isEmpty()) lines << QStringLiteral("    ") + text.detail;
        }
        std::printf("%s\n", lines.join(u'\n').toLocal8Bit().constData());
        return 0;
    } catch (const std::exception& error) {
        return fail(fromCore(error.what()));
    }
}

}  // namespace heapprof::gui
