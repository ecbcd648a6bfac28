#include "gui/traces/heat_strip.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "gui/common/colours.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {
constexpr int kMark = 4;  // pixels, of the selected row
}

HeatStrip::HeatStrip(QTableView* view, QWidget* parent) : QWidget(parent), m_view(view) {
    setObjectName(QStringLiteral("heatStrip"));
    setAccessibleName(tr("Amounts of the whole file"));
    setToolTip(tr("Where in the file the memory is; click to go there"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Ignored);
    setCursor(Qt::PointingHandCursor);
    view->viewport()->installEventFilter(this);
    connect(view->verticalScrollBar(), &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
}

void HeatStrip::setAmounts(std::vector<std::int64_t> amounts, bool isDifference) {
    m_amounts = std::move(amounts);
    m_isDifference = isDifference;
    setVisible(std::ranges::any_of(m_amounts, [](std::int64_t amount) { return amount != 0; }));
    update();
}

void HeatStrip::setSelectedRow(int row) {
    m_selected = row;
    update();
}

QRect HeatStrip::area() const {
    return {0, mapFromGlobal(m_view->viewport()->mapToGlobal(QPoint())).y(), width(), m_view->viewport()->height()};
}

std::size_t HeatStrip::rowAt(int y) const {
    const QRect area = this->area();
    const double part = std::clamp((y - area.top()) / std::max(1.0, static_cast<double>(area.height())), 0.0, 1.0);
    return std::min(static_cast<std::size_t>(part * static_cast<double>(m_amounts.size())),
                    std::max<std::size_t>(m_amounts.size(), 1) - 1);
}

std::size_t HeatStrip::greatestRowAt(int y) const {
    const std::size_t first = rowAt(y);
    const std::size_t end = y >= area().bottom() ? m_amounts.size() : std::max(rowAt(y + 1), first + 1);
    std::size_t greatest = first;
    for (std::size_t row = first; row < end; ++row)
        if (std::abs(m_amounts[row]) > std::abs(m_amounts[greatest])) greatest = row;
    return greatest;
}

std::int64_t HeatStrip::amountAt(int y) const {
    if (m_amounts.empty() || !area().contains(0, y)) return 0;
    return m_amounts[greatestRowAt(y)];
}

void HeatStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tones tones = tonesOf(palette());
    const QRect area = this->area();
    painter.fillRect(rect(), tones.panel);
    painter.fillRect(area, tones.chip);
    if (m_amounts.empty()) return;
    const double perRow = area.height() / static_cast<double>(m_amounts.size());
    const auto top = [&](double row) { return area.top() + static_cast<int>(std::floor(row * perRow)); };
    // What is in sight.
    const double firstShown = std::max(0, m_view->rowAt(0));
    const int lastShown = m_view->rowAt(m_view->viewport()->height() - 1);
    const double endShown = lastShown < 0 ? static_cast<double>(m_amounts.size()) : lastShown + 1;
    painter.fillRect(QRect(0, top(firstShown), width(), std::max(2, top(endShown) - top(firstShown))), tones.line);
    std::int64_t greatest = 1;
    for (const std::int64_t amount : m_amounts) greatest = std::max(greatest, std::abs(amount));
    const int height = perRow < 2 ? 2 : 1;
    for (int y = area.top(); y <= area.bottom(); ++y) {
        const std::int64_t amount = amountAt(y);
        if (amount == 0) continue;
        const double share = static_cast<double>(amount) / static_cast<double>(greatest);
        const QColor colour = m_isDifference ? changeColour(amount < 0 ? -1 : 1, palette()) : tones.own;
        // The root, so that little is seen, too.
        const int length = std::max(3, static_cast<int>((width() - kMark - 1) * std::sqrt(std::abs(share))));
        painter.fillRect(kMark, y, length, std::min(height, area.bottom() + 1 - y), colour);
    }
    if (m_selected < 0 || m_selected >= static_cast<int>(m_amounts.size())) return;
    painter.fillRect(QRect(0, top(m_selected + 0.5) - 2, kMark - 1, 5), tones.accent);
}

void HeatStrip::showRowAt(int y) {
    if (m_amounts.empty()) return;
    const auto row = static_cast<int>(greatestRowAt(y));
    m_view->scrollTo(m_view->model()->index(row, 0), QAbstractItemView::PositionAtCenter);
}

void HeatStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    showRowAt(event->position().toPoint().y());
}

void HeatStrip::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) showRowAt(event->position().toPoint().y());
}

bool HeatStrip::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move) update();
    return QWidget::eventFilter(watched, event);
}

}  // namespace heapprof::gui
