#include "gui/flowgraph/layout_process.h"

#include <QCoreApplication>

namespace heapprof::gui {
namespace {

QString& programOverride() {
    static QString path;
    return path;
}

constexpr int kReapMs = 1000;

}  // namespace

LayoutProcess::LayoutProcess(QObject* parent, int timeoutMs) : QObject(parent) {
    m_timeout.setSingleShot(true);
    m_timeout.setInterval(timeoutMs);
    connect(&m_timeout, &QTimer::timeout, this, [this] {
        fail(tr("Laying out %1 boxes and %2 calls took too long. Raise the smallest line or the smallest call to draw "
                "fewer.")
                 .arg(m_request.boxes.size())
                 .arg(m_request.edges.size()));
    });
}

LayoutProcess::~LayoutProcess() {
    cancel();
    // Killed ones that the system has not handed back yet: QProcess warns when it is destroyed while running.
    for (QProcess* process : findChildren<QProcess*>(QString(), Qt::FindDirectChildrenOnly))
        process->waitForFinished(kReapMs);
}

void LayoutProcess::setProgram(const QString& path) { programOverride() = path; }

void LayoutProcess::start(LayoutRequest request) {
    cancel();
    m_request = std::move(request);
    m_process = new QProcess(this);
    connect(m_process, &QProcess::finished, this, &LayoutProcess::read);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(tr("The layout helper cannot be started: %1").arg(m_process->errorString()));
    });
    m_timeout.start();
    const QString program = programOverride().isEmpty() ? QCoreApplication::applicationFilePath() : programOverride();
    m_process->start(program, {QStringLiteral("--layout")});
    if (m_process == nullptr) return;  // it failed at once
    m_process->write(toDot(m_request));
    m_process->closeWriteChannel();
}

void LayoutProcess::cancel() {
    m_timeout.stop();
    if (m_process == nullptr) return;
    QProcess* process = std::exchange(m_process, nullptr);
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
        return;
    }
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->kill();
}

void LayoutProcess::read(int exitCode, QProcess::ExitStatus status) {
    const QByteArray output = m_process->readAllStandardOutput();
    const QString complaint = QString::fromLocal8Bit(m_process->readAllStandardError()).trimmed().left(500);
    if (status == QProcess::CrashExit) return fail(tr("The layout helper crashed."));
    if (exitCode != 0)
        return fail(complaint.isEmpty() ? tr("The layout helper failed with code %1.").arg(exitCode)
                                        : tr("The layout helper failed with code %1: %2").arg(exitCode).arg(complaint));
    const std::optional<GraphLayout> layout = parseLayout(output, m_request);
    if (!layout) return fail(tr("The layout helper's answer cannot be read."));
    cancel();
    emit finished(*layout);
}

void LayoutProcess::fail(const QString& reason) {
    cancel();
    emit failed(reason);
}

}  // namespace heapprof::gui
