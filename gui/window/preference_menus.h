// The menus of what a user chooses once, for all captures.
#pragma once

class QMenu;
class QWidget;

namespace heapprof::gui {

/// Colours: as the desktop, light or dark.
QMenu* makeThemeMenu(QWidget* parent);
/// The editor: presets, and the command in use to be changed.
QMenu* makeEditorMenu(QWidget* parent);

}  // namespace heapprof::gui
