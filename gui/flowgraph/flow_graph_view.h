// How memory flows through lines of code: boxes, and arrows from callers to callees.
#pragma once

#include <QGraphicsView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTimer>
#include <memory>
#include <optional>

#include "gui/common/busy_overlay.h"
#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"
#include "gui/flowgraph/flow_canvas.h"
#include "gui/flowgraph/flow_controls.h"
#include "gui/flowgraph/flow_scene.h"
#include "gui/flowgraph/graph_layouter.h"
#include "gui/flowgraph/kept_layout.h"

namespace heapprof::gui {

/// Draws InstantResult::flow by ViewState::flow. The diagram is made in another thread, its layout in another process.
/// What has begun is finished and shown, however many results come meanwhile; then it is the newest one's turn. As long
/// as the picture is not the newest one's it is covered, after a moment, and the overlay says of which instant it is. A
/// picture of the same boxes and calls, or of some of them, keeps the last layout; when boxes should have another size
/// by now, most of them are gone, or Graphviz failed last time, a new one is made after a second in which no other
/// picture came. Escape, or the focused line's leaving the picture, ends a
/// focus; zoom and focus are this view's own and no part of the view state. A match is brought into sight when the
/// search begins to have one and none is there, and when it goes to one.
class FlowGraphView : public InstantView {
    Q_OBJECT

public:
    explicit FlowGraphView(ViewStateStore& store, QWidget* parent = nullptr);

    void showResult(std::shared_ptr<const InstantResult> result) override;
    bool isBusy() const override { return m_busy || m_searchTask.isRunning(); }
    QString problem() const override { return m_problem; }
    QSizeF pageSize() const override;
    void drawPage(QPainter& painter, const QSizeF& size) override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    /// Begins to draw the newest result, or lets it wait for the end of what is under way.
    void prepare();
    void layOut(FlowPicture picture);
    void showAmounts(FlowPicture picture, DiagramContent content, const KeptLayout::Known& known);
    void showPicture(const GraphLayout& layout, const QString& excuse);
    /// What is found and focused in a picture that has just come.
    void afterPicture();
    void showMessage(const QString& text, bool canRetry = false);
    /// What was under way is shown, or its `problem`: is that the newest?
    void goOn(std::shared_ptr<const InstantResult> shown, const QString& problem = {});
    void setBusy(bool busy);
    bool isPictureShown() const { return m_scene.picture() && m_pages->currentWidget() == m_canvas; }

    void follow(const ViewState& now, const ViewState& before);
    void click(const QPointF& at);
    void doubleClick(const QPointF& at);
    /// Leaves out fewer lines, where that would show any.
    void showMore();
    void showHeaviestPath();
    void select(std::optional<LineIndex> line);
    void reveal(LineIndex line);
    void focusOn(LineIndex line);
    bool leaveFocus();
    void updateSearch();
    void takeMatches(std::shared_ptr<const SearchMatches> matches);
    void goToMatch();
    bool moveSelection(FlowScene::Direction direction);
    void showMenu(const QPointF& at, const QPoint& global);

    /// A box of both pictures that should stay where it is: the selected one, else the one nearest to the middle.
    std::optional<LineIndex> anchorLine(const FlowPicture& next) const;
    void updateNote();

    FlowScene m_scene;
    FlowControls* m_controls;
    FlowCanvas* m_canvas;
    QWidget* m_area;  // of the pages
    BusyOverlay* m_overlay;
    QWidget* m_messagePage;
    QLabel* m_message;
    QPushButton* m_retry;
    QStackedLayout* m_pages;
    QLabel* m_note;
    QTimer m_overlayTimer;  // a quick layout should not flicker

    std::shared_ptr<const InstantResult> m_result;  // the newest
    std::shared_ptr<const InstantResult> m_shown;   // the one that is drawn, or that the message is about
    QString m_problem, m_excuse;                    // of what is shown
    LatestTask<FlowPicture> m_task;
    GraphLayouter m_layouter;
    KeptLayout m_kept;
    bool m_isWaiting = false;  // the newest result is not the one under way
    QTimer m_layoutTimer;      // the layout should be made anew, but not ten times a second
    bool m_isLayoutDue = false;
    std::shared_ptr<const FlowPicture> m_pending;  // being laid out
    DiagramContent m_pendingContent;
    bool m_busy = false;
    bool m_selecting = false;  // the change of the state is ours
    LatestTask<std::shared_ptr<const SearchMatches>> m_searchTask;
    bool m_isSearchNew = false;  // what it finds has not been in the picture yet
    struct Place {
        double zoom;
        QPointF centre;
        bool fitting;
    };
    std::optional<Place> m_beforeFocus;
};

}  // namespace heapprof::gui
