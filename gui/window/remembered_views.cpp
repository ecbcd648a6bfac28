#include "gui/window/remembered_views.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QSettings>

#include "gui/common/path_text.h"
#include "gui/document/document.h"

namespace heapprof::gui::remembered_views {
namespace {

constexpr int kVersion = 1;
constexpr qint64 kLargestFile = 1 << 20;
constexpr qsizetype kLargestPanes = 1 << 16;

/// A capture is one, whichever of its files is named.
QString nameOf(const QString& capture) {
    const std::filesystem::path base = withoutExtension(pathOf(capture));
    std::error_code unknown;
    return textOfPath(std::filesystem::canonical(base.parent_path(), unknown) / base.filename());
}

QString fileOf(const QString& capture) {
    const QByteArray hash = QCryptographicHash::hash(nameOf(capture).toUtf8(), QCryptographicHash::Sha1);
    return QDir(folder()).filePath(QString::fromLatin1(hash.toHex()) + QStringLiteral(".json"));
}

/// Which recording it is.
QString identityOf(const Metadata& metadata) {
    const QByteArray uuid(reinterpret_cast<const char*>(metadata.uuid.data()),
                          static_cast<qsizetype>(metadata.uuid.size()));
    return QString::fromLatin1(uuid.toHex()) + u'-' + QString::number(metadata.wallStart);
}

std::optional<PlotRange::Span> spanOf(const QJsonArray& json) {
    const double begin = json.at(0).toDouble(-1), end = json.at(1).toDouble(-1);
    if (!(begin >= 0 && end > begin && end < 1e17)) return std::nullopt;
    return PlotRange::Span{Micros(static_cast<std::int64_t>(begin)), Micros(static_cast<std::int64_t>(end))};
}

void dropTheOldest() {
    const QFileInfoList files = QDir(folder()).entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Time);
    for (qsizetype i = kMost; i < files.size(); ++i) QFile::remove(files[i].filePath());
}

}  // namespace

QString folder() { return QFileInfo(QSettings().fileName()).absolutePath() + QStringLiteral("/views"); }

std::optional<RememberedView> find(const QString& capture, const Metadata& metadata) {
    QFile file(fileOf(capture));
    if (file.size() > kLargestFile || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    if (json[QStringLiteral("version")].toInt() != kVersion ||
        json[QStringLiteral("recording")].toString() != identityOf(metadata))
        return std::nullopt;
    RememberedView view;
    view.state = json[QStringLiteral("state")].toObject();
    view.inSight = spanOf(json[QStringLiteral("inSight")].toArray());
    view.picture = json[QStringLiteral("picture")].toString();
    view.table = json[QStringLiteral("table")].toString();
    view.columns = json[QStringLiteral("columns")].toObject();
    view.panes = QByteArray::fromBase64(json[QStringLiteral("panes")].toString().toLatin1());
    if (view.panes.size() > kLargestPanes) view.panes.clear();
    return view;
}

void keep(const QString& capture, const Metadata& metadata, const RememberedView& view) {
    QJsonObject json{{QStringLiteral("version"), kVersion},
                     {QStringLiteral("capture"), nameOf(capture)},  // for who looks into the folder
                     {QStringLiteral("recording"), identityOf(metadata)},
                     {QStringLiteral("state"), view.state},
                     {QStringLiteral("picture"), view.picture},
                     {QStringLiteral("table"), view.table},
                     {QStringLiteral("columns"), view.columns},
                     {QStringLiteral("panes"), QString::fromLatin1(view.panes.toBase64())}};
    if (view.inSight)
        json[QStringLiteral("inSight")] =
            QJsonArray{static_cast<qint64>(view.inSight->begin.count), static_cast<qint64>(view.inSight->end.count)};
    if (!QDir().mkpath(folder())) return;
    QSaveFile file(fileOf(capture));
    if (!file.open(QIODevice::WriteOnly)) return;
    file.write(QJsonDocument(json).toJson(QJsonDocument::Compact));
    if (file.commit()) dropTheOldest();
}

void forget(const QString& capture) { QFile::remove(fileOf(capture)); }

}  // namespace heapprof::gui::remembered_views
