#include "gui/window/status_area.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>
#include <cmath>

#include "gui/common/elided_label.h"
#include "gui/common/icons.h"
#include "gui/document/document.h"
#include "gui/summary/summary_texts.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

constexpr int kProgressSteps = 1000;

QString eventsText(double events) {
    if (events >= 1e9) return StatusArea::tr("%1 G").arg(plainNumber(events / 1e9, 2));
    if (events >= 1e6) return StatusArea::tr("%1 M").arg(plainNumber(events / 1e6, events >= 1e7 ? 1 : 2));
    if (events >= 1e4) return StatusArea::tr("%1 k").arg(plainNumber(events / 1e3, 0));
    return QLocale().toString(static_cast<qulonglong>(events));
}

QString secondsText(double seconds) {
    const auto whole = static_cast<int>(std::ceil(seconds));
    return whole < 60 ? StatusArea::tr("%1 s").arg(whole)
                      : StatusArea::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace

StatusArea::StatusArea(QWidget* parent)
    : QStatusBar(parent),
      m_about(new ElidedLabel),
      m_text(new ElidedLabel),
      m_progress(new QProgressBar),
      m_cancel(new QPushButton(tr("Cancel"))),
      m_continue(new QPushButton(tr("Continue"))),
      m_events(new QLabel) {
    setObjectName(QStringLiteral("statusArea"));
    m_about->setObjectName(QStringLiteral("aboutCapture"));
    m_about->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_text->setObjectName(QStringLiteral("progressText"));
    m_text->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_progress->setObjectName(QStringLiteral("progressBar"));
    m_progress->setRange(0, kProgressSteps);
    m_progress->setMaximumWidth(160);
    m_progress->setAccessibleName(tr("Reading the capture"));
    m_cancel->setObjectName(QStringLiteral("cancelReading"));
    m_cancel->setToolTip(tr("Stop reading; what has been read stays"));
    m_continue->setObjectName(QStringLiteral("continueReading"));
    m_continue->setToolTip(tr("Read the rest of the capture"));
    m_events->setObjectName(QStringLiteral("eventCount"));
    addWidget(m_about, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_text, m_progress, m_cancel, m_continue, m_events})
        addPermanentWidget(widget);
    connect(m_cancel, &QPushButton::clicked, this, &StatusArea::cancelWanted);
    connect(m_continue, &QPushButton::clicked, this, &StatusArea::continueWanted);
    applyPalette();
    showDocument(nullptr);
}

void StatusArea::showDocument(const Document* document) {
    using State = Document::State;
    const State state = document ? document->state() : State::Complete;
    const bool isBuilding = document && (state == State::Building || state == State::Opening);
    const bool isStopped = document && state == State::Stopped;
    const bool hasEnded = document && document->status().ending == DigestWorker::Ending::Orderly &&
                          document->status().recording.metadata().endReason != EndReason::Continued;
    m_progress->setVisible(isBuilding || isStopped);
    m_cancel->setVisible(isBuilding || (document && state == State::Following));
    m_cancel->setText(document && state == State::Following ? tr("Stop Reading") : tr("Cancel"));
    m_continue->setVisible(isStopped);
    m_events->setVisible(document != nullptr && document->isOpen());
    m_text->setVisible(isBuilding || isStopped || hasEnded);
    const bool isOpen = document && document->isOpen();
    m_about->setVisible(isOpen);
    if (isOpen) m_about->setText(aboutText(*document->status().recording.sharedInfo()));
    if (!document) return;

    const double fraction = document->fractionDone();
    m_progress->setValue(static_cast<int>(fraction * kProgressSteps));
    m_progress->setFormat(QStringLiteral("%1 %").arg(fraction * 100, 0, 'f', 0));
    QStringList texts;
    if (isStopped) texts << tr("Stopped");
    if (hasEnded) texts << tr("Recording has ended");
    if (state == State::Opening) texts << tr("Opening\u2026");
    if (isBuilding && document->eventsPerSecond() > 0)
        texts << tr("%1 events/s").arg(eventsText(document->eventsPerSecond()));
    if (const auto left = document->secondsLeft()) texts << tr("%1 left").arg(secondsText(*left));
    m_text->setText(texts.join(QStringLiteral(" \u00B7 ")));
    const std::uint64_t events = document->progress().events;
    m_events->setText(tr("%1 events", nullptr, pluralOf(static_cast<std::int64_t>(events)))
                          .arg(QLocale().toString(static_cast<qulonglong>(events))));
}

void StatusArea::changeEvent(QEvent* event) {
    QStatusBar::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyPalette();
}

void StatusArea::applyPalette() {
    m_cancel->setIcon(themedIcon(QStringLiteral("cancel"), palette()));
    m_continue->setIcon(themedIcon(QStringLiteral("continue"), palette()));
}

}  // namespace heapprof::gui
