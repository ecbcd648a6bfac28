// Paths as texts. A path is any bytes, and a text is Unicode: bytes that are no UTF-8 become lone surrogates, as in
// Python, so that the path comes back from its text as it was. Qt's own conversions lose them.
#pragma once

#include <QFontMetricsF>
#include <QString>
#include <QUrl>
#include <filesystem>

namespace heapprof::gui {

QString textOfPath(const std::filesystem::path& path);
std::filesystem::path pathOf(const QString& text);
/// As much of its end as has room, which tells most: whole folders, and part of a name only where not even the last one
/// has room. A folder's path may end with '/'.
QString elidedPath(const QString& path, const QFontMetricsF& metrics, double width);
/// Of a local file.
QString pathTextOf(const QUrl& url);

}  // namespace heapprof::gui
