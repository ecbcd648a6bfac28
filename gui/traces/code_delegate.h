// Paints source text in a table.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "gui/common/code_line.h"
#include "gui/traces/heat_delegate.h"

namespace heapprof::gui {

/// For the Code column of a UsageTable's view.
class CodeDelegate : public HeatDelegate {
    Q_OBJECT

public:
    using HeatDelegate::HeatDelegate;

    /// By the numbers of UsageRows; null: plain.
    void setSyntax(std::shared_ptr<const Syntax> syntax) { m_syntax = std::move(syntax); }
    /// A part of a row of UsageRows that is shown as what can be clicked.
    void setLink(std::optional<std::pair<std::uint32_t, CodeRange>> link) { m_link = std::move(link); }

    /// The position in the cell's text at `at`, a place in the cell's view; nothing beside the text.
    std::optional<int> positionAt(const QStyleOptionViewItem& option, const QModelIndex& index, const QPoint& at) const;

    /// Shows a tool tip of what does not fit, and of nothing else.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    std::unique_ptr<CodeLine> lineOf(const QStyleOptionViewItem& item, const QModelIndex& index) const;

    std::shared_ptr<const Syntax> m_syntax;
    std::optional<std::pair<std::uint32_t, CodeRange>> m_link;
};

}  // namespace heapprof::gui
