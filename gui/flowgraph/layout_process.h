// Lays a graph out in a process of its own, which can be killed at any moment.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QTimer>
#include <memory>

#include "gui/flowgraph/graph_layout.h"

namespace heapprof::gui {

/// One layout at a time. GUI thread only; never blocks, but for some milliseconds in the destructor.
class LayoutProcess : public QObject {
    Q_OBJECT

public:
    /// Longer than any picture that people can read takes.
    static constexpr int kTimeoutMs = 20'000;

    explicit LayoutProcess(QObject* parent = nullptr, int timeoutMs = kTimeoutMs);
    ~LayoutProcess() override;

    /// The program that is started as `PROGRAM --layout`; at first this very program. Its main() has to call
    /// runLayoutHelper() for that argument.
    static void setProgram(const QString& path);

    /// Starts to lay out `request`; an unfinished layout before it is killed and never reported.
    void start(LayoutRequest request);
    /// Kills the layout under way, if any; nothing is reported.
    void cancel();
    bool isRunning() const { return m_process != nullptr; }

signals:
    void finished(const heapprof::gui::GraphLayout& layout);
    /// `reason` is a sentence for people.
    void failed(const QString& reason);

private:
    void read(int exitCode, QProcess::ExitStatus status);
    void fail(const QString& reason);

    QProcess* m_process = nullptr;  // null when idle; a child of this
    LayoutRequest m_request;
    QTimer m_timeout;
};

}  // namespace heapprof::gui
