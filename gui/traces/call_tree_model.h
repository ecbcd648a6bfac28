// A tree over TreeRows; nothing is stored per row, an index carries its node.
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <optional>
#include <vector>

#include "gui/document/instant_result.h"
#include "gui/traces/cells.h"
#include "gui/traces/tree_rows.h"

namespace heapprof::gui {

/// What the model shows, made off the GUI thread.
struct ShownTree {
    std::shared_ptr<const InstantResult> result;
    std::shared_ptr<const CallTree> tree;
    std::shared_ptr<const TreeRows> rows;
};

/// Sorting happens elsewhere; sort() only asks for it.
class CallTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum ColumnIndex { Name, Cumulative, Share, Self, Interval, Other, ColumnCount };
    static CellKind kindOf(int column);

    using QAbstractItemModel::QAbstractItemModel;

    void setTree(ShownTree shown);
    /// The match that the search is at, which stands out among the others. The view is to be painted anew.
    void setMatch(std::optional<LineIndex> line) { m_match = line; }
    void setPalette(const QPalette& palette);

    const ShownTree& shown() const { return m_shown; }
    std::uint32_t node(const QModelIndex& index) const { return static_cast<std::uint32_t>(index.internalId()); }
    /// Invalid for the root, and for nodes that the search leaves out.
    QModelIndex indexOf(std::uint32_t node) const;
    static TreeSort sortOf(int column);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override { return rowCount(parent) > 0; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

signals:
    void sortRequested(int column, Qt::SortOrder order);

private:
    std::int64_t number(std::uint32_t node, int column) const;

    ShownTree m_shown;
    CellStyle m_style;
    std::optional<LineIndex> m_match;
    QPalette m_palette;
};

}  // namespace heapprof::gui
