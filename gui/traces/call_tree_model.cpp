#include "gui/traces/call_tree_model.h"

#include <cmath>

#include "gui/common/colours.h"
#include "gui/common/frame_labels.h"
#include "gui/common/result_texts.h"
#include "gui/traces/usage_rows.h"

namespace heapprof::gui {
namespace {}  // namespace

void CallTreeModel::setTree(ShownTree shown) {
    beginResetModel();
    m_shown = std::move(shown);
    if (m_shown.result) m_style = CellStyle::of(*m_shown.result);
    endResetModel();
}

void CallTreeModel::setPalette(const QPalette& palette) { m_palette = palette; }

TreeSort CallTreeModel::sortOf(int column) {
    switch (column) {
        case Name:
            return TreeSort::Text;
        case Self:
            return TreeSort::Self;
        case Interval:
            return TreeSort::Interval;
        case Other:
            return TreeSort::Other;
        default:
            return TreeSort::Cumulative;
    }
}

QModelIndex CallTreeModel::indexOf(std::uint32_t node) const {
    if (!m_shown.rows || node == 0 || !m_shown.rows->has(node)) return {};
    return createIndex(static_cast<int>(m_shown.rows->row(node)), 0, quintptr{node});
}

QModelIndex CallTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    const std::uint32_t above = parent.isValid() ? node(parent) : 0;
    return createIndex(row, column, quintptr{m_shown.rows->child(above, static_cast<std::uint32_t>(row))});
}

QModelIndex CallTreeModel::parent(const QModelIndex& child) const {
    return child.isValid() ? indexOf(m_shown.rows->parent(node(child))) : QModelIndex();
}

int CallTreeModel::rowCount(const QModelIndex& parent) const {
    if (!m_shown.rows || parent.column() > 0) return 0;
    return static_cast<int>(m_shown.rows->rowCount(parent.isValid() ? node(parent) : 0));
}

CellKind CallTreeModel::kindOf(int column) {
    switch (column) {
        case Cumulative:
        case Self:
            return CellKind::Amount;
        case Share:
            return CellKind::Share;
        case Interval:
            return CellKind::Interval;
        case Other:
            return CellKind::Other;
        default:
            return CellKind::Text;
    }
}

int CallTreeModel::columnCount(const QModelIndex&) const { return ColumnCount; }

std::int64_t CallTreeModel::number(std::uint32_t node, int column) const {
    switch (column) {
        case Self:
            return m_shown.result->amountOf(m_shown.tree->self[node]);
        case Other:
            return m_shown.tree->cumulative[node].of(otherThan(m_style.measure));
        default:
            return m_shown.result->amountOf(m_shown.tree->cumulative[node]);
    }
}

QVariant CallTreeModel::data(const QModelIndex& index, int role) const {
    if (!m_shown.rows || !checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == LineRole) {
        const CallTree::Node& shown = m_shown.tree->nodes[node(index)];
        return shown.hasFrame ? QVariant(m_shown.result->traces().lineOf(shown.frame).value) : QVariant();
    }
    if (role == Qt::BackgroundRole) {
        if (!m_shown.rows->isMatch(node(index))) return {};
        const bool isAt = m_match && data(index, LineRole) == QVariant(m_match->value);
        return matchBackground(m_palette, isAt);
    }
    if (index.column() == Interval) return m_style.intervalData(m_shown.tree->cumulative[node(index)], role);
    if (index.column() != Name) {
        return m_style.data(kindOf(index.column()), number(node(index), index.column()), role, m_palette);
    }
    const TraceTable& traces = m_shown.result->traces();
    switch (role) {
        case Qt::DisplayRole:
            return nodeLabel(*m_shown.tree, node(index), traces);
        case RawRole:
            return nodeText(*m_shown.tree, node(index), traces);
        case Qt::ToolTipRole:  // takes what looks like markup for markup
            return QStringLiteral("<p>%1</p>").arg(nodeText(*m_shown.tree, node(index), traces).toHtmlEscaped());
        default:
            return {};
    }
}

QVariant CallTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && section != Name) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Frame");
        case Cumulative:
            return tr("Cumulative");
        case Share:
            return tr("Share");
        case Self:
            return tr("Self");
        case Interval:
            return tr("95 % interval");
        case Other:
            return titleOf(otherThan(m_style.measure));
        default:
            return {};
    }
}

void CallTreeModel::sort(int column, Qt::SortOrder order) { emit sortRequested(column, order); }

}  // namespace heapprof::gui
