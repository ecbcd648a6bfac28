// A flame graph over made results, driven as a user would.
#pragma once

#include <QLabel>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include "gui/flamegraph/flame_canvas.h"
#include "gui/flamegraph/flame_graph_view.h"
#include "tests/gui/made_results.h"

namespace heapprof::gui {

/// Drives a view over results as the document would: another result for other tree options.
struct Stage {
    explicit Stage(const MadeCapture& capture, QSize size = {1000, 420}) : made(capture) {
        QObject::connect(&store, &ViewStateStore::changed, &view,
                         [this](const ViewState& now, const ViewState& before) {
                             if (now.tree != before.tree) view.showResult(made.result(now.tree));
                         });
        view.resize(size);
        view.show();
        canvas = view.findChild<FlameCanvas*>();
        view.showResult(made.result());
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
        QCoreApplication::processEvents();
    }
    const FlameScene& scene() const { return *canvas->scene(); }
    const CallTree& tree() const { return scene().tree(); }
    QPoint middleOf(std::uint32_t node) const { return canvas->nodeRectangle(node).center().toPoint(); }
    LineIndex lineOf(std::uint32_t node) const { return canvas->scene()->traces().lineOf(tree().nodes[node].frame); }
    void click(std::uint32_t node) { QTest::mouseClick(canvas, Qt::LeftButton, {}, middleOf(node)); }
    void doubleClick(std::uint32_t node) { QTest::mouseDClick(canvas, Qt::LeftButton, {}, middleOf(node)); }
    void wheel(QPoint angle, Qt::KeyboardModifiers modifiers, QPointF at) {
        QWheelEvent event(at, canvas->mapToGlobal(at), {}, angle, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(canvas, &event);
    }
    /// As the window's search does.
    void search(const std::string& text) {
        store.change([&](ViewState& state) { state.search = {text, std::nullopt}; });
        settle();
    }
    void press(const QString& button) {
        QTest::mouseClick(view.findChild<QToolButton*>(button), Qt::LeftButton);
        settle();
    }

    MadeCapture made;
    ViewStateStore store;
    FlameGraphView view{store};
    FlameCanvas* canvas = nullptr;
};

}  // namespace heapprof::gui
