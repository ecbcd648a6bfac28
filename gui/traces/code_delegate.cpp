#include "gui/traces/code_delegate.h"

#include <QApplication>
#include <QHelpEvent>
#include <QPainter>

#include "gui/common/style.h"
#include "gui/traces/usage_table_model.h"

namespace heapprof::gui {
namespace {
constexpr int kMargin = 2 * kGrid;
}

std::unique_ptr<CodeLine> CodeDelegate::lineOf(const QStyleOptionViewItem& item, const QModelIndex& index) const {
    static const std::vector<SyntaxSpan> plain;
    const std::uint32_t row = static_cast<const UsageTableModel*>(index.model())->source(index.row());
    const auto& spans = m_syntax && row < m_syntax->size() ? (*m_syntax)[row] : plain;
    CodeLine::Look look{item.font, item.palette};
    if (m_link && m_link->first == row) look.underlined = m_link->second;
    return std::make_unique<CodeLine>(index.data().toString(), spans, look, item.rect.width() - 2 * kMargin);
}

std::optional<int> CodeDelegate::positionAt(const QStyleOptionViewItem& option, const QModelIndex& index,
                                            const QPoint& at) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    return lineOf(item, index)->positionAt(at.x() - item.rect.left() - kMargin);
}

bool CodeDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                             const QModelIndex& index) {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    if (event->type() == QEvent::ToolTip && !lineOf(item, index)->isCut()) return false;
    return HeatDelegate::helpEvent(event, view, option, index);
}

void CodeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);  // background, selection, focus
    const auto line = lineOf(item, index);
    painter->save();
    painter->setClipRect(item.rect);
    painter->setPen(item.palette.color(QPalette::Text));
    line->draw(*painter,
               QPointF(item.rect.left() + kMargin, item.rect.top() + (item.rect.height() - line->height()) / 2));
    painter->restore();
}

}  // namespace heapprof::gui
