// The trace browser: tables and trees of one instant.
#pragma once

#include <QJsonObject>
#include <memory>
#include <vector>

#include "gui/common/instant_view.h"

class QAbstractItemView;

namespace heapprof::gui {

class CallTreePage;
class FittedTabs;
class LinePage;
class TracesPage;
class UsageRows;
class UsageTable;
struct LinesSheet;

/// Tabs: Lines, Top-down, Bottom-up, Callers and callees, Traces, Growth, Generations, Sizes, Lifetimes, Source.
/// Only the tab in sight prepares what it shows.
class TraceBrowser : public InstantView {
    Q_OBJECT

public:
    TraceBrowser(ViewStateStore& store, QWidget* parent = nullptr);
    ~TraceBrowser() override;

    /// Right of the tabs and of what is said of the table in sight.
    void setCornerWidget(QWidget* widget);
    /// The English title of the tab in sight, which is its name in every language.
    QString currentTab() const;
    /// The first tab when none has that name.
    void chooseTab(const QString& name);
    /// How the user has arranged the columns of each table; empty: as a new user meets them.
    QJsonObject columns() const;
    void arrangeColumns(const QJsonObject& columns);

    void showResult(std::shared_ptr<const InstantResult> result) override;
    bool isBusy() const override;
    const InstantResult* outdated() const override;
    /// The page shows the greatest lines of code, whichever tab is in sight.
    QSizeF pageSize() const override;
    void drawPage(QPainter& painter, const QSizeF& size) override;

signals:
    /// columns() is another, perhaps.
    void columnsChanged();

private:
    void onStateChanged(const ViewState& now, const ViewState& before);
    void select(LineIndex line, bool byKeyboard);
    void showTab();
    void showMenu(QAbstractItemView& items, const QPoint& at);
    void updateEmptyTexts();
    /// Of the tab in sight.
    void updateSearch();
    void updateSummary();
    QString emptyText() const;
    LinesSheet sheet() const;

    FittedTabs* m_tabs;
    /// A tab that is one flat table.
    struct TableTab {
        UsageTable* table;
        std::shared_ptr<const UsageRows> (*make)(std::shared_ptr<const InstantResult>, std::stop_token);
        QString (*emptyText)(const InstantResult&);
        std::shared_ptr<const InstantResult> given = nullptr;  ///< to the table
    };
    TableTab* currentTable();
    /// Null: another kind of tab is in sight.
    LinePage* currentLinePage() const;
    const TableTab* currentTable() const { return const_cast<TraceBrowser*>(this)->currentTable(); }

    std::vector<TableTab> m_tables;
    UsageTable* m_lines;
    CallTreePage* m_topDown;
    CallTreePage* m_bottomUp;
    std::vector<LinePage*> m_linePages;
    TracesPage* m_traces;
    std::shared_ptr<const InstantResult> m_result;
    std::shared_ptr<const InstantResult> m_tracesResult;  // what the tab has been given
    bool m_movingByKeyboard = false;                      // a run of key presses is one step of the history
};

}  // namespace heapprof::gui
