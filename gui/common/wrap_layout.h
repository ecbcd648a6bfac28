// Widgets in rows, like words in a paragraph: what does not fit into a row begins the next one.
#pragma once

#include <QLayout>
#include <memory>
#include <vector>

namespace heapprof::gui {

/// Every widget gets at least its smallest width and, as far as the row has room, the one it would like; what is left
/// then goes to the first that can have all of it and is Expanding.
class WrapLayout : public QLayout {
public:
    using QLayout::QLayout;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;

    Qt::Orientations expandingDirections() const override { return {}; }
    /// Everything in one row.
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;
    /// Whether `widget`, one of these, in sight or not, makes no row more than there would be without it.
    bool hasRoomFor(const QWidget* widget, int width) const;

private:
    struct Row {
        std::vector<QLayoutItem*> items;
        int minWidth = 0;
        int height = 0;
    };
    std::vector<Row> rowsFor(int width) const;
    /// As if `widget` were in sight, or were not.
    std::vector<Row> rowsFor(int width, const QWidget* widget, bool isInSight) const;
    void place(const Row& row, const QRect& area) const;

    std::vector<std::unique_ptr<QLayoutItem>> m_items;
};

}  // namespace heapprof::gui
