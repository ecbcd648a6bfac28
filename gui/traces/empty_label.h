// A word where a table or a tree is empty.
#pragma once

#include <QAbstractItemView>
#include <QLabel>
#include <QString>

namespace heapprof::gui {

/// In the middle of the view called `name`: why it is empty.
QLabel* makeEmptyLabel(QAbstractItemView* view, const QString& name);

}  // namespace heapprof::gui
