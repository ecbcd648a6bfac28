#include "gui/flowgraph/layout_process.h"

#include <QCoreApplication>
#include <utility>

namespace heapprof::gui {
namespace {

QString& programOverride() {
    static QString path;
    return path;
}

constexpr int kReapMs = 1000;
constexpr qsizetype kMaxComplaint = 500;

}  // namespace

LayoutProcess::LayoutProcess(QObject* parent) : QObject(parent) {
    m_timeout.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this, [this] {
        fail(tr("Laying out %1 boxes and %2 calls took too long.")
                 .arg(m_request->boxes.size())
                 .arg(m_request->edges.size()),
             true);
    });
}

LayoutProcess::~LayoutProcess() {
    dropProcess();
    // Killed ones that the system has not handed back yet: QProcess warns when it is destroyed while running.
    for (QProcess* process : findChildren<QProcess*>(QString(), Qt::FindDirectChildrenOnly))
        process->waitForFinished(kReapMs);
}

void LayoutProcess::setProgram(const QString& path) { programOverride() = path; }

void LayoutProcess::start(LayoutRequest request, LayoutEffort effort, int timeoutMs) {
    Q_ASSERT(!isRunning());
    m_request = std::move(request);
    m_complaint.clear();
    m_timeout.start(timeoutMs);
    const QString program = programOverride().isEmpty() ? QCoreApplication::applicationFilePath() : programOverride();
    if (m_process != nullptr && m_program != program) dropProcess();
    if (m_process == nullptr) startProcess(program);
    if (m_process != nullptr) m_process->write(toFrame("graph", toDot(*m_request, effort)));
}

void LayoutProcess::startProcess(const QString& program) {
    m_program = program;
    m_answers = FrameReader("layout");
    m_process = new QProcess(this);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &LayoutProcess::read);
    connect(m_process, &QProcess::readyReadStandardError, this,
            [this] { m_complaint = (m_complaint + m_process->readAllStandardError()).right(kMaxComplaint); });
    connect(m_process, &QProcess::finished, this, &LayoutProcess::ended);
    connect(
        m_process, &QProcess::errorOccurred, this,
        [this, process = m_process](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart || process != m_process) return;
            const QString reason = tr("The layout helper cannot be started: %1").arg(m_process->errorString());
            dropProcess();
            fail(reason);
        },
        Qt::QueuedConnection);  // start() returns before anything is reported
    m_process->start(program, {QStringLiteral("--layout")});
}

void LayoutProcess::dropProcess() {
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

void LayoutProcess::cancel() {
    if (!isRunning()) return;
    m_timeout.stop();
    m_request.reset();
    dropProcess();
}

void LayoutProcess::read() {
    m_answers.add(m_process->readAllStandardOutput());
    const std::optional<QByteArray> answer = isRunning() ? m_answers.take() : std::nullopt;
    if (!answer && !m_answers.isBroken() && isRunning()) return;  // the rest is still to come
    const auto layout = answer && m_answers.isEmpty() ? parseLayout(*answer, *m_request) : std::nullopt;
    if (!layout) {
        // Nobody knows what comes after such an answer, or after one that nobody asked for.
        dropProcess();
        return fail(tr("The layout helper's answer cannot be read."));
    }
    m_timeout.stop();
    m_request.reset();
    emit finished(*layout);
}

void LayoutProcess::ended(int exitCode, QProcess::ExitStatus status) {
    const QString complaint =
        QString::fromLocal8Bit((m_complaint + m_process->readAllStandardError()).right(kMaxComplaint)).trimmed();
    dropProcess();
    if (status == QProcess::CrashExit) return fail(tr("The layout helper crashed."));
    fail(complaint.isEmpty() ? tr("The layout helper ended with code %1.").arg(exitCode)
                             : tr("The layout helper ended with code %1: %2").arg(exitCode).arg(complaint));
}

void LayoutProcess::fail(const QString& reason, bool tooSlow) {
    if (!isRunning()) return;
    cancel();
    emit failed(reason, tooSlow);
}

}  // namespace heapprof::gui
