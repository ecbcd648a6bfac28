// One of the browser's trees, top-down or bottom-up.
#pragma once

#include <QSet>
#include <QString>
#include <QWidget>
#include <memory>
#include <optional>

#include "gui/common/latest_task.h"
#include "gui/traces/call_tree_model.h"

class QLabel;
class QTreeView;

namespace heapprof::gui {

class TableColumns;

/// Works only while it is active (its tab is shown); merges the stacks itself when the result's tree stands the other
/// way round, off the GUI thread.
class CallTreePage : public QWidget {
    Q_OBJECT

public:
    /// `name` is the object name of the tree view.
    CallTreePage(const QString& name, const QString& accessibleName, bool bottomUp, QWidget* parent = nullptr);

    void setResult(std::shared_ptr<const InstantResult> result);
    void setActive(bool active);
    void setEmptyText(const QString& text);
    /// Marks and shows the outermost node on `line`, without any signal.
    void setSelectedLine(std::optional<LineIndex> line);
    /// Shows what it finds, what leads there and what lies below, and goes to the outermost node that it is at.
    void setSearch(const Search& search);
    bool isBusy() const { return m_treeTask.isRunning() || m_findTask.isRunning() || m_matchTask.isRunning(); }

    QTreeView* view() const { return m_view; }
    const CallTreeModel* model() const { return m_model; }

signals:
    void picked(heapprof::LineIndex line, bool byKeyboard);
    void settled();

protected:
    void changeEvent(QEvent* event) override;

private:
    void hideEmptyColumns();
    void refresh();
    void take(ShownTree shown);
    void expandMatches();
    void findSelected();
    void goToMatch();
    /// The outermost node on `line`, off the GUI thread; then `take`, with 0 where there is none.
    void findNode(LatestTask<std::uint32_t>& task, LineIndex line, std::function<void(std::uint32_t)> take);
    void mark(const QModelIndex& index);
    std::optional<LineIndex> lineOf(const QModelIndex& index) const;

    const bool m_bottomUp;
    QTreeView* m_view;
    QLabel* m_empty;
    CallTreeModel* m_model;
    TableColumns* m_columns;
    std::shared_ptr<const InstantResult> m_result;
    Search m_search;
    bool m_isToGoToMatch = false;  // once the tree is there
    std::optional<LineIndex> m_selectedLine;
    QSet<std::uint32_t> m_expanded;  // nodes
    int m_sortColumn = CallTreeModel::Cumulative;
    bool m_descending = true;
    bool m_isActive = false;
    bool m_isDirty = false;
    bool m_isMarking = false;
    LatestTask<ShownTree> m_treeTask;
    LatestTask<std::uint32_t> m_findTask, m_matchTask;
};

}  // namespace heapprof::gui
