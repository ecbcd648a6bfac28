// The flame graph: its tools, the canvas, and what they do to the view state.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"
#include "gui/flamegraph/flame_instances.h"
#include "gui/flamegraph/flame_search.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QScrollBar;
class QToolButton;

namespace heapprof::gui {

class FlameCanvas;
class FlameLegend;
class FlameMinimap;
struct FlamePage;

class FlameGraphView : public InstantView {
    Q_OBJECT

public:
    FlameGraphView(ViewStateStore& store, QWidget* parent = nullptr);
    ~FlameGraphView() override;

    void showResult(std::shared_ptr<const InstantResult> result) override;
    bool isBusy() const override;
    const InstantResult* outdated() const override;
    QString problem() const override { return m_problem; }
    QSizeF pageSize() const override;
    void drawPage(QPainter& painter, const QSizeF& size) override;

private:
    void makeTools();
    void makeParts(QLayout* tools);
    void connectParts();
    void setOption(bool CallTreeOptions::* option, bool on);
    void syncTools();
    void onStateChanged(const ViewState& now, const ViewState& before);
    void layOut();
    void takeScene(std::shared_ptr<const FlameScene> scene);
    void updateSearch();
    void take(FlameMatches matches);
    void updateSelected();
    void updateScrollBars();
    /// What stands around the canvas, as far as it is needed and there is room.
    void updateParts();
    bool hasLastRow() const;
    void updateLastRow();
    void showMenu(std::uint32_t node, const QPoint& global);
    void updateDetails();
    void updateEmptyText();
    void finishTask();

    void pick(std::uint32_t node, bool byKeyboard);
    void focusOn(std::uint32_t node);
    void goBack();
    std::uint32_t focusNode(const FlameScene& scene) const;
    FlamePage page() const;

    QComboBox* m_grouping;
    QComboBox* m_direction;
    struct Switch {
        QToolButton* button;
        bool CallTreeOptions::* option;
    };
    std::vector<Switch> m_switches;
    QToolButton* m_hidden;
    QToolButton* m_showAll;
    FlameCanvas* m_canvas;
    QScrollBar* m_vertical;
    QScrollBar* m_horizontal;
    QWidget* m_picture;  // all but the tools and the last row
    FlameMinimap* m_minimap;
    QWidget* m_about;  // the legend's own row, where the last one has no room for it
    FlameLegend* m_legend;
    QWidget* m_low;  // with the legend, in the last row, as the two below
    FlameLegend* m_lowLegend;
    QLabel* m_details;
    QLabel* m_instances;

    std::shared_ptr<const InstantResult> m_result;
    std::shared_ptr<const InstantResult> m_layoutResult;  // the one that was laid out last, or is under way
    std::shared_ptr<const FlameScene> m_scene;
    QString m_problem;
    bool m_lastChangeFocused = false;  // the newest step of the history is a focus
    bool m_isToReveal = false;         // the selected line, once its instances are known
    bool m_isToGoToMatch = false;      // the match that the search is at, once it is known where it is
    bool m_movingByKeyboard = false;   // a run of key presses is one step of the history

    LatestTask<std::shared_ptr<const FlameScene>> m_layoutTask;
    LatestTask<FlameMatches> m_searchTask;
    LatestTask<FlameInstances> m_selectTask;
};

}  // namespace heapprof::gui
