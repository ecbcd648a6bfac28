#include "gui/flamegraph/flame_graph_view.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolButton>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/line_menu.h"
#include "gui/common/result_texts.h"
#include "gui/flamegraph/flame_canvas.h"
#include "gui/flamegraph/flame_legend.h"
#include "gui/flamegraph/flame_page.h"

namespace heapprof::gui {
namespace {
constexpr int kScrollSteps = 1 << 20;  // of the horizontal bar over the focused node's range
}

FlameGraphView::FlameGraphView(ViewStateStore& store, QWidget* parent) : InstantView(store, parent) {
    setObjectName(QStringLiteral("flameGraphView"));
    makeTools();
    setFocusProxy(m_canvas);
    connect(m_canvas, &FlameCanvas::moved, this, [this] {
        updateScrollBars();
        updateParts();
        updateDetails();  // what is too narrow to be told apart
    });
    connect(m_canvas, &FlameCanvas::hoverChanged, this, &FlameGraphView::updateDetails);
    connect(m_canvas, &FlameCanvas::picked, this, &FlameGraphView::pick);
    connect(m_canvas, &FlameCanvas::activated, this, &FlameGraphView::focusOn);
    connect(m_canvas, &FlameCanvas::menuWanted, this, &FlameGraphView::showMenu);
    connect(m_canvas, &FlameCanvas::escapePressed, this, &FlameGraphView::goBack);
    connect(m_vertical, &QScrollBar::valueChanged, m_canvas, &FlameCanvas::setScroll);
    connect(m_horizontal, &QScrollBar::valueChanged, this, [this](int value) {
        m_canvas->setLeft(m_canvas->homeLeft() + m_canvas->homeWidth() * value / kScrollSteps);
    });
    connect(&store, &ViewStateStore::changed, this, &FlameGraphView::onStateChanged);
    syncTools();
    updateEmptyText();
    updateScrollBars();
    updateDetails();
}

FlameGraphView::~FlameGraphView() = default;

void FlameGraphView::showResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    if (!m_result) {
        m_layoutTask.cancel();
        m_layoutResult.reset();
        m_problem.clear();
        takeScene(nullptr);
        return;
    }
    if (!m_layoutTask.isRunning()) layOut();
}

void FlameGraphView::layOut() {
    m_problem.clear();
    emit preparing();
    m_layoutTask.start(
        [shown = m_layoutResult = m_result](std::stop_token) { return std::make_shared<const FlameScene>(shown); },
        [this](std::shared_ptr<const FlameScene> scene) { takeScene(std::move(scene)); },
        [this](const std::string& reason) {
            m_problem = tr("The flame graph could not be drawn: %1").arg(QString::fromStdString(printable(reason)));
            takeScene(nullptr);
        });
}

void FlameGraphView::takeScene(std::shared_ptr<const FlameScene> scene) {
    // The keyboard stays on the same frame of the new tree; when that is gone, on none.
    std::optional<std::uint32_t> current;
    if (scene && scene->layout.rowCount() && m_scene && m_canvas->currentNode() &&
        m_scene->result->info->metadata.uuid == scene->result->info->metadata.uuid) {
        const auto path = pathTo(m_scene->tree(), *m_canvas->currentNode());
        const std::uint32_t node = findPath(scene->tree(), path);
        if (scene->tree().nodes[node].depth == path.size()) current = node;
    }
    m_scene = std::move(scene);
    m_canvas->setScene(m_scene, m_scene ? focusNode(*m_scene) : 0, current);
    for (FlameLegend* legend : {m_legend, m_lowLegend}) legend->setScene(m_scene);
    updateEmptyText();
    updateDetails();
    updateSearch();
    updateSelected();
    if (m_result && m_layoutResult != m_result) layOut();  // newer than the one that was under way
    finishTask();
}

bool FlameGraphView::isBusy() const {
    return m_layoutTask.isRunning() || m_searchTask.isRunning() || m_selectTask.isRunning();
}

const InstantResult* FlameGraphView::outdated() const {
    return m_scene && m_scene->result != m_result ? m_scene->result.get() : nullptr;
}

void FlameGraphView::finishTask() {
    if (!isBusy()) emit settled();
}

void FlameGraphView::onStateChanged(const ViewState& now, const ViewState& before) {
    m_lastChangeFocused = now.focus != before.focus && !now.focus.empty();
    if (now.selectedLine != before.selectedLine) {
        m_isToReveal = true;
        updateSelected();
    } else {
        m_movingByKeyboard = false;
    }
    if (now.focus != before.focus && m_scene) m_canvas->setFocusNode(focusNode(*m_scene));
    if (now.search != before.search) {
        m_isToGoToMatch = now.search.at && now.search.at != before.search.at;
        updateSearch();
    }
    syncTools();
}

std::uint32_t FlameGraphView::focusNode(const FlameScene& scene) const {
    const std::uint32_t node = findPath(scene.tree(), state().focus);
    return scene.layout.rowCount() && scene.layout.end(node) > scene.layout.start(node) ? node : 0;
}

void FlameGraphView::updateSelected() {
    const auto line = state().selectedLine;
    if (!m_scene || !m_scene->result->isAnswerable || !line || line->value >= m_scene->traces().lineCount()) {
        m_selectTask.cancel();
        m_instances->clear();
        updateLastRow();
        m_canvas->setSelected({});
        return;
    }
    m_selectTask.start([scene = m_scene, line = *line](std::stop_token) { return instancesOf(*scene, line); },
                       [this, scene = m_scene](FlameInstances instances) {
                           m_instances->setText(scene->details(instances, QStringLiteral("  ·  ")));
                           updateLastRow();
                           if (std::exchange(m_isToReveal, false) && !instances.nodes.empty())
                               m_canvas->reveal(instances.nodes);
                           m_canvas->setSelected(std::move(instances.nodes));
                           finishTask();
                       });
}

