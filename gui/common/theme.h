// Light and dark: as the system has it, as the command line says, or as the user chose.
#pragma once

#include <QString>
#include <optional>

namespace heapprof::gui {

enum class Theme { System, Light, Dark };

/// "system", "light", "dark".
QString nameOf(Theme theme);
std::optional<Theme> themeOf(const QString& name);

/// Sets style and palette of the application, at any time; System follows later changes, too.
void applyTheme(Theme theme);

/// What applyTheme() was given last; System at first.
Theme appliedTheme();
/// What the user chose last; System at first.
Theme chosenTheme();
/// Applies it and remembers it.
void chooseTheme(Theme theme);

}  // namespace heapprof::gui
