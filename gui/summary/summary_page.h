// The page one sees first: what was recorded, by which processes, and what to look at.
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <memory>
#include <vector>

#include "core/summary/findings.h"
#include "gui/common/latest_task.h"
#include "gui/state/view_state_store.h"

class QLabel;
class QVBoxLayout;

namespace heapprof::gui {

class ClampedLabel;
class RunProcesses;

/// Every finding is a link: it sets the instant or the interval, what is shown of it, and the line behind it.
class SummaryPage : public QWidget {
    Q_OBJECT

public:
    explicit SummaryPage(ViewStateStore& store, QWidget* parent = nullptr);

    /// Null: no capture is open. Findings are made once the recording has been read as far as it goes; while the
    /// program runs again and again, but not all the time.
    /// Of `timeline` resident memory is found; null: not known.
    void showRecording(const Recording* recording, std::shared_ptr<const Timeline> timeline = nullptr,
                       bool isFollowed = false);
    bool isBusy() const { return m_task.isRunning(); }
    const std::vector<Finding>& findings() const { return m_findings; }
    const RunProcesses& processes() const { return *m_processes; }

signals:
    /// The user wants to see another process of the run.
    void captureWanted(const QString& file);

private:
    void updateState();
    void find(const Recording& recording, std::shared_ptr<const Timeline> timeline, bool isFollowed);
    void showFindings(std::vector<Finding> found);
    void updateTitle();
    void follow(const Finding& finding);

    ViewStateStore& m_store;
    Recording m_recording;       // of the findings
    Recording m_askedRecording;  // of those under way
    std::vector<Finding> m_findings;
    QElapsedTimer m_sinceAsked, m_sinceFound;
    qint64 m_lastTookMs = 0;
    bool m_isOpen = false, m_isFollowed = false;
    LatestTask<std::vector<Finding>> m_task;
    ClampedLabel* m_program;
    QLabel *m_facts, *m_title, *m_state;
    RunProcesses* m_processes;
    QVBoxLayout* m_list;
};

}  // namespace heapprof::gui
