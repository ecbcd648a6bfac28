// Memory over time by what allocated it: its tools, the chart, the legend, and what they do to the view state.
#pragma once

#include <memory>
#include <optional>

#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"
#include "gui/timeplot/parts_scene.h"

class QComboBox;
class QTreeWidget;

namespace heapprof::gui {

class PartsChart;
class SegmentedControl;

/// The ten largest parts and all others, by line, function, file, module, thread or domain, over the part of the time
/// axis that the time plot shows. The legend has the amounts of what the other views show.
class PartsView : public InstantView {
    Q_OBJECT

public:
    explicit PartsView(ViewStateStore& store, QWidget* parent = nullptr);

    void showResult(std::shared_ptr<const InstantResult> result) override;
    /// Whose part of the time axis is shown; null: all of it.
    void showPlot(const PlotResult* plot);
    /// What is shown; null: nothing.
    const PartsScene* scene() const { return m_scene.get(); }
    /// By entry of the scene: whether the search has found it; empty: there is none.
    const std::vector<bool>& matches() const { return m_matches; }
    bool isBusy() const override { return m_task.isRunning() || m_searchTask.isRunning(); }
    const InstantResult* outdated() const override;
    QString problem() const override { return m_problem; }
    QSizeF pageSize() const override { return size(); }
    void drawPage(QPainter& painter, const QSizeF& size) override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Wanted {
        std::shared_ptr<const InstantResult> result;
        PlotRange range;
        PartsOptions options;
        bool operator==(const Wanted&) const = default;
    };

    void make();
    /// As finely as the chart is wide.
    Wanted wanted() const;
    void ask();
    void takeScene(std::shared_ptr<const PartsScene> scene);
    void fillLegend();
    void onStateChanged(const ViewState& now, const ViewState& before);
    void offerLabels();
    void syncTools();
    void updateChart();
    void updateCurrent();
    void updateSearch();
    void showMatches();
    /// The entry that the search is at.
    std::optional<std::size_t> matchAt() const;
    void pick(std::size_t entry);
    void showMenu(std::size_t entry, const QPoint& global);

    QComboBox* m_by;
    SegmentedControl* m_unit;
    PartsChart* m_chart;
    QTreeWidget* m_legend;

    std::shared_ptr<const InstantResult> m_result;
    std::optional<PlotRange::Span> m_span;
    Wanted m_asked;  // of the scene that is shown or under way
    std::shared_ptr<const PartsScene> m_scene;
    QString m_picked;                   // the name of the part the user pointed at last
    std::vector<std::string> m_labels;  // that are offered
    QString m_problem;
    std::vector<bool> m_matches;
    LatestTask<std::shared_ptr<const PartsScene>> m_task;
    LatestTask<std::vector<bool>> m_searchTask;
};

}  // namespace heapprof::gui
