// The threads of a recording: which lived when, and what may be asked of one.
#pragma once

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>

#include "gui/common/latest_task.h"
#include "gui/state/view_state_store.h"
#include "gui/timeplot/thread_model.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace heapprof::gui {

class FoundThreads;

/// A list that can be searched and sorted, for a few threads as for ten thousand. Choosing a thread makes its life the
/// interval that all views show; a button leaves only what it allocated.
class ThreadsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ThreadsDialog(ViewStateStore& store, QWidget* parent = nullptr);

    /// Whether there is anything to choose from.
    static bool hasSeveral(const TraceTable& traces) { return traces.threadCount() > 2; }
    /// Finds out, on another thread, when the recording's threads were seen.
    void showRecording(const Recording& recording);
    /// The same of more of it, now or a little later; nothing while nobody looks.
    void followRecording(const Recording& recording);
    /// Of no recording: closes.
    void clear();

private:
    void read();
    void take(std::vector<ThreadLife> lives);
    void choose(const QModelIndex& row);
    void filterByCurrent();
    void updateTexts();
    /// Of the model; -1 without a current row.
    int currentRow() const;

    ViewStateStore& m_store;
    ThreadModel* m_model;
    FoundThreads* m_shown;
    QLineEdit* m_search;
    QTreeView* m_view;
    QLabel* m_text;
    QPushButton* m_only;
    Recording m_recording, m_newest;  // m_recording: that is shown, or being read
    QElapsedTimer m_reading;          // since when it is being read
    QTimer m_rest;                    // until it is read again
    LatestTask<std::vector<ThreadLife>> m_task;
};

}  // namespace heapprof::gui
