#include "gui/common/theme.h"

#include <QApplication>
#include <QPalette>
#include <QSettings>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>
#include <utility>

#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

const QString kSetting = QStringLiteral("theme");
bool s_isStyled = false;
Theme s_applied = Theme::System;
QMetaObject::Connection s_following;  // of the system's changes

void apply(bool isDark) {
    // With no sheet between the two, Qt works out anew what each widget has of the old one: that takes three times as
    // long.
    qApp->setStyleSheet({});
    QApplication::setPalette(paletteOf(isDark));
    qApp->setStyleSheet(styleSheetOf(isDark));
}

/// The platform's own palette, asked for before the style puts its own in its place.
bool isPlatformDark() {
    static const bool isDark = QApplication::palette().color(QPalette::Window).lightnessF() < 0.5f;
    return isDark;
}

void followSystem() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto follow = [](Qt::ColorScheme scheme) {
        apply(scheme == Qt::ColorScheme::Unknown ? isPlatformDark() : scheme == Qt::ColorScheme::Dark);
    };
    follow(QGuiApplication::styleHints()->colorScheme());
    s_following = QObject::connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, qApp, follow);
#else
    apply(isPlatformDark());
#endif
}

}  // namespace

QString nameOf(Theme theme) {
    switch (theme) {
        case Theme::Light:
            return QStringLiteral("light");
        case Theme::Dark:
            return QStringLiteral("dark");
        case Theme::System:
            break;
    }
    return QStringLiteral("system");
}

std::optional<Theme> themeOf(const QString& name) {
    for (const Theme theme : {Theme::System, Theme::Light, Theme::Dark})
        if (name == nameOf(theme)) return theme;
    return std::nullopt;
}

void applyTheme(Theme theme) {
    isPlatformDark();
    if (!std::exchange(s_isStyled, true)) {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        QApplication::setFont(textFont());
    }
    QObject::disconnect(s_following);
    s_applied = theme;
    if (theme == Theme::System) return followSystem();
    apply(theme == Theme::Dark);
}

Theme appliedTheme() { return s_applied; }

Theme chosenTheme() { return themeOf(QSettings().value(kSetting).toString()).value_or(Theme::System); }

void chooseTheme(Theme theme) {
    QSettings().setValue(kSetting, nameOf(theme));
    applyTheme(theme);
}

}  // namespace heapprof::gui
