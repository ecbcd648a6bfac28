// The one search of a window.
#pragma once

#include <QFrame>
#include <QPointer>
#include <memory>

#include "gui/common/latest_task.h"
#include "gui/document/instant_result.h"
#include "gui/state/view_state_store.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace heapprof::gui {

/// Edits ViewState::search, and says what it finds in the result shown: which match of how many lines of code, and the
/// memory that passes through any of them. What is typed without a break is one step of the history. Enter goes to the
/// next match, Shift and Enter to the one before, Escape ends the search and gives the keyboard back.
class SearchField : public QFrame {
    Q_OBJECT

public:
    explicit SearchField(ViewStateStore& store, QWidget* parent = nullptr);

    /// Null: nothing is known; then nothing can be searched.
    void showInstant(std::shared_ptr<const InstantResult> result);
    /// Takes the keyboard.
    void find();
    /// To the match after the one that the search is at, or before it; at first to the greatest. Round at the ends.
    void step(bool forward);
    /// Counts only the stacks that pass through a match, or only all others; the search is over then.
    void filter(bool isExcluded);
    /// Whether there is something to go to and to filter by.
    bool hasMatches() const { return m_matches && !m_matches->lines.empty(); }
    bool isBusy() const { return m_task.isRunning(); }
    /// "3 of 17 · 49.5 MiB · 74.8 %"; why it is no expression; empty without a search.
    QString summary() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// hasMatches() may be another.
    void matchesChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QToolButton* addButton(const char* name, const char* icon, const QString& hint);
    void edit(const QString& text);
    void follow(const ViewState& now, const ViewState& before);
    void ask();
    void showMatches();
    void applyPalette();
    void leave();

    ViewStateStore& m_store;
    QLineEdit* m_field;
    QLabel* m_keys;  // while nothing is typed
    QLabel* m_count;
    QToolButton *m_previous, *m_next, *m_filter, *m_clear;
    std::shared_ptr<const InstantResult> m_result, m_shown;  // m_shown: that of the matches
    std::shared_ptr<const SearchMatches> m_matches;          // null: no search, or not known yet
    QString m_problem;
    bool m_isTyping = false;     // the newest change of the state was a letter here
    bool m_isEditing = false;    // the change is ours
    std::optional<bool> m_step;  // asked for before it was known what there is: forward or not
    QPointer<QWidget> m_before;  // had the keyboard
    LatestTask<std::shared_ptr<const SearchMatches>> m_task;
};

}  // namespace heapprof::gui
