#include "gui/summary/run_processes.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <utility>

#include "gui/common/capture_list.h"
#include "gui/common/style.h"
#include "gui/summary/run_texts.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kCurveSteps = 96;
constexpr int kMostInSight = 4;
constexpr int kAgainAfterMs = 2000;
constexpr int kRestShare = 20;  // reading a long list takes a twentieth of one core at most

}  // namespace

RunProcesses::RunProcesses(QWidget* parent)
    : QWidget(parent), m_title(new QLabel), m_most(new QLabel), m_list(new CaptureList) {
    setObjectName(QStringLiteral("runProcesses"));
    m_title->setObjectName(QStringLiteral("runTitle"));
    m_title->setFont(captionFont(font()));
    m_title->setForegroundRole(QPalette::PlaceholderText);
    m_most->setObjectName(QStringLiteral("runMostMemory"));
    m_most->setTextFormat(Qt::PlainText);
    m_most->setWordWrap(true);
    m_most->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_list->setObjectName(QStringLiteral("runList"));
    m_list->setAccessibleName(tr("Processes of this run"));
    m_list->setMostInSight(kMostInSight);
    m_title->setBuddy(m_list);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 3 * kGrid, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(m_title);
    layout->addWidget(m_most);
    layout->addWidget(m_list);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &RunProcesses::read);
    connect(m_list, &CaptureList::wanted, this, &RunProcesses::captureWanted);
    hide();
}

void RunProcesses::showRunOf(const std::filesystem::path& filebase) {
    if (filebase == m_filebase) return;
    m_filebase = filebase;
    m_task.cancel();
    m_again.stop();
    showRun({});
    if (!m_filebase.empty()) read();
}

void RunProcesses::read() {
    const auto took = std::make_shared<qint64>(0);
    m_task.start(
        [path = m_filebase, took](std::stop_token stop) {
            QElapsedTimer timer;
            timer.start();
            RunOverview run = runOverviewOf(path, kCurveSteps, stop);
            *took = timer.elapsed();
            return run;
        },
        [this, took](RunOverview run) {
            showRun(std::move(run));
            if (m_run.isBeingWritten()) m_again.start(static_cast<int>(kAgainAfterMs + kRestShare * *took));
        },
        [this](const std::string&) { showRun({}); });
}

void RunProcesses::showRun(RunOverview run) {
    m_run = std::move(run);
    const bool hasOthers = m_run.hasOthers();
    std::vector<CaptureRow> rows;
    if (hasOthers) rows = rowsOf(m_run);
    m_title->setText(tr("Processes of this run: %1").arg(QLocale().toString(static_cast<qulonglong>(rows.size()))));
    m_most->setText(mostMemoryText(m_run));
    m_most->setVisible(!m_most->text().isEmpty());
    m_list->setRows(std::move(rows));
    setVisible(hasOthers);
}

}  // namespace heapprof::gui
