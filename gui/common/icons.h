// The icons in the resources, in a colour that reads on the palette.
#pragma once

#include <QIcon>
#include <QPalette>
#include <QString>

namespace heapprof::gui {

/// `name` as in resources/icons, without ending. Line drawings take the palette's text colour, and a paler one when
/// disabled. Needs initResources().
QIcon themedIcon(const QString& name, const QPalette& palette);
/// The program's own icon, in its colours.
QIcon applicationIcon();
/// Makes the resources of the static library known to Qt; any number of times.
void initResources();

}  // namespace heapprof::gui
