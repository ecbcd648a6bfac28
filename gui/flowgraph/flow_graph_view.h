// How memory flows through lines of code: boxes, and arrows from callers to callees.
#pragma once

#include <QGraphicsView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTimer>
#include <memory>
#include <optional>

#include "gui/flowgraph/flow_canvas.h"
#include "gui/flowgraph/flow_controls.h"
#include "gui/flowgraph/flow_scene.h"
#include "gui/flowgraph/layout_process.h"
#include "gui/instant_view.h"
#include "gui/latest_task.h"

namespace heapprof::gui {

/// Draws InstantResult::flow by ViewState::flow. The diagram is made in another thread, its layout in another process;
/// until both have come the picture before stays, veiled. Escape, or the focused line's leaving the picture, ends a
/// focus; zoom, focus and search are this view's own and no part of the view state.
class FlowGraphView : public InstantView {
    Q_OBJECT

public:
    explicit FlowGraphView(ViewStateStore& store, QWidget* parent = nullptr);

    void showResult(std::shared_ptr<const InstantResult> result) override;
    bool isBusy() const override { return m_busy; }
    QSizeF pageSize() const override;
    void drawPage(QPainter& painter, const QSizeF& size) override;

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void prepare();
    void layOut(FlowPicture picture);
    void showPicture(const GraphLayout& layout);
    void showMessage(const QString& text, bool canRetry = false);
    void setBusy(bool busy);

    void follow(const ViewState& now, const ViewState& before);
    void select(std::optional<LineIndex> line);
    void reveal(LineIndex line);
    void focusOn(LineIndex line);
    bool leaveFocus();
    void search(const QString& text);
    void nextMatch(bool backwards);
    void showMatches();
    bool moveSelection(FlowScene::Direction direction);
    void showMenu(const QPointF& at, const QPoint& global);

    /// A box of both pictures that should stay where it is: the selected one, else the one nearest to the middle.
    std::optional<LineIndex> anchorLine(const FlowPicture& next) const;
    void updateNote();

    FlowScene m_scene;
    FlowControls* m_controls;
    FlowCanvas* m_canvas;
    QWidget* m_veil;
    QWidget* m_messagePage;
    QLabel* m_message;
    QPushButton* m_retry;
    QStackedLayout* m_pages;
    QLabel* m_note;
    QTimer m_veilTimer;  // a quick layout should not flicker

    std::shared_ptr<const InstantResult> m_result;  // the newest; the scene's picture may be older
    LatestTask<FlowPicture> m_task;
    LayoutProcess m_layout;
    std::shared_ptr<const FlowPicture> m_pending;  // being laid out
    DiagramContent m_pendingContent;
    bool m_busy = false;
    bool m_selecting = false;  // the change of the state is ours
    std::size_t m_match = 0;   // position in the scene's matches + 1; 0: at none yet
    struct Place {
        double zoom;
        QPointF centre;
        bool fitting;
    };
    std::optional<Place> m_beforeFocus;
};

}  // namespace heapprof::gui
