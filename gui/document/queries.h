// The only door from the window to the analyses.
#pragma once

#include <QObject>
#include <memory>

#include "gui/document/instant_query.h"
#include "gui/document/plot_query.h"
#include "gui/document/point_query.h"
#include "gui/document/task_thread.h"

namespace heapprof::gui {

/// Answers three standing questions, each on a thread of its own, whenever what they depend on changes: what the views
/// of an instant draw, what the time plot draws, and what is in use at its cursors and under the mouse. Answers arrive
/// as signals on the GUI thread, in order; those of a capture that is no longer the current one are dropped.
class Queries : public QObject {
    Q_OBJECT

public:
    explicit Queries(QObject* parent = nullptr);

    /// What is known of the capture now. Another capture than before starts over.
    void setSource(const Recording& recording, std::shared_ptr<const std::vector<Capture::Chunk>> fromHeaders,
                   std::shared_ptr<const Timeline> timeline);
    void setView(const ViewState& state);
    void setPlotRange(const PlotRange& range);
    void setPoints(const std::vector<Instant>& instants);

    /// Whether an answer is still to come.
    bool isBusy() const {
        return m_instantsAsked != m_instantsAnswered || m_plotsAsked != m_plotsAnswered ||
               m_pointsAsked != m_pointsAnswered;
    }

signals:
    /// Null: nothing is known (yet).
    void instantReady(std::shared_ptr<const heapprof::gui::InstantResult> result);
    void pointsReady(std::shared_ptr<const heapprof::gui::PointResult> result);
    /// Where much has to be read for it, a rough plot comes first; isBusy() until the exact one.
    void plotReady(std::shared_ptr<const heapprof::gui::PlotResult> result);
    /// A readable sentence; what was shown before stays.
    void failed(const QString& text);

private:
    void askInstant(TaskThread::Running running);
    void askPlot(TaskThread::Running running);
    void askPoints();
    template <typename Query, typename Request, typename Signal>
    auto taskFor(Query& query, const Request& request, std::uint64_t number, std::uint64_t& answered, Signal ready);

    InstantRequest m_instantRequest;
    PlotRequest m_plotRequest;
    PointRequest m_pointRequest;
    std::shared_ptr<const Digest> m_answeredDigest;  // the digest of the newest instant request
    // Answers of an older generation are of another capture; each question's answers are also numbered.
    std::uint64_t m_generation = 0;
    std::uint64_t m_instantsAsked = 0, m_instantsAnswered = 0;
    std::uint64_t m_plotsAsked = 0, m_plotsAnswered = 0;
    std::uint64_t m_pointsAsked = 0, m_pointsAnswered = 0;
    // Used by the tasks alone, one at a time.
    InstantQuery m_instantQuery;
    PlotQuery m_plotQuery;
    PointQuery m_pointQuery;
    // Last: their threads are joined before anything above goes.
    TaskThread m_instantThread;
    TaskThread m_plotThread;
    TaskThread m_pointThread;
};

}  // namespace heapprof::gui
