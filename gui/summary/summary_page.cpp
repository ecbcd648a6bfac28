#include "gui/summary/summary_page.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/clamped_label.h"
#include "gui/common/function_names.h"
#include "gui/common/program_text.h"
#include "gui/common/style.h"
#include "gui/summary/finding_card.h"
#include "gui/summary/run_processes.h"
#include "gui/summary/summary_texts.h"

namespace heapprof::gui {
namespace {
// While a program runs what to look at is found anew after a pause, which is long where that takes long.
constexpr qint64 kMinPauseMs = 10'000, kPauseShare = 20;
}  // namespace

SummaryPage::SummaryPage(ViewStateStore& store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_program(new ClampedLabel),
      m_facts(new QLabel),
      m_title(new QLabel),
      m_state(new QLabel),
      m_processes(new RunProcesses) {
    setObjectName(QStringLiteral("summaryPage"));
    setAccessibleName(tr("Summary"));
    setAttribute(Qt::WA_StyledBackground);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    if (strong.pointSizeF() > 0) strong.setPointSizeF(strong.pointSizeF() * 1.15);
    m_program->setFont(strong);
    m_program->setObjectName(QStringLiteral("summaryProgram"));
    m_facts->setObjectName(QStringLiteral("summaryFacts"));
    m_state->setObjectName(QStringLiteral("summaryState"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * kGrid, 3 * kGrid, 4 * kGrid, 3 * kGrid);
    layout->setSpacing(kGrid);
    for (QLabel* label : {m_facts, m_state}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setForegroundRole(QPalette::PlaceholderText);
    }
    m_title->setObjectName(QStringLiteral("summaryTitle"));
    m_title->setFont(captionFont(font()));
    m_title->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_program);
    layout->addWidget(m_facts);
    layout->addWidget(m_processes);
    layout->addSpacing(3 * kGrid);
    layout->addWidget(m_title);
    layout->addWidget(m_state);
    m_list = new QVBoxLayout;
    m_list->setSpacing(2 * kGrid);
    layout->addLayout(m_list);
    layout->addStretch(1);
    connect(m_processes, &RunProcesses::captureWanted, this, &SummaryPage::captureWanted);
    connect(&store, &ViewStateStore::changed, this, &SummaryPage::updateTitle);
    updateTitle();
}

void SummaryPage::showRecording(const Recording* recording, std::shared_ptr<const Timeline> timeline, bool isFollowed) {
    m_isOpen = recording != nullptr;
    m_isFollowed = isFollowed;
    if (!recording || recording->sharedCapture() != m_askedRecording.sharedCapture()) {
        m_task.cancel();
        m_recording = m_askedRecording = Recording();
        showFindings({});
    }
    m_program->setWhole(recording ? textOf(programOf(*recording->sharedInfo())) : QString());
    m_program->setVisible(!m_program->whole().isEmpty());
    m_processes->showRunOf(recording ? recording->capture().filebase() : std::filesystem::path());
    m_facts->setText(recording ? factsText(*recording) : QString());
    if (recording) find(*recording, std::move(timeline), isFollowed);
    updateState();
}

void SummaryPage::find(const Recording& recording, std::shared_ptr<const Timeline> timeline, bool isFollowed) {
    const bool isRead = recording.hasDigest() && (recording.digest().complete() || isFollowed);
    if (!isRead || recording.sharedDigest() == m_askedRecording.sharedDigest()) return;
    if (isFollowed) {
        const qint64 pause = std::max(kMinPauseMs, m_lastTookMs * kPauseShare);
        if (m_task.isRunning() || (m_sinceFound.isValid() && m_sinceFound.elapsed() < pause)) return;
    }
    m_askedRecording = recording;
    m_sinceAsked.start();
    m_task.start(
        [recording, timeline = std::move(timeline)](std::stop_token stop) {
            return heapprof::findings(recording, timeline ? *timeline : Timeline(), stop);
        },
        [this](std::vector<Finding> found) {
            m_recording = m_askedRecording;
            m_lastTookMs = m_sinceAsked.elapsed();
            m_sinceFound.start();
            showFindings(std::move(found));
            updateState();
        });
}

void SummaryPage::updateState() {
    QString text;
    if (m_isOpen && !m_askedRecording.hasCapture())
        text = tr("Once the recording has been read, what to look at is said here.");
    else if (m_isFollowed && m_recording.hasCapture())
        text = tr("Up to %1; the program is still running.").arg(QString::fromStdString(formatTime(m_recording.end())));
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
}

void SummaryPage::updateTitle() {
    const ViewState& state = m_store.state();
    const bool isEverything =
        state.filters.empty() && (!m_recording.hasCapture() || state.domains.includes(m_recording.metadata().domains));
    m_title->setText(isEverything ? tr("What to look at") : tr("What to look at, without the filters"));
}

void SummaryPage::showFindings(std::vector<Finding> found) {
    while (QLayoutItem* item = m_list->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    m_findings = std::move(found);
    if (m_findings.empty()) return;
    const FunctionNames names(m_recording.traces());
    for (const Finding& finding : m_findings) {
        auto* card = new FindingCard(textOf(finding, *m_recording.sharedInfo(), names));
        connect(card, &FindingCard::chosen, this, [this, finding] { follow(finding); });
        m_list->addWidget(card);
    }
}

void SummaryPage::follow(const Finding& finding) {
    m_store.change([&](ViewState& state) {
        state.showInstant(finding.to);
        state.selectedLine = finding.line;
        state.domains = DomainSet::all();  // findings are about everything
        state.filters.clear();
        if (finding.from != finding.to) state.showInterval(finding.from, finding.to);
        switch (finding.kind) {
            case Finding::Kind::Peak:
                break;
            case Finding::Kind::Resident:
                state.showsResident = true;
                break;
            case Finding::Kind::Growth:
                state.mode = IntervalMode::Change;
                break;
            case Finding::Kind::LeftOver:
                state.mode = IntervalMode::StillAlive;
                break;
            case Finding::Kind::Churn:
                state.mode = IntervalMode::Allocated;
                break;
            case Finding::Kind::Temporary:
                state.mode = IntervalMode::Temporary;
                break;
        }
    });
}

}  // namespace heapprof::gui
