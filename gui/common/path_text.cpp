#include "gui/common/path_text.h"

#include <QByteArray>
#include <QStringDecoder>

namespace heapprof::gui {
namespace {

constexpr char16_t kFirstEscape = 0xDC80, kLastEscape = 0xDCFF;

bool isEscape(QChar letter) { return letter.unicode() >= kFirstEscape && letter.unicode() <= kLastEscape; }

/// The length of the valid sequence that `bytes` begin with; 0 when there is none.
qsizetype sequenceAt(QByteArrayView bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const qsizetype length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
    if (length == 0 || length > bytes.size()) return 0;
    return bytes.first(length).isValidUtf8() ? length : 0;
}

QString textOfBytes(const QByteArray& bytes) {
    if (bytes.isValidUtf8()) return QString::fromUtf8(bytes);
    QString text;
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype length = sequenceAt(QByteArrayView(bytes).sliced(at));
        if (length > 0)
            text += QString::fromUtf8(bytes.constData() + at, length);
        else
            text += QChar(static_cast<char16_t>(0xDC00 + static_cast<unsigned char>(bytes[at])));
        at += std::max<qsizetype>(length, 1);
    }
    return text;
}

}  // namespace

QString textOfPath(const std::filesystem::path& path) { return textOfBytes(QByteArray::fromStdString(path.string())); }

std::filesystem::path pathOf(const QString& text) {
    std::string bytes;
    for (qsizetype at = 0; at < text.size();) {
        // The second half of a pair is not an escape: a pair is passed over as a whole.
        if (isEscape(text[at])) {
            bytes += static_cast<char>(text[at++].unicode() - 0xDC00);
            continue;
        }
        qsizetype end = at + 1;
        while (end < text.size() && (!isEscape(text[end]) || text[end - 1].isHighSurrogate())) ++end;
        bytes += QStringView(text).sliced(at, end - at).toUtf8().toStdString();
        at = end;
    }
    return bytes;
}

QString elidedPath(const QString& path, const QFontMetricsF& metrics, double width) {
    if (metrics.horizontalAdvance(path) <= width) return path;
    const qsizetype lastSlash = path.lastIndexOf(u'/', -2);  // of a folder the one before its end
    for (qsizetype slash = path.indexOf(u'/', 1); slash >= 0 && slash <= lastSlash;
         slash = path.indexOf(u'/', slash + 1)) {
        const QString end = QChar(0x2026) + path.sliced(slash);
        if (metrics.horizontalAdvance(end) <= width) return end;
    }
    const QString name = path.sliced(lastSlash + 1);
    return metrics.horizontalAdvance(name) <= width ? name : metrics.elidedText(name, Qt::ElideLeft, width);
}

QString pathTextOf(const QUrl& url) {
    return textOfBytes(QByteArray::fromPercentEncoding(url.path(QUrl::FullyEncoded).toLatin1()));
}

}  // namespace heapprof::gui
