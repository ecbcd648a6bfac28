// What resident memory consists of: a bar of its parts, and a legend with their amounts.
#pragma once

#include <memory>
#include <optional>

#include "core/state/composition.h"
#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"

class QTreeWidget;

namespace heapprof::gui {

class CompositionBar;

/// At the instant, or of an interval at that end which is the instant. It is about the whole process: neither filters
/// nor domains nor the unit matter.
class CompositionView : public InstantView {
    Q_OBJECT

public:
    explicit CompositionView(ViewStateStore& store, QWidget* parent = nullptr);

    void showResult(std::shared_ptr<const InstantResult> result) override;
    bool isBusy() const override { return m_task.isRunning(); }
    const InstantResult* outdated() const override;
    QString problem() const override { return m_problem; }
    QSizeF pageSize() const override;
    void drawPage(QPainter& painter, const QSizeF& size) override;

    /// What is shown; unset: nothing is known.
    const std::optional<Composition>& composition() const { return m_composition; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void take(std::shared_ptr<const InstantResult> result, std::optional<Composition> composition);
    void fillLegend();
    QString emptyText() const;

    CompositionBar* m_bar;
    QTreeWidget* m_legend;
    std::shared_ptr<const InstantResult> m_result, m_shown;
    std::optional<Composition> m_composition;
    QString m_problem;
    LatestTask<std::optional<Composition>> m_task;
};

}  // namespace heapprof::gui
