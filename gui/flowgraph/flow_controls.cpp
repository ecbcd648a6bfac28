#include "gui/flowgraph/flow_controls.h"

#include <QAction>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "gui/common/wrap_layout.h"

namespace heapprof::gui {
namespace {

// The slider's position is the square root of the share: half of it serves the first 25 %.
constexpr int kSteps = 200;
constexpr int kSpacing = 12, kMargin = 4;

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
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);  // the number stays beside its slider
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
    setObjectName(QStringLiteral("flowControls"));
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

    m_options = makeButton(QStringLiteral("flowOptions"), tr("Options\u2026"),
                           tr("What the graph leaves out, and how it is drawn"));
    m_options->hide();
    m_popup = new QFrame(this, Qt::Popup);
    m_popup->setObjectName(QStringLiteral("flowOptionsPopup"));
    m_popup->setFrameShape(QFrame::StyledPanel);
    auto* column = new QVBoxLayout(m_popup);
    column->setContentsMargins(kSpacing, kSpacing, kSpacing, kSpacing);

    auto* rows = new WrapLayout(this);
    rows->setContentsMargins(kSpacing / 2, kMargin, kSpacing / 2, kMargin);
    rows->setSpacing(kSpacing);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{fit, heaviest, m_options, m_minNode, m_minEdge, m_collapse, m_sizeBySelf})
        rows->addWidget(widget);
    m_kept = {fit, heaviest};
    m_moved = {m_minNode, m_minEdge, m_collapse, m_sizeBySelf};
    setOptions({});

    connect(m_options, &QToolButton::clicked, this, [this] {
        m_popup->adjustSize();
        m_popup->move(m_options->mapToGlobal(QPoint(0, m_options->height())));
        m_popup->show();
        m_minNode->setFocus();
    });

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

void FlowControls::setCompact(bool isCompact) {
    if (std::exchange(m_isCompact, isCompact) == isCompact) return;
    m_popup->hide();
    QLayout* from = isCompact ? layout() : m_popup->layout();
    QLayout* to = isCompact ? m_popup->layout() : layout();
    for (QWidget* widget : m_moved) {
        from->removeWidget(widget);
        to->addWidget(widget);
        widget->show();
    }
    m_options->setVisible(isCompact);
}

int FlowControls::wholeHeight(int width) const {
    int rows = 0, left = 0, height = 0;
    for (const auto& widgets : {m_kept, m_moved}) {
        for (const QWidget* widget : widgets) {
            const int needed = widget->minimumSizeHint().width() + kSpacing;
            if (rows == 0 || needed > left) {
                ++rows;
                left = width;
            }
            left -= needed;
            height = std::max(height, widget->sizeHint().height());
        }
    }
    return rows * (height + kMargin) + kMargin;
}

void FlowControls::setOptions(const FlowGraphOptions& options) {
    const QSignalBlocker quietCollapse(m_collapse), quietSize(m_sizeBySelf);
    m_minNode->setShare(options.minNodeFraction);
    m_minEdge->setShare(options.minEdgeFraction);
    m_collapse->setChecked(options.collapse);
    m_sizeBySelf->setChecked(options.sizeBySelfUsage);
}

}  // namespace heapprof::gui
