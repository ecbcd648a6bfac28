// What the tables and the trees of this folder have in common: a filter above, a word where there is nothing.
#pragma once

#include <QAbstractItemView>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QString>

namespace heapprof::gui {

/// The filter of the view called `name`.
QLineEdit* makeFilter(const QString& name, const QString& accessibleName);
/// In the middle of `view`: why it is empty.
QLabel* makeEmptyLabel(QAbstractItemView* view, const QString& name);
/// `filter`, and `besides` if any, above `view`.
void layOutFiltered(QWidget* page, QLineEdit* filter, QWidget* besides, QAbstractItemView* view);

}  // namespace heapprof::gui
