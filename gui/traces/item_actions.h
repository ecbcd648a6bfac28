// What all tables and trees of the browser can do: copy rows, and hide columns.
#pragma once

class QAbstractItemView;
class QHeaderView;
class QMimeData;

namespace heapprof::gui {

/// Adds Copy (Ctrl+C: text for people and CSV side by side) and Copy as CSV to the view's actions.
void addCopyActions(QAbstractItemView* view);
/// A context menu on the header that shows and hides columns; the last one stays.
void addColumnMenu(QHeaderView* header);

/// The selected rows' visible columns, top to bottom: tab-separated text, and CSV (RFC 4180) with bare numbers. The
/// caller owns it; null when nothing is selected.
QMimeData* copySelection(const QAbstractItemView* view, QHeaderView* header);

}  // namespace heapprof::gui
