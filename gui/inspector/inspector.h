// What is known of the selected line: place, amounts, curve, source, callers and callees.
#pragma once

#include <QTimer>
#include <QWidget>
#include <memory>

#include "gui/common/latest_task.h"
#include "gui/document/plot_result.h"
#include "gui/inspector/line_facts.h"
#include "gui/state/view_state_store.h"

class QHBoxLayout;
class QLabel;
class QStackedLayout;
class QPushButton;
class QToolButton;

namespace heapprof::gui {

class BusyOverlay;
class ElidedLabel;
class LineCurve;
class SourceExcerptView;
class SourceReader;
class UsageList;

/// Reads the view state's selected line, and changes it when a caller or a callee is picked. While facts about another
/// line, instant or interval are found out, those before stay, covered when that takes a while.
class Inspector : public QWidget {
    Q_OBJECT

public:
    /// `otherwise` is shown while no line is selected.
    Inspector(ViewStateStore& store, QWidget* otherwise, QWidget* parent = nullptr);

    /// Null: nothing is known yet.
    void showResult(std::shared_ptr<const InstantResult> result);
    void showPlot(std::shared_ptr<const PlotResult> plot);
    /// What is shown is of another question than the views are asked now.
    void setStale(bool isStale);
    /// Whether facts or the source are still being found out.
    bool isBusy() const;
    /// The newest found out; null: none.
    const LineFacts* facts() const { return m_facts.get(); }

    QSize sizeHint() const override { return {360, 480}; }

signals:
    void settled();

private:
    /// One number under its caption.
    struct Figure {
        QLabel* caption;
        QLabel* amount;
        QLabel* about;
    };
    Figure addFigure(QLayout* row, const char* name, const QString& caption);
    void askForFacts();
    void takeFacts(LineFacts facts);
    void showSource();
    void updateOverlay();
    void updateActions(const ViewState& state);
    void fitHead();
    bool eventFilter(QObject* watched, QEvent* event) override;

    ViewStateStore& m_store;
    std::shared_ptr<const InstantResult> m_result;
    std::unique_ptr<LineFacts> m_facts;
    LatestTask<LineFacts> m_task;
    BusyOverlay* m_overlay;  // over facts that others are about to replace
    QTimer m_slow;
    bool m_isStale = false;

    QStackedLayout* m_pages;
    QHBoxLayout* m_head;
    ElidedLabel *m_function, *m_place;
    QLabel* m_kind;
    QToolButton *m_back, *m_plot, *m_more;
    Figure m_cumulative, m_self, m_other;
    LineCurve* m_curve;
    QLabel* m_greatest;
    SourceReader* m_reader;
    QLabel* m_sourceNote;
    QPushButton* m_findSource;
    SourceExcerptView* m_source;
    QLabel *m_callersTitle, *m_calleesTitle;
    UsageList *m_callers, *m_callees;
};

}  // namespace heapprof::gui
