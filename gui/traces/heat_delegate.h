// Paints a meter beside the shares of a table.
#pragma once

#include "gui/common/ground_delegate.h"

namespace heapprof::gui {

/// Leaves a little air around the text, and shortens paths at their beginning. A meter beside the number is as
/// full as the cell's HeatRole says; in a difference its colour tells growth from shrinkage.
class HeatDelegate : public GroundDelegate {
    Q_OBJECT

public:
    using GroundDelegate::GroundDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

/// The bar's colour for a share in [-1, 1]: the warmer, the more.
QColor heatColour(double share, bool isDifference, const QPalette& palette);

}  // namespace heapprof::gui
