#include "gui/flowgraph/flow_controls.h"

#include <QAction>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "gui/common/wrap_layout.h"

namespace heapprof::gui {
namespace {

// The slider's position is the square root of the share: half of it serves the first 25 %.
constexpr int kSteps = 200;

int stepOf(double share) { return static_cast<int>(std::lround(std::sqrt(std::clamp(share, 0.0, 1.0)) * kSteps)); }
/// Rounded to the tenth of a percent that the number shows.
double shareOf(int step) { return std::round(1000.0 * step / kSteps * step / kSteps) / 1000; }

}  // namespace

ShareControl::ShareControl(const QString& label, const QString& explanation, const QString& objectName, QWidget* parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_number(new QDoubleSpinBox(this)) {
    auto* text = new QLabel(label, this);
    text->setBuddy(m_number);
    m_slider->setRange(0, kSteps);
    m_slider->setSingleStep(2);
    m_slider->setMinimumWidth(54);
    m_slider->setMaximumWidth(130);
    m_slider->setObjectName(objectName + QStringLiteral("Slider"));
    m_slider->setAccessibleName(label);
    m_number->setRange(0, 100);
    m_number->setDecimals(1);
    m_number->setSingleStep(0.5);
    m_number->setSuffix(tr(" %"));
    m_number->setKeyboardTracking(false);
    m_number->setObjectName(objectName + QStringLiteral("Number"));
    m_number->setAccessibleName(label);
    for (QWidget* widget :
         {static_cast<QWidget*>(text), static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_number)})
        widget->setToolTip(explanation);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text);
    row->addWidget(m_slider);
    row->addWidget(m_number);
    connect(m_slider, &QSlider::sliderPressed, this, [this] { m_dragged = false; });
    connect(m_slider, &QSlider::valueChanged, this, [this](int step) {
        const bool continues = m_slider->isSliderDown() && m_dragged;
        m_dragged = m_slider->isSliderDown();
        {
            const QSignalBlocker quiet(m_number);
            m_number->setValue(100 * shareOf(step));
        }
        emit shareChanged(shareOf(step), continues);
    });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double percent) {
        {
            const QSignalBlocker quiet(m_slider);
            m_slider->setValue(stepOf(percent / 100));
        }
        emit shareChanged(percent / 100, false);
    });
}

void ShareControl::setShare(double share) {
    const QSignalBlocker quietSlider(m_slider), quietNumber(m_number);
    if (!m_slider->isSliderDown()) m_slider->setValue(stepOf(share));
    m_number->setValue(100 * share);
}

FlowControls::FlowControls(QWidget* parent)
    : QWidget(parent),
      m_minNode(new ShareControl(tr("Smallest &line:"), tr("Leave out lines with a smaller share of the total"),
                                 QStringLiteral("flowMinNode"), this)),
      m_minEdge(new ShareControl(tr("Smallest &call:"),
                                 tr("Leave out calls that carry a smaller share of their caller's memory"),
                                 QStringLiteral("flowMinEdge"), this)),
      m_collapse(new QCheckBox(tr("&Join runs"), this)),
      m_sizeBySelf(new QCheckBox(tr("Si&ze by self"), this)) {
    const auto makeButton = [this](const QString& name, const QString& text, const QString& explanation) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setText(text);
        button->setToolTip(explanation);
        button->setAutoRaise(true);
        return button;
    };
    auto* fit = makeButton(QStringLiteral("flowFit"), tr("Fit"),
                           tr("Show the whole graph (0, or double click on the background)"));
    auto* heaviest =
        makeButton(QStringLiteral("flowHeaviest"), tr("Heaviest path"),
                   tr("Follow the calls that carry most, to the line that holds more than it passes on (H)"));
    m_collapse->setObjectName(QStringLiteral("flowCollapse"));
    m_collapse->setToolTip(tr("Draw lines that only lead to each other as one box"));
    m_sizeBySelf->setObjectName(QStringLiteral("flowSizeBySelf"));
    m_sizeBySelf->setToolTip(tr("Draw lines larger the more memory they allocate themselves"));

    auto* rows = new WrapLayout(this);
    rows->setContentsMargins(6, 4, 6, 4);
    rows->setSpacing(12);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{fit, heaviest, m_minNode, m_minEdge, m_collapse, m_sizeBySelf})
        rows->addWidget(widget);
    setOptions({});

    connect(fit, &QToolButton::clicked, this, &FlowControls::fitRequested);
    connect(heaviest, &QToolButton::clicked, this, &FlowControls::heaviestPathRequested);
    connect(m_minNode, &ShareControl::shareChanged, this, [this](double share, bool continues) {
        emit edited([share](FlowGraphOptions& options) { options.minNodeFraction = share; }, continues);
    });
    connect(m_minEdge, &ShareControl::shareChanged, this, [this](double share, bool continues) {
        emit edited([share](FlowGraphOptions& options) { options.minEdgeFraction = share; }, continues);
    });
    connect(m_collapse, &QCheckBox::toggled, this,
            [this](bool on) { emit edited([on](FlowGraphOptions& options) { options.collapse = on; }, false); });
    connect(m_sizeBySelf, &QCheckBox::toggled, this,
            [this](bool on) { emit edited([on](FlowGraphOptions& options) { options.sizeBySelfUsage = on; }, false); });
}

void FlowControls::setOptions(const FlowGraphOptions& options) {
    const QSignalBlocker quietCollapse(m_collapse), quietSize(m_sizeBySelf);
    m_minNode->setShare(options.minNodeFraction);
    m_minEdge->setShare(options.minEdgeFraction);
    m_collapse->setChecked(options.collapse);
    m_sizeBySelf->setChecked(options.sizeBySelfUsage);
}

}  // namespace heapprof::gui
