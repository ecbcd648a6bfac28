// Paths as texts. A path is any bytes, and a text is Unicode: bytes that are no UTF-8 become lone surrogates, as in
// Python, so that the path comes back from its text as it was. Qt's own conversions lose them.
#pragma once

#include <QString>
#include <QUrl>
#include <filesystem>

namespace heapprof::gui {

QString textOfPath(const std::filesystem::path& path);
std::filesystem::path pathOf(const QString& text);
/// Of a local file.
QString pathTextOf(const QUrl& url);

}  // namespace heapprof::gui