void FlameGraphView::updateSearch() {
    if (!m_scene || m_scene->layout.rowCount() == 0 || state().search.text.empty()) {
        m_searchTask.cancel();
        m_isToGoToMatch = false;
        m_canvas->setMatches({});
        return;
    }
    m_searchTask.start([scene = m_scene, search = state().search,
                        focus = m_canvas->focusNode()](std::stop_token) { return matchesIn(*scene, search, focus); },
                       [this](FlameMatches matches) { take(std::move(matches)); });
}

void FlameGraphView::take(FlameMatches matches) {
    m_canvas->setMatches(std::move(matches.nodes));
    if (std::exchange(m_isToGoToMatch, false) && matches.at) {
        // Out of sight nothing is to be gone to, and a focus that shows no match is not left for it.
        if (isVisible() && !m_canvas->isInHome(*matches.at))
            store().change([](ViewState& edited) { edited.focus.clear(); });
        m_canvas->goTo(*matches.at);
    }
    finishTask();
}

void FlameGraphView::pick(std::uint32_t node, bool byKeyboard) {
    const CallTree::Node& picked = m_scene->tree().nodes[node];
    if (!picked.hasFrame) return;
    const auto select = [line = m_scene->traces().lineOf(picked.frame)](ViewState& edited) {
        edited.selectedLine = line;
    };
    // A run of key presses is one step back, not as many as there were keys.
    if (byKeyboard && m_movingByKeyboard) {
        store().adjust(select);
    } else {
        store().change(select);
    }
    m_movingByKeyboard = byKeyboard;
}

void FlameGraphView::focusOn(std::uint32_t node) {
    const CallTree& tree = m_scene->tree();
    if (node != 0 && !tree.nodes[node].hasFrame && !tree.threadAt(node)) return;
    m_movingByKeyboard = false;
    if (node == m_canvas->focusNode()) m_canvas->showHome();
    store().change([path = pathTo(tree, node)](ViewState& edited) { edited.focus = path; });
}

void FlameGraphView::goBack() {
    if (store().leaveSearch()) return;
    if (m_canvas->isZoomed()) {
        m_canvas->showHome();
    } else if (state().focus.empty()) {
        store().change([](ViewState& edited) {
            if (edited.compareTime)
                edited.leaveInterval();
            else
                edited.selectedLine.reset();
        });
    } else if (m_lastChangeFocused && store().canGoBack()) {
        store().back();
    } else {  // going back would undo something else
        store().change([](ViewState& edited) { edited.focus.clear(); });
    }
}

void FlameGraphView::updateScrollBars() {
    const QSignalBlocker blockVertical(m_vertical), blockHorizontal(m_horizontal);
    m_vertical->setRange(0, m_canvas->maxScroll());
    m_vertical->setPageStep(m_canvas->height());
    m_vertical->setSingleStep(m_canvas->rowHeight());
    m_vertical->setValue(m_canvas->scroll());
    m_vertical->setVisible(m_canvas->maxScroll() > 0);
    const double share = m_canvas->width() / m_canvas->homeWidth();
    const int page = static_cast<int>(kScrollSteps * std::min(1.0, share));
    m_horizontal->setRange(0, kScrollSteps - page);
    m_horizontal->setPageStep(page);
    m_horizontal->setSingleStep(std::max(1, page / 10));
    m_horizontal->setValue(
        static_cast<int>(kScrollSteps * (m_canvas->left() - m_canvas->homeLeft()) / m_canvas->homeWidth()));
}

void FlameGraphView::showMenu(std::uint32_t node, const QPoint& global) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("lineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Focus on This Frame"), this, [this, node, scene = m_scene] {
        if (scene == m_scene) focusOn(node);
    });
    if (m_scene->tree().nodes[node].hasFrame) addLineActions(*menu, store(), *m_scene->result->info);
    menu->popup(global);
}

void FlameGraphView::updateDetails() {
    const QString separator = QStringLiteral("  ·  ");
    const auto node = m_canvas->hoveredNode() ? m_canvas->hoveredNode() : m_canvas->currentNode();
    const bool isHint = !node || !m_scene;
    m_details->setForegroundRole(isHint ? QPalette::PlaceholderText : QPalette::WindowText);
    if (isHint)
        m_details->setText(
            tr("Click selects, double click or Enter focuses, Escape goes back; the wheel moves, Ctrl+wheel zooms."));
    else if (const auto band = m_canvas->hoveredBand())
        m_details->setText(m_scene->details(*band, separator));
    else
        m_details->setText(m_scene->details(*node, separator));
    updateLastRow();
}

void FlameGraphView::updateEmptyText() {
    if (!m_scene) {
        m_canvas->setEmptyText(m_problem.isEmpty() ? tr("Nothing to show yet.") : m_problem);
    } else {
        m_canvas->setEmptyText(emptyTextOf(*m_scene->result));
    }
}

FlamePage FlameGraphView::page() const {
    FlamePage page;
    page.scene = m_scene;
    page.focus = m_canvas->focusNode();
    page.rootAtTop = m_canvas->rootAtTop();
    page.matches = m_canvas->matches();
    page.search = QString::fromStdString(state().search.text);
    page.palette = palette();
    page.font = font();
    page.emptyText = m_scene ? emptyTextOf(*m_scene->result) : tr("Nothing to show yet.");
    return page;
}

QSizeF FlameGraphView::pageSize() const { return page().size(); }

void FlameGraphView::drawPage(QPainter& painter, const QSizeF& size) { page().draw(painter, size); }

}  // namespace heapprof::gui
