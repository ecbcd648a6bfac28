// The tool row of the flame graph and the layout of its parts.
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/common/hidden_frames_menu.h"
#include "gui/common/line_menu.h"
#include "gui/common/style.h"
#include "gui/common/wrap_layout.h"
#include "gui/flamegraph/flame_canvas.h"
#include "gui/flamegraph/flame_graph_view.h"
#include "gui/flamegraph/flame_legend.h"
#include "gui/flamegraph/flame_minimap.h"

namespace heapprof::gui {
namespace {

constexpr int kRowsOfRoom = 8;        // so many leave some for more than frames
constexpr int kRoomForDetails = 420;  // pixels beside the legend, or beside each other
constexpr int kRowsWithDetails = 7;   // of the view, its tools included, that leave some for a line of text

/// One line that gives way when the window is narrow, and then ends in dots.
class DetailsLabel : public QLabel {
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {40, QLabel::minimumSizeHint().height()}; }
    QSize sizeHint() const override { return {200, QLabel::sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        const QRect room = contentsRect();
        painter.drawText(room, static_cast<int>(alignment()) | Qt::TextSingleLine,
                         fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
    }
};

}  // namespace

void FlameGraphView::makeTools() {
    auto* tools = new WrapLayout;
    tools->setContentsMargins(4, 3, 4, 3);
    tools->setSpacing(4);
    const auto addButton = [&](const char* name, const QString& text, const QString& hint) {
        auto* button = new QToolButton;
        button->setObjectName(QLatin1String(name));
        button->setText(text);
        button->setToolTip(hint);
        button->setAutoRaise(true);
        tools->addWidget(button);
        return button;
    };
    const auto addSwitch = [&](const char* name, const QString& text, const QString& hint,
                               bool CallTreeOptions::* option) {
        QToolButton* button = addButton(name, text, hint);
        button->setCheckable(true);
        connect(button, &QToolButton::clicked, this, [this, option](bool on) { setOption(option, on); });
        m_switches.push_back({button, option});
    };

    m_grouping = new QComboBox;
    m_grouping->setObjectName(QStringLiteral("flameGrouping"));
    m_grouping->setAccessibleName(tr("One frame per"));
    m_grouping->setToolTip(tr("What makes two frames the same"));
    m_grouping->addItem(tr("By line"), static_cast<int>(Grouping::Line));
    m_grouping->addItem(tr("By function"), static_cast<int>(Grouping::Function));
    m_grouping->addItem(tr("By file"), static_cast<int>(Grouping::File));
    m_grouping->addItem(tr("By module"), static_cast<int>(Grouping::Module));
    tools->addWidget(m_grouping);
    m_direction = new QComboBox;
    m_direction->setObjectName(QStringLiteral("flameDirection"));
    m_direction->setAccessibleName(tr("Direction"));
    m_direction->addItem(tr("Icicle"));
    m_direction->addItem(tr("Flame"));
    m_direction->setToolTip(tr("Icicle: the root is above; flame: it is below"));
    tools->addWidget(m_direction);
    addSwitch("flameBottomUp", tr("Bottom-up"), tr("The allocating lines first, their callers behind"),
              &CallTreeOptions::bottomUp);
    addSwitch("flameMergeRecursion", tr("Merge recursion"), tr("A frame that is already on the stack is left out"),
              &CallTreeOptions::mergeRecursion);
    addSwitch("flameThreadsFirst", tr("Threads first"),
              tr("The threads stand below the root, each over its own stacks"), &CallTreeOptions::threadsFirst);
    m_hidden = addButton("flameHidden", tr("Hide frames"), tr("Cut code out of the stacks, in every view"));
    m_hidden->setPopupMode(QToolButton::InstantPopup);
    m_hidden->setCheckable(true);  // looks pressed while anything but the interpreter's own frames is hidden
    auto* hidden = new QMenu(m_hidden);
    m_hidden->setMenu(hidden);
    connect(hidden, &QMenu::aboutToShow, this, [this, hidden] {
        clearMenu(*hidden);
        addHiddenFrames(*hidden, store());
    });
    m_showAll = addButton("flameShowAll", tr("Show all"), tr("Leave the focused frame"));

    makeParts(tools);
    connectParts();
}

void FlameGraphView::connectParts() {
    connect(m_showAll, &QToolButton::clicked, this,
            [this] { store().change([](ViewState& edited) { edited.focus.clear(); }); });
    connect(m_grouping, &QComboBox::activated, this, [this](int index) {
        const auto grouping = static_cast<Grouping>(m_grouping->itemData(index).toInt());
        store().change([grouping](ViewState& edited) { edited.tree.grouping = grouping; });
    });
    connect(m_direction, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_canvas->setRootAtTop(index == 0); });
}

void FlameGraphView::makeParts(QLayout* tools) {
    m_canvas = new FlameCanvas;
    m_vertical = new QScrollBar(Qt::Vertical);
    m_vertical->setObjectName(QStringLiteral("flameVertical"));
    m_horizontal = new QScrollBar(Qt::Horizontal);
    m_horizontal->setObjectName(QStringLiteral("flameHorizontal"));
    m_minimap = new FlameMinimap(*m_canvas);
    m_about = new QWidget;
    auto* about = new QHBoxLayout(m_about);
    about->setContentsMargins(6, 2, 6, 2);
    about->setSpacing(4 * kGrid);
    m_legend = new FlameLegend;
    m_lowLegend = new FlameLegend;
    m_low = new QWidget;
    m_low->setObjectName(QStringLiteral("flameLowLegend"));
    auto* low = new QHBoxLayout(m_low);
    low->setContentsMargins(6, 0, 3 * kGrid, 0);
    low->addWidget(m_lowLegend);
    m_instances = new DetailsLabel;
    m_instances->setObjectName(QStringLiteral("flameInstances"));
    m_instances->setAccessibleName(tr("Instances of the selected line"));
    m_instances->setTextFormat(Qt::PlainText);
    m_instances->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    about->addWidget(m_legend);
    about->addStretch(1);
    m_details = new DetailsLabel;
    m_details->setObjectName(QStringLiteral("flameDetails"));
    m_details->setAccessibleName(tr("Frame under the cursor"));
    m_details->setTextFormat(Qt::PlainText);
    for (QLabel* label : {m_instances, m_details}) label->setContentsMargins(6, 2, 6, 2);

    m_picture = new QWidget;
    auto* picture = new QVBoxLayout(m_picture);
    auto* middle = new QHBoxLayout;
    middle->addWidget(m_canvas, 1);
    middle->addWidget(m_vertical);
    picture->addWidget(m_minimap);
    picture->addLayout(middle, 1);
    picture->addWidget(m_horizontal);
    picture->addWidget(m_about);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(tools);
    layout->addWidget(m_picture, 1);
    auto* last = new QHBoxLayout;
    last->addWidget(m_low);
    last->addWidget(m_details, 1);
    last->addWidget(m_instances, 1);
    layout->addLayout(last);
    for (QLayout* each : {static_cast<QLayout*>(picture), static_cast<QLayout*>(middle), static_cast<QLayout*>(last),
                          static_cast<QLayout*>(layout)}) {
        each->setContentsMargins({});
        each->setSpacing(0);
    }
}

void FlameGraphView::setOption(bool CallTreeOptions::* option, bool on) {
    store().change([option, on](ViewState& edited) {
        edited.tree.*option = on;
        // A path from the root means nothing in the tree that stands on its head, or begins with threads.
        if (option == &CallTreeOptions::bottomUp || option == &CallTreeOptions::threadsFirst) edited.focus.clear();
    });
}

void FlameGraphView::syncTools() {
    const QSignalBlocker block(m_grouping);
    m_grouping->setCurrentIndex(m_grouping->findData(static_cast<int>(state().tree.grouping)));
    for (const Switch& each : m_switches) each.button->setChecked(state().tree.*each.option);
    m_hidden->setChecked(!textOf(state().tree.hidden).isEmpty());
    m_showAll->setVisible(!state().focus.empty());
}

void FlameGraphView::updateParts() {
    // Of the room that they share, so that what stands here or not does not change what is decided.
    const int room = m_picture->height();
    const bool isRoomy = room >= kRowsOfRoom * m_canvas->rowHeight();
    const bool isBeside = hasLastRow() && width() >= m_low->sizeHint().width() + kRoomForDetails;
    m_low->setVisible(isBeside);
    m_about->setVisible(isRoomy && !isBeside);
    updateLastRow();
    const int content = m_canvas->height() + m_canvas->maxScroll();  // or less, where everything fits
    const bool isCut = m_canvas->isZoomed() || m_canvas->focusNode() != 0 ||
                       content > room - (isRoomy && !isBeside ? m_about->sizeHint().height() : 0);
    // The canvas gets another height while the layout is at work, which then is not told of what comes or goes.
    if (m_minimap->isHidden() == (isRoomy && isCut))
        QTimer::singleShot(0, m_picture, [this] {
            m_picture->layout()->invalidate();
            m_picture->layout()->activate();
        });
    m_minimap->setVisible(isRoomy && isCut);
    m_horizontal->setVisible(!isRoomy && m_canvas->isZoomed());
}

bool FlameGraphView::hasLastRow() const { return height() >= kRowsWithDetails * m_canvas->rowHeight(); }

/// The frame under the cursor and the selected line; where there is no room for both, the one that is looked at.
void FlameGraphView::updateLastRow() {
    const int room = width() - (m_low->isVisibleTo(this) ? m_low->sizeHint().width() : 0);
    const bool isFrameLookedAt = m_canvas->hoveredNode() || m_movingByKeyboard;
    const bool hasInstances = !m_instances->text().isEmpty();
    const bool isForBoth = hasInstances && room >= 2 * kRoomForDetails;
    m_instances->setVisible(hasLastRow() && hasInstances && (isForBoth || !isFrameLookedAt));
    m_details->setVisible(hasLastRow() && (isForBoth || isFrameLookedAt || !hasInstances));
}

}  // namespace heapprof::gui
