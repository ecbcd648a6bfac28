// A whole table at once, beside its scroll bar: where in it the great amounts are.
#pragma once

#include <QWidget>
#include <vector>

class QTableView;

namespace heapprof::gui {

/// As high as the rows' part of the table. Each row's amount is a bar at its place; where several rows share a pixel,
/// the greatest. A click or a drag shows it in the table.
class HeatStrip : public QWidget {
    Q_OBJECT

public:
    explicit HeatStrip(QTableView* view, QWidget* parent = nullptr);

    /// One per row of the table, from top to bottom.
    void setAmounts(std::vector<std::int64_t> amounts, bool isDifference);
    /// The row that is marked; -1: none.
    void setSelectedRow(int row);
    /// The greatest amount, by magnitude, that is drawn at height `y`; 0: nothing.
    std::int64_t amountAt(int y) const;

    QSize sizeHint() const override { return {14, 60}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// Where the rows are drawn: as the table's viewport lies.
    QRect area() const;
    std::size_t rowAt(int y) const;
    /// Of the rows that share the pixel, the one that is drawn.
    std::size_t greatestRowAt(int y) const;
    void showRowAt(int y);

    QTableView* m_view;
    std::vector<std::int64_t> m_amounts;
    bool m_isDifference = false;
    int m_selected = -1;
};

}  // namespace heapprof::gui
