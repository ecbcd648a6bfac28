#include "gui/window/empty_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {
namespace {

constexpr int kTextWidth = 460;

}  // namespace

EmptyPage::EmptyPage(QWidget* parent) : QWidget(parent), m_why(new QLabel) {
    setObjectName(QStringLiteral("emptyPage"));
    auto* title = new QLabel(tr("Nothing was recorded"));
    title->setFont(headlineFont(font()));
    m_why->setObjectName(QStringLiteral("emptyWhy"));
    m_why->setTextFormat(Qt::PlainText);
    m_why->setWordWrap(true);
    m_why->setAlignment(Qt::AlignCenter);
    m_why->setFixedWidth(kTextWidth);
    m_why->setForegroundRole(QPalette::PlaceholderText);
    auto* open = new QPushButton(tr("&Open Another Capture\u2026"));
    open->setObjectName(QStringLiteral("emptyOpen"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(3 * kGrid);
    layout->addStretch(2);
    for (QWidget* widget : {static_cast<QWidget*>(title), static_cast<QWidget*>(m_why), static_cast<QWidget*>(open)})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(open, &QPushButton::clicked, this, &EmptyPage::openWanted);
}

void EmptyPage::showCapture(const Metadata& metadata) {
    const Sampling& sampling = metadata.recordedSampling;
    m_why->setText(sampling.mode == Sampling::Mode::Everything
                       ? tr("The program allocated nothing while heapprof recorded: it may have been started too late, "
                            "or stopped or paused at once.")
                       : tr("None of the program's allocations was chosen (%1): a smaller samplingRate, or --sample, "
                            "records more.")
                             .arg(textOf(sampling)));
    m_why->setMinimumHeight(m_why->heightForWidth(kTextWidth));  // a layout that centres would ask for no width
}

}  // namespace heapprof::gui
