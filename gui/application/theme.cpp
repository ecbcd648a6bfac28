#include "gui/application/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>

#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

void apply(QApplication& application, bool isDark) {
    QApplication::setPalette(paletteOf(isDark));
    application.setStyleSheet(styleSheetOf(isDark));
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
    QApplication::setFont(textFont());
    if (theme != Theme::System) return apply(application, theme == Theme::Dark);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto follow = [isPlatformDark, &application](Qt::ColorScheme scheme) {
        apply(application, scheme == Qt::ColorScheme::Unknown ? isPlatformDark : scheme == Qt::ColorScheme::Dark);
    };
    follow(QGuiApplication::styleHints()->colorScheme());
    QObject::connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, &application, follow);
#else
    apply(application, isPlatformDark);
#endif
}

}  // namespace heapprof::gui
