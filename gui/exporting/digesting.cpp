#include "gui/exporting/digesting.h"

#include <cstdio>

#include "core/digest/digest_builder.h"
#include "core/text/text.h"

namespace heapprof::gui {

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
        std::fprintf(stderr, "\rReading %d %%", percent);
    });
    if (shown >= 0) std::fprintf(stderr, "\rReading 100 %%\n");
    for (const Damage& damage : builder.damage()) std::fprintf(stderr, "warning: %s\n", describe(damage).c_str());
    capture->refresh();
    for (const std::string& warning : capture->info()->metadata.warnings)
        std::fprintf(stderr, "warning: %s\n", printable(warning).c_str());
    return Recording(capture, capture->info(), builder.digest());
}

}  // namespace heapprof::gui
