#include "gui/common/wrap_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace heapprof::gui {
namespace {

constexpr int kRowGap = 4;

QSize sizeOf(const QMargins& margins) { return {margins.left() + margins.right(), margins.top() + margins.bottom()}; }

/// What wraps itself, as a row of segments does, does so only where it has a whole row and that is too narrow.
int minWidthOf(QLayoutItem& item, int width) {
    if (const QWidget* hidden = item.isEmpty() ? item.widget() : nullptr)  // its item has no size
        return std::min(hidden->hasHeightForWidth() ? hidden->sizeHint().width() : hidden->minimumSizeHint().width(),
                        width);
    return item.hasHeightForWidth() ? std::min(item.sizeHint().width(), width) : item.minimumSize().width();
}

int heightOf(const QLayoutItem& item, int width) {
    return item.hasHeightForWidth() ? item.heightForWidth(width) : item.sizeHint().height();
}

}  // namespace

void WrapLayout::addItem(QLayoutItem* item) {
    m_items.emplace_back(item);
    invalidate();
}

QLayoutItem* WrapLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* WrapLayout::takeAt(int index) {
    if (itemAt(index) == nullptr) return nullptr;
    QLayoutItem* item = m_items[static_cast<std::size_t>(index)].release();
    m_items.erase(m_items.begin() + index);
    invalidate();
    return item;
}

QSize WrapLayout::sizeHint() const {
    int width = 0, height = 0;
    for (const auto& item : m_items) {
        if (item->isEmpty()) continue;
        width += (width == 0 ? 0 : spacing()) + item->sizeHint().width();
        height = std::max(height, item->sizeHint().height());
    }
    return QSize(width, height) + sizeOf(contentsMargins());
}

QSize WrapLayout::minimumSize() const {
    QSize size(0, 0);
    for (const auto& item : m_items)
        if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
    return size + sizeOf(contentsMargins());
}

int WrapLayout::heightForWidth(int width) const {
    const QSize margins = sizeOf(contentsMargins());
    int height = margins.height();
    const std::vector<Row> rows = rowsFor(width - margins.width());
    for (const Row& row : rows) height += row.height;
    return height + kRowGap * std::max(0, static_cast<int>(rows.size()) - 1);
}

void WrapLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    QRect area = rect.marginsRemoved(contentsMargins());
    for (const Row& row : rowsFor(area.width())) {
        place(row, QRect(area.topLeft(), QSize(area.width(), row.height)));
        area.setTop(area.top() + row.height + kRowGap);
    }
}

bool WrapLayout::hasRoomFor(const QWidget* widget, int width) const {
    const int room = width - sizeOf(contentsMargins()).width();
    return rowsFor(room, widget, true).size() <= rowsFor(room, widget, false).size();
}

std::vector<WrapLayout::Row> WrapLayout::rowsFor(int width) const { return rowsFor(width, nullptr, false); }

std::vector<WrapLayout::Row> WrapLayout::rowsFor(int width, const QWidget* widget, bool isInSight) const {
    std::vector<Row> rows;
    for (const auto& item : m_items) {
        if (widget && item->widget() == widget ? !isInSight : item->isEmpty()) continue;
        const int min = minWidthOf(*item, width);
        if (rows.empty() || rows.back().minWidth + spacing() + min > width)
            rows.emplace_back();
        else
            rows.back().minWidth += spacing();
        rows.back().items.push_back(item.get());
        rows.back().minWidth += min;
        rows.back().height = std::max(rows.back().height, heightOf(*item, min));
    }
    return rows;
}

void WrapLayout::place(const Row& row, const QRect& area) const {
    int spare = std::max(0, area.width() - row.minWidth), left = area.left();
    std::vector<int> more;
    for (QLayoutItem* item : row.items) {
        more.push_back(std::clamp(item->sizeHint().width() - minWidthOf(*item, area.width()), 0, spare));
        spare -= more.back();
    }
    const auto expanding = std::ranges::find_if(row.items, [&](QLayoutItem* item) {
        return item->expandingDirections().testFlag(Qt::Horizontal) && item->maximumSize().width() >= area.width();
    });
    if (expanding != row.items.end()) more[static_cast<std::size_t>(expanding - row.items.begin())] += spare;
    for (std::size_t i = 0; i < row.items.size(); ++i) {
        QLayoutItem* item = row.items[i];
        const int width = minWidthOf(*item, area.width()) + more[i];
        const int height = heightOf(*item, width);
        const QRect place(left, area.top() + (row.height - height) / 2, width, height);
        item->setGeometry(QStyle::visualRect(parentWidget()->layoutDirection(), area, place));
        left += width + spacing();
    }
}

}  // namespace heapprof::gui
