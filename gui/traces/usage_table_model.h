// A table over UsageRows: a permutation of them, and nothing stored per cell.
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <optional>
#include <vector>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

/// Sorting and filtering happen elsewhere (orderRows); sort() only asks for it.
class UsageTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Shows rows order[0], order[1], ... of `rows` (null: nothing).
    void setRows(std::shared_ptr<const UsageRows> rows, std::vector<std::uint32_t> order);
    /// Lights the rows on `line`.
    void setMatch(std::optional<LineIndex> line);
    void setLook(const QPalette& palette, const QFont& font);

    const UsageRows* rows() const { return m_rows.get(); }
    /// The row of UsageRows that is shown in table row `row`.
    std::uint32_t source(int row) const { return m_order[static_cast<std::size_t>(row)]; }
    /// The first table row on `line`, or with that UsageRows::identity(); -1 when there is none.
    int rowOf(LineIndex line) const;
    int rowOfIdentity(std::int64_t identity) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

signals:
    void sortRequested(int column, Qt::SortOrder order);

private:
    std::shared_ptr<const UsageRows> m_rows;
    std::vector<Column> m_columns;
    std::vector<std::uint32_t> m_order;
    std::optional<LineIndex> m_match;
    QPalette m_palette;
    QFont m_codeFont;
};

}  // namespace heapprof::gui
