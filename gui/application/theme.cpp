#include "gui/application/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>

namespace heapprof::gui {
namespace {

QPalette paletteOf(bool isDark) {
    const QColor text = isDark ? QColor(0xE6, 0xE6, 0xE6) : QColor(0x1B, 0x1E, 0x22);
    const QColor window = isDark ? QColor(0x2A, 0x2C, 0x30) : QColor(0xF1, 0xF2, 0xF4);
    const QColor base = isDark ? QColor(0x1E, 0x20, 0x23) : QColor(0xFF, 0xFF, 0xFF);
    const QColor button = isDark ? QColor(0x37, 0x3A, 0x3F) : QColor(0xE8, 0xEA, 0xED);
    QPalette palette(button, window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, isDark ? QColor(0x25, 0x27, 0x2B) : QColor(0xF6, 0xF8, 0xFA));
    palette.setColor(QPalette::ToolTipBase, isDark ? QColor(0x3A, 0x3D, 0x42) : QColor(0xFF, 0xFF, 0xF2));
    palette.setColor(QPalette::Highlight, isDark ? QColor(0x3D, 0x8B, 0xDB) : QColor(0x2A, 0x76, 0xC6));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, isDark ? QColor(0x6C, 0xB2, 0xF5) : QColor(0x1C, 0x62, 0xB0));
    palette.setColor(QPalette::BrightText, QColor(0xFF, 0x5A, 0x5A));
    QColor placeholder = text;
    placeholder.setAlphaF(0.55f);
    palette.setColor(QPalette::PlaceholderText, placeholder);
    const QColor disabled = isDark ? QColor(0x80, 0x83, 0x88) : QColor(0x9A, 0x9E, 0xA4);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    return palette;
}

}  // namespace

std::optional<Theme> themeOf(const QString& name) {
    if (name == QLatin1String("system")) return Theme::System;
    if (name == QLatin1String("light")) return Theme::Light;
    if (name == QLatin1String("dark")) return Theme::Dark;
    return std::nullopt;
}

void applyTheme(QApplication& application, Theme theme) {
    // The platform's own palette, asked for before the style puts its own in its place.
    const bool isPlatformDark = QApplication::palette().color(QPalette::Window).lightnessF() < 0.5f;
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    if (theme != Theme::System) {
        QApplication::setPalette(paletteOf(theme == Theme::Dark));
        return;
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto follow = [isPlatformDark](Qt::ColorScheme scheme) {
        QApplication::setPalette(
            paletteOf(scheme == Qt::ColorScheme::Unknown ? isPlatformDark : scheme == Qt::ColorScheme::Dark));
    };
    follow(QGuiApplication::styleHints()->colorScheme());
    QObject::connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, &application, follow);
#else
    Q_UNUSED(application);
    QApplication::setPalette(paletteOf(isPlatformDark));
#endif
}

}  // namespace heapprof::gui
