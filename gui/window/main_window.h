// One window: one capture and its views.
#pragma once

#include <QMainWindow>
#include <functional>
#include <memory>

#include "gui/document/document.h"
#include "gui/document/queries.h"
#include "gui/exporting/export_format.h"
#include "gui/state/view_state_store.h"

class QAction;
class QMenu;
class QStackedWidget;

namespace heapprof::gui {

class Banner;
class CommandPalette;
class DomainBar;
class FilterBar;
class SearchField;
class StartPage;
class StatusArea;
class TimePlot;
class ViewArea;

/// How the window asks for file names; tests put their own answers here.
struct FileDialogs {
    /// Empty: the user thought better of it.
    std::function<QStringList(QWidget* parent, const QString& folder)> open;
    std::function<QString(QWidget* parent, const QString& title, const QString& suggestion, const QStringList& filters,
                          QString& chosenFilter)>
        save;

    static FileDialogs system();
};

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a capture in place of the one shown; that one stays when the new one cannot be opened.
    void open(const QString& file);
    /// Whether nothing is open or about to be.
    bool isEmpty() const { return !m_document && !m_opening; }
    /// Null when none is open.
    const Document* document() const { return m_document.get(); }
    ViewStateStore& store() { return m_store; }
    const Queries& queries() const { return m_queries; }
    ViewArea& views() { return *m_views; }
    void setFileDialogs(FileDialogs dialogs) { m_dialogs = std::move(dialogs); }

signals:
    void openInOtherWindows(const QStringList& files);

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    /// What no view took: Escape leaves the search, then the focus, the interval, the selection.
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeActions();
    void makeMenus();
    void connectAll();
    void applyPalette();
    void restoreArrangement();

    void askAndOpen();
    void openAll(const QStringList& files);
    void openingChanged();
    void takeDocument();
    void documentChanged();
    void showInstant(std::shared_ptr<const InstantResult> result);
    void showPlot(std::shared_ptr<const PlotResult> result);
    void updateActions();
    void rememberRecent(const QString& file);
    void updateRecent();
    void showProblem(const QString& text);
    void showNotices();

    void exportCurrent();
    void copyPicture();
    void copySelectedLine();
    void followEnd(bool follow);
    void showShortcuts();
    void showAbout();

    ViewStateStore m_store;
    FileDialogs m_dialogs = FileDialogs::system();
    QString m_problem;  // of the last action of the user, until the next
    bool m_hasSeenEnd = false;
    bool m_isPeakWanted = false;  // as soon as it is known
    bool m_isArranged = false;

    Banner* m_banner;
    DomainBar* m_domains;
    CommandPalette* m_palette;
    FilterBar* m_filters;
    SearchField* m_search;
    QStackedWidget* m_stack;
    StartPage* m_startPage;
    ViewArea* m_views;
    StatusArea* m_status;
    QMenu* m_recentMenu = nullptr;
    QAction *m_open, *m_export, *m_reload, *m_quit, *m_copyPicture, *m_copyLine, *m_back, *m_forward, *m_follow, *m_fit,
        *m_arrange, *m_commands, *m_countBlocks, *m_find, *m_findNext, *m_findPrevious, *m_onlyMatching, *m_notMatching;

    // After what their signals reach, so that they end first.
    Queries m_queries;
    std::unique_ptr<Document> m_document;
    std::unique_ptr<Document> m_opening;
};

}  // namespace heapprof::gui
