#include "gui/summary/summary_page.h"

#include <QLabel>
#include <QVBoxLayout>

#include "gui/common/clamped_label.h"
#include "gui/common/function_names.h"
#include "gui/common/program_text.h"
#include "gui/common/style.h"
#include "gui/summary/finding_card.h"
#include "gui/summary/run_processes.h"
#include "gui/summary/summary_texts.h"

namespace heapprof::gui {
SummaryPage::SummaryPage(ViewStateStore& store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_program(new ClampedLabel),
      m_facts(new QLabel),
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
    auto* title = new QLabel(tr("What to look at"));
    title->setFont(captionFont(font()));
    title->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_program);
    layout->addWidget(m_facts);
    layout->addWidget(m_processes);
    layout->addSpacing(3 * kGrid);
    layout->addWidget(title);
    layout->addWidget(m_state);
    m_list = new QVBoxLayout;
    m_list->setSpacing(2 * kGrid);
    layout->addLayout(m_list);
    layout->addStretch(1);
    connect(m_processes, &RunProcesses::captureWanted, this, &SummaryPage::captureWanted);
}

void SummaryPage::showRecording(const Recording* recording) {
    if (!recording || recording->sharedCapture() != m_recording.sharedCapture()) {
        m_task.cancel();
        m_recording = Recording();
        showFindings({});
    }
    m_program->setWhole({});
    m_facts->clear();
    m_state->clear();
    m_processes->showRunOf(recording ? recording->capture().filebase() : std::filesystem::path());
    if (!recording) return;
    m_program->setWhole(textOf(programOf(*recording->sharedInfo())));
    m_program->setVisible(!m_program->whole().isEmpty());
    m_facts->setText(factsText(*recording));
    const bool isRead = recording->hasDigest() && recording->digest().complete() && !recording->isBeingWritten();
    const bool isKnown = m_recording.hasDigest() && recording->sharedDigest() == m_recording.sharedDigest();
    m_state->setText(isRead ? QString()
                            : tr("Once the recording has ended and been read, what to look at is said here."));
    m_state->setVisible(!isRead);
    if (!isRead || isKnown) return;
    m_recording = *recording;
    m_task.start([found = *recording](std::stop_token stop) { return heapprof::findings(found, stop); },
                 [this](std::vector<Finding> found) { showFindings(std::move(found)); });
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
        auto* card = new FindingCard(textOf(finding, m_recording.traces(), names));
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
        if (finding.kind != Finding::Kind::Peak) state.showInterval(finding.from, finding.to);
        switch (finding.kind) {
            case Finding::Kind::Peak:
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
