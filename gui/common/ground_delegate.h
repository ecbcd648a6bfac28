// Paints what lies behind the cells of a table.
#pragma once

#include <QBrush>
#include <QPainter>
#include <QStyledItemDelegate>

namespace heapprof::gui {

/// Shows the model's BackgroundRole: the style sheet's items have no background of their own.
class GroundDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        paintGround(painter, option, index);
        QStyledItemDelegate::paint(painter, option, index);
    }

protected:
    static void paintGround(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) {
        if (const QVariant ground = index.data(Qt::BackgroundRole); ground.isValid())
            painter->fillRect(option.rect, ground.value<QBrush>());
    }
};

}  // namespace heapprof::gui
