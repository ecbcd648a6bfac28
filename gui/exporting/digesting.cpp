#include "gui/exporting/digesting.h"

#include <QCoreApplication>
#include <cstdio>

#include "core/digest/digest_builder.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Digesting)
};

void say(const QString& line) { std::fprintf(stderr, "%s", line.toLocal8Bit().constData()); }
void warn(const QString& what) { say(Words::tr("warning: %1").arg(what) + u'\n'); }

}  // namespace

int fail(const QString& reason, int code) {
    std::fprintf(stderr, "heapprof-workstation: %s\n", reason.toLocal8Bit().constData());
    return code;
}

Recording digested(const std::shared_ptr<Capture>& capture) {
    DigestBuilder builder(capture);
    int shown = -1;
    builder.run({}, [&](const DigestProgress& progress) {
        const int percent = progress.bytesTotal ? static_cast<int>(progress.bytesDone * 100 / progress.bytesTotal) : 0;
        if (percent == shown) return;
        shown = percent;
        say(u'\r' + Words::tr("Reading %1 %").arg(percent));
    });
    if (shown >= 0) say(u'\r' + Words::tr("Reading %1 %").arg(100) + u'\n');
    for (const Damage& damage : builder.damage()) warn(textOf(damage));
    capture->refresh();
    for (const std::string& warning : capture->info()->metadata.warnings) warn(fromCore(warning));
    return Recording(capture, capture->info(), builder.digest());
}

}  // namespace heapprof::gui
