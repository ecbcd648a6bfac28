#include "gui/traces/usage_table_model.h"

#include <algorithm>
#include <utility>

#include "gui/common/colours.h"
#include "gui/common/style.h"

namespace heapprof::gui {

void UsageTableModel::setRows(std::shared_ptr<const UsageRows> rows, std::vector<std::uint32_t> order) {
    beginResetModel();
    m_rows = std::move(rows);
    m_order = std::move(order);
    // The columns outlive the rows: an empty table keeps its header, and hidden columns stay hidden.
    if (m_rows) m_columns = m_rows->columns();
    endResetModel();
}

void UsageTableModel::setMatch(std::optional<LineIndex> line) {
    if (std::exchange(m_match, line) == line || m_order.empty()) return;
    emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::BackgroundRole});
}

void UsageTableModel::setLook(const QPalette& palette, const QFont& font) {
    m_palette = palette;
    m_codeFont = codeFont(font);
    if (!m_order.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int UsageTableModel::rowOf(LineIndex line) const {
    const auto found =
        std::find_if(m_order.begin(), m_order.end(), [&](std::uint32_t row) { return m_rows->line(row) == line; });
    return found == m_order.end() ? -1 : static_cast<int>(found - m_order.begin());
}

int UsageTableModel::rowOfIdentity(std::int64_t identity) const {
    const auto found = std::find_if(m_order.begin(), m_order.end(),
                                    [&](std::uint32_t row) { return m_rows->identity(row) == identity; });
    return found == m_order.end() ? -1 : static_cast<int>(found - m_order.begin());
}

int UsageTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int UsageTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant UsageTableModel::data(const QModelIndex& index, int role) const {
    if (!m_rows || !checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Column& column = m_columns[static_cast<std::size_t>(index.column())];
    const std::uint32_t row = source(index.row());
    if (role == LineRole) {
        const auto line = m_rows->line(row);
        return line ? QVariant(line->value) : QVariant();
    }
    if (role == Qt::BackgroundRole)
        return m_match && m_rows->line(row) == m_match ? QVariant(matchBackground(m_palette, true)) : QVariant();
    if (column.kind == CellKind::Interval) return m_rows->style().intervalData(m_rows->estimate(row), role);
    if (!isText(column.kind)) {
        return m_rows->style().data(column.kind, m_rows->number(row, index.column()), role, m_palette);
    }
    if (role == PlaceRole) return column.kind == CellKind::Code;
    if (role == Qt::FontRole && column.kind == CellKind::Code) return m_codeFont;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != RawRole) return {};
    const QString text = QString::fromStdString(role == Qt::DisplayRole ? m_rows->shownText(row, index.column())
                                                                        : m_rows->text(row, index.column()));
    // A tool tip takes what looks like markup for markup.
    return role == Qt::ToolTipRole ? QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped()) : text;
}

QVariant UsageTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Column& column = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::ToolTipRole) return column.hint;
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((isText(column.kind) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    }
    return {};
}

void UsageTableModel::sort(int column, Qt::SortOrder order) { emit sortRequested(column, order); }

}  // namespace heapprof::gui
