// Graphviz in a process of its own, which can be killed at any moment.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QTimer>
#include <optional>

#include "gui/flowgraph/graph_layout.h"

namespace heapprof::gui {

/// The process is started for the first request and waits for the next one after each answer. It ends with this object;
/// when it dies, hangs or answers anything else than a layout, that one layout fails, and the next one starts another.
/// One layout at a time. GUI thread only; never blocks, but for some milliseconds in the destructor.
class LayoutProcess : public QObject {
    Q_OBJECT

public:
    explicit LayoutProcess(QObject* parent = nullptr);
    ~LayoutProcess() override;

    /// The program that is started as `PROGRAM --layout`; at first this very program. Its main() has to call
    /// runLayoutHelper() for that argument.
    static void setProgram(const QString& path);

    /// Starts to lay out `request`, which fails when there is no answer after `timeoutMs`. Requires !isRunning().
    void start(LayoutRequest request, LayoutEffort effort, int timeoutMs);
    /// Kills the layout under way, if any; nothing is reported.
    void cancel();
    bool isRunning() const { return m_request.has_value(); }

signals:
    void finished(const heapprof::gui::GraphLayout& layout);
    /// `reason` is a sentence for people; `tooSlow`: there was no answer in time.
    void failed(const QString& reason, bool tooSlow);

private:
    void startProcess(const QString& program);
    /// Lets go of the process and kills it.
    void dropProcess();
    void read();
    void ended(int exitCode, QProcess::ExitStatus status);
    void fail(const QString& reason, bool tooSlow = false);

    QProcess* m_process = nullptr;  // null until it is needed, and after it died; a child of this
    QString m_program;              // of m_process
    FrameReader m_answers{"layout"};
    QByteArray m_complaint;                  // the process's standard error since the request
    std::optional<LayoutRequest> m_request;  // under way
    QTimer m_timeout;
};

}  // namespace heapprof::gui
