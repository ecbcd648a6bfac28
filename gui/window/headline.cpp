#include "gui/window/headline.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

#include "core/blocks/allocations.h"
#include "core/text/text.h"
#include "gui/common/elided_label.h"
#include "gui/common/result_texts.h"
#include "gui/common/style.h"
#include "gui/common/time_of_day.h"

namespace heapprof::gui {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

Headline::Headline(QWidget* parent) : QWidget(parent), m_amount(new QLabel), m_about(new ElidedLabel) {
    setObjectName(QStringLiteral("headline"));
    setAttribute(Qt::WA_StyledBackground);
    m_amount->setObjectName(QStringLiteral("headlineAmount"));
    m_amount->setFont(headlineFont(font()));
    m_amount->setTextFormat(Qt::PlainText);
    m_about->setObjectName(QStringLiteral("headlineAbout"));
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_about->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * kGrid, 2 * kGrid, 3 * kGrid, 0);
    layout->setSpacing(3 * kGrid);
    layout->addWidget(m_amount);
    layout->addWidget(m_about, 1);
    update();
}

void Headline::addTool(QWidget* tool) { layout()->addWidget(tool); }

void Headline::showInstant(std::shared_ptr<const InstantResult> result) {
    m_instant = std::move(result);
    update();
}

void Headline::showPlot(std::shared_ptr<const PlotResult> result) {
    m_plot = std::move(result);
    update();
}

void Headline::setStale(bool isStale) { setEnabled(!isStale); }

QString Headline::amountText() const { return m_amount->text(); }
QString Headline::aboutText() const { return m_about->text(); }

void Headline::update() {
    if (!m_instant) {
        m_amount->setText(QStringLiteral("\u2026"));
        m_about->setText({});
        return;
    }
    const InstantResult& result = *m_instant;
    const Snapshot& shown = result.snapshot();
    m_amount->setText(amountWithUnit(result, result.amountOf(shown.total)));
    QStringList parts;
    if (const QString interval = text(formatInterval(shown.total, result.measure())); !interval.isEmpty())
        parts << tr("95 %: %1").arg(interval);
    if (!result.isInterval()) {
        parts << tr("live at %1").arg(text(formatTime(shown.time)));
        if (const QString time = timeOfDay(*result.info, shown.time.time); !time.isEmpty()) parts << time;
        if (m_plot && m_plot->isComplete && m_plot->peak && m_plot->counted == result.counted &&
            m_plot->peak->instant == shown.time)
            parts << (result.counted.isEverythingOf(result.recording) ? tr("peak of the recording")
                                                                      : tr("peak of what counts"));
    } else if (!result.isAnswerable) {
        m_amount->setText(QStringLiteral("?"));
        parts << emptyTextOf(result);
    } else {
        parts << subjectWithin(result);
        if (result.mode == IntervalMode::Allocated && result.begin() < result.end()) {
            const AllocationRate rate = rateOf(shown.total, result.begin(), result.end());
            parts << tr("%1 and %2 blocks a second")
                         .arg(text(formatBytes(static_cast<std::int64_t>(rate.bytes))),
                              QLocale().toString(rate.blocks, 'f', rate.blocks < 10 ? 1 : 0));
        }
    }
    m_about->setText(parts.join(QStringLiteral("  \u00B7  ")));
}

}  // namespace heapprof::gui
