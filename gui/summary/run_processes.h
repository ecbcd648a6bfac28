// The part of the summary that says which other processes the run has.
#pragma once

#include <QTimer>
#include <QWidget>
#include <filesystem>

#include "core/summary/run_overview.h"
#include "gui/common/latest_task.h"

class QLabel;

namespace heapprof::gui {

class CaptureList;

/// Hidden while it is not known that there are others. Reads them on another thread, and again from time to time while
/// one of them is being recorded.
class RunProcesses : public QWidget {
    Q_OBJECT

public:
    explicit RunProcesses(QWidget* parent = nullptr);

    /// The capture whose run is shown; empty: none. Asked for the same again, it keeps what it knows.
    void showRunOf(const std::filesystem::path& filebase);
    bool isBusy() const { return m_task.isRunning(); }
    const RunOverview& run() const { return m_run; }
    const CaptureList& list() const { return *m_list; }

signals:
    /// The user wants to see another process.
    void captureWanted(const QString& file);

private:
    void read();
    void showRun(RunOverview run);

    std::filesystem::path m_filebase;
    RunOverview m_run;
    QLabel *m_title, *m_most;
    CaptureList* m_list;
    QTimer m_again;
    LatestTask<RunOverview> m_task;
};

}  // namespace heapprof::gui
