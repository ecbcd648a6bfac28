// A flat table of the trace browser.
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <memory>
#include <optional>

#include "gui/common/latest_task.h"
#include "gui/traces/usage_rows.h"

class QLabel;
class QTableView;

namespace heapprof::gui {

class TableColumns;
class UsageTableModel;

/// Makes, searches and sorts its rows off the GUI thread. Sorted by `sortColumn`, greatest first, until the user asks
/// for another order.
class UsageTable : public QWidget {
    Q_OBJECT

public:
    /// `name` is the object name of the table view.
    UsageTable(const QString& name, const QString& accessibleName, int sortColumn, QWidget* parent = nullptr);

    using MakeRows = std::function<std::shared_ptr<const UsageRows>(std::stop_token)>;
    /// Null: shows nothing. `make` is called on another thread; once a stop is requested what it returns is not shown.
    void setRows(MakeRows make);
    /// What to say instead of an empty table.
    void setEmptyText(const QString& text);
    /// Marks and shows the first row on `line` without any signal. Once rows are there, also those that come later.
    void setSelectedLine(std::optional<LineIndex> line);
    /// Shows what it finds alone, and goes to the row that it is at.
    void setSearch(const Search& search);
    /// How many rows there are, and what is to be said of them all; empty without rows.
    const QString& summary() const { return m_summary; }
    bool isBusy() const { return m_task.isRunning(); }

    /// Of a row of UsageRows, as the signals name it.
    std::optional<LineIndex> lineOf(std::uint32_t row) const { return m_rows->line(row); }
    /// Null until there are any.
    std::shared_ptr<const UsageRows> rows() const { return m_rows; }
    /// The result that they are of; null with them.
    std::shared_ptr<const InstantResult> shownResult() const { return m_rows ? m_rows->sharedResult() : nullptr; }

    QTableView* view() const { return m_view; }
    const UsageTableModel* model() const { return m_model; }

signals:
    /// The user went to a row, of UsageRows.
    void picked(std::uint32_t row, bool byKeyboard);
    /// Double click or Enter.
    void activated(std::uint32_t row);
    void settled();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Ordered {
        std::shared_ptr<const UsageRows> rows;
        std::vector<std::uint32_t> order;
        std::vector<int> emptyColumns;
    };

    void reorder(MakeRows make);
    void take(Ordered ordered);
    void markSelected();
    void goToMatch();
    void updateEmptyLabel();

    QTableView* m_view;
    QLabel* m_empty;
    UsageTableModel* m_model;
    TableColumns* m_columns;
    QString m_emptyText, m_summary;
    MakeRows m_pending;  // of the newest rows, until they are there
    std::shared_ptr<const UsageRows> m_rows;
    int m_sortColumn;
    bool m_descending = true;
    bool m_isMarking = false;   // the view follows, nobody picks
    QStringList m_sizedTitles;  // of the columns that have got their widths
    Search m_search;
    bool m_isToGoToMatch = false;  // once the rows are there
    std::optional<LineIndex> m_selectedLine;
    std::optional<std::int64_t> m_selectedIdentity;  // of the row that was picked
    LatestTask<Ordered> m_task;
};

}  // namespace heapprof::gui
