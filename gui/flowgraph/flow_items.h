// The drawn boxes and edges of a flow graph.
#pragma once

#include <QGraphicsItem>
#include <QPainterPath>
#include <QPalette>
#include <QPolygonF>

#include "gui/flowgraph/box_content.h"

namespace heapprof::gui {

/// How an item stands out. Several may hold at once.
struct ItemLook {
    bool lit = false;       ///< on the path through the box under the mouse
    bool match = false;     ///< found by the search
    bool current = false;   ///< the match that the search is at
    bool selected = false;  ///< holds the selected line
    bool dimmed = false;    ///< not related to the focused box
    int selectedRow = -1;   ///< -1: none, or not among the rows shown

    bool operator==(const ItemLook&) const = default;
};

QColor mixed(const QColor& a, const QColor& b, double share);

class BoxItem : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };

    /// `content` outlives the item.
    explicit BoxItem(const BoxContent& content);

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    /// Draws the box with its centre at the origin. `detail`: device pixels per scene unit; texts that nobody could
    /// read are left out.
    void draw(QPainter& painter, const QPalette& palette, double detail) const;

    void setLook(const ItemLook& look);
    const ItemLook& look() const { return m_look; }
    QRectF box() const;
    /// The row under a point of the item's; -1: none (the fields).
    int rowAt(const QPointF& point) const;

private:
    void drawRow(QPainter& painter, const QPalette& palette, const BoxContent::Row& row, const QRectF& rect) const;
    void drawWords(QPainter& painter, const QPalette& palette, const BoxContent::Row& row, const QRectF& rect) const;
    void drawFields(QPainter& painter, const QPalette& palette, QRectF rect, bool texts) const;

    const BoxContent& m_content;
    ItemLook m_look;
};

class EdgeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };

    EdgeItem(const EdgeContent& content, const GraphLayout::Edge& layout, const QFont& labelFont,
             const QSizeF& labelSize);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    void draw(QPainter& painter, const QPalette& palette, double detail) const;

    void setLook(const ItemLook& look);
    const ItemLook& look() const { return m_look; }

private:
    const EdgeContent& m_content;
    QFont m_labelFont;
    QPainterPath m_path;
    QPolygonF m_arrow;
    QRectF m_label;
    QRectF m_bounds;
    ItemLook m_look;
};

}  // namespace heapprof::gui
