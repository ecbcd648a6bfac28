#include "gui/common/time_of_day.h"

#include <QDateTime>
#include <QLocale>

namespace heapprof::gui {
namespace {

QString at(const CaptureInfo& info, Micros time, const QString& format) {
    if (info.metadata.wallStart == 0) return {};
    const auto moment = QDateTime::fromMSecsSinceEpoch(info.metadata.wallStart / 1'000'000 + time.count / 1000);
    return QLocale().toString(moment, format);
}

}  // namespace

QString timeOfDay(const CaptureInfo& info, Micros time) { return at(info, time, QStringLiteral("HH:mm:ss")); }

QString beginningOf(const CaptureInfo& info) { return at(info, Micros(0), QStringLiteral("yyyy-MM-dd HH:mm:ss")); }

}  // namespace heapprof::gui
