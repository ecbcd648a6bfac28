#include "gui/common/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// Must stand outside of any namespace.
static void registerResources() { Q_INIT_RESOURCE(heapprof); }

namespace heapprof::gui {
namespace {

QByteArray content(const QString& name) {
    QFile file(QStringLiteral(":/heapprof/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void addPixmaps(QIcon& icon, const QByteArray& svg, QIcon::Mode mode, std::initializer_list<int> sizes) {
    QSvgRenderer renderer(svg);
    for (const int size : sizes) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        icon.addPixmap(pixmap, mode);
    }
}

}  // namespace

QIcon themedIcon(const QString& name, const QPalette& palette) {
    const QByteArray svg = content(name);
    QIcon icon;
    for (const auto& [mode, group] :
         {std::pair(QIcon::Normal, QPalette::Active), std::pair(QIcon::Disabled, QPalette::Disabled)}) {
        QByteArray tinted = svg;
        tinted.replace("currentColor", palette.color(group, QPalette::ButtonText).name().toLatin1());
        addPixmaps(icon, tinted, mode, {16, 24, 32, 48, 64});
    }
    return icon;
}

QIcon applicationIcon() {
    QIcon icon;
    addPixmaps(icon, content(QStringLiteral("heapprof-workstation")), QIcon::Normal, {16, 32, 48, 64, 128, 256});
    return icon;
}

void initResources() { registerResources(); }

}  // namespace heapprof::gui
