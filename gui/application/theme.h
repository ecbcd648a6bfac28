// Light and dark, as the system has it or as the command line says.
#pragma once

#include <QString>
#include <optional>

class QApplication;

namespace heapprof::gui {

enum class Theme { System, Light, Dark };

/// "system", "light", "dark".
std::optional<Theme> themeOf(const QString& name);
/// Sets style and palette of the application; System follows later changes, too.
void applyTheme(QApplication& application, Theme theme);

}  // namespace heapprof::gui
