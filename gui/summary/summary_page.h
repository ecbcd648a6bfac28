// The page one sees first: what was recorded, by which processes, and what to look at.
#pragma once

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

    /// Null: no capture is open. Findings are made once the recording has been read to its end.
    void showRecording(const Recording* recording);
    bool isBusy() const { return m_task.isRunning(); }
    const std::vector<Finding>& findings() const { return m_findings; }
    const RunProcesses& processes() const { return *m_processes; }

signals:
    /// The user wants to see another process of the run.
    void captureWanted(const QString& file);

private:
    void showFindings(std::vector<Finding> found);
    void follow(const Finding& finding);

    ViewStateStore& m_store;
    Recording m_recording;
    std::vector<Finding> m_findings;
    LatestTask<std::vector<Finding>> m_task;
    ClampedLabel* m_program;
    QLabel *m_facts, *m_state;
    RunProcesses* m_processes;
    QVBoxLayout* m_list;
};

}  // namespace heapprof::gui
