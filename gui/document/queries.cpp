#include "gui/document/queries.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/blocks/allocations.h"
#include "core/text/text.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {
namespace {

QString readable(const std::exception& error) { return fromCore(error.what()); }

}  // namespace

Queries::Queries(QObject* parent) : QObject(parent) {}

void Queries::setSource(const Recording& recording, std::shared_ptr<const std::vector<Capture::Chunk>> fromHeaders,
                        std::shared_ptr<const Timeline> timeline) {
    const bool isOther = recording.sharedCapture() != m_instantRequest.recording.sharedCapture();
    if (isOther) {
        ++m_generation;
        m_answeredDigest = nullptr;
        m_instantRequest.question = {};
        m_plotRequest.counted = {};
        m_plotRequest.lines.clear();
        m_plotRequest.selected.reset();
        m_plotRequest.range.span.reset();
        m_pointRequest = {};
    }
    const Recording& known = m_pointRequest.recording;
    const bool arePointsSettled = known.hasDigest() && recording.hasDigest() &&
                                  known.sharedInfo() == recording.sharedInfo() &&
                                  std::ranges::all_of(m_pointRequest.instants, [&](const Instant& instant) {
                                      return isSettled(instant, known.digest(), recording.digest());
                                  });
    m_instantRequest.recording = m_plotRequest.recording = m_pointRequest.recording = recording;
    m_plotRequest.fromHeaders = std::move(fromHeaders);
    const bool isMarkNew = m_instantRequest.timeline != timeline;
    m_instantRequest.timeline = m_plotRequest.timeline = std::move(timeline);

    const auto running = isOther ? TaskThread::Running::Stop : TaskThread::Running::LetFinish;
    const InstantQuestion& question = m_instantRequest.question;
    const bool isOfLater = question.compareTime && question.mode == IntervalMode::Temporary;
    const auto isAnswered = [&](const Instant& instant) {
        const Instant last = isOfLater ? Instant(instant.time + kTemporaryAge) : instant;
        return m_answeredDigest && recording.hasDigest() && isSettled(last, *m_answeredDigest, recording.digest());
    };
    const bool areAnswered = question.time && isAnswered(*question.time) &&
                             (!question.compareTime || isAnswered(*question.compareTime)) &&
                             (!question.generationOf || isAnswered(question.generationOf->until));
    const bool isSameDigest = m_answeredDigest == recording.sharedDigest();
    // Marks are read after the events of their time, so they may come alone.
    if (isSameDigest ? isMarkNew || isOther : !areAnswered) askInstant(running);
    askPlot(running);
    if (!arePointsSettled) askPoints();
}

void Queries::setView(const ViewState& state) {
    const Counted counted = Counted::of(state);
    if (const auto question = InstantQuestion::of(state); question != m_instantRequest.question) {
        m_instantRequest.question = question;
        askInstant(TaskThread::Running::StopIfSlow);
    }
    if (state.selectedLine != m_plotRequest.selected) {
        m_plotRequest.selected = state.selectedLine;
        askPlot(TaskThread::Running::StopIfSlow);
    }
    if (state.pinnedLines != m_plotRequest.lines || counted != m_plotRequest.counted) {
        m_plotRequest.lines = m_pointRequest.lines = state.pinnedLines;
        m_plotRequest.counted = m_pointRequest.counted = counted;
        askPoints();
        askPlot(TaskThread::Running::StopIfSlow);
    }
}

void Queries::setPlotRange(const PlotRange& range) {
    if (range == m_plotRequest.range) return;
    m_plotRequest.range = range;
    askPlot(TaskThread::Running::StopIfSlow);
}

void Queries::setPoints(const std::vector<Instant>& instants) {
    if (instants == m_pointRequest.instants) return;
    m_pointRequest.instants = instants;
    askPoints();
}

/// Computes off the GUI thread and answers on it, unless another capture has been opened meanwhile.
template <typename Query, typename Request, typename Signal>
auto Queries::taskFor(Query& query, const Request& request, std::uint64_t number, std::uint64_t& answered,
                      Signal ready) {
    return [this, &query, request, generation = m_generation, number, &answered, ready](std::stop_token stop) {
        const auto publish = [&](auto result) {
            QMetaObject::invokeMethod(
                this,
                [this, result = std::move(result), generation, ready] {
                    if (generation == m_generation) emit(this->*ready)(result);
                },
                Qt::QueuedConnection);
        };
        decltype(query.compute(request, stop)) result;
        QString problem;
        try {
            if constexpr (requires { query.compute(request, stop, publish); })
                result = query.compute(request, stop, publish);
            else
                result = query.compute(request, stop);
        } catch (const std::exception& error) {
            problem = readable(error);
        }
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            this,
            [this, result = std::move(result), problem, generation, number, &answered, ready] {
                if (generation != m_generation) return;
                answered = number;
                if (problem.isEmpty())
                    emit(this->*ready)(result);
                else
                    emit failed(problem);
            },
            Qt::QueuedConnection);
    };
}

void Queries::askInstant(TaskThread::Running running) {
    m_answeredDigest = m_instantRequest.recording.sharedDigest();
    m_instantThread.submit(
        taskFor(m_instantQuery, m_instantRequest, ++m_instantsAsked, m_instantsAnswered, &Queries::instantReady),
        running);
}

void Queries::askPoints() {
    m_pointThread.submit(
        taskFor(m_pointQuery, m_pointRequest, ++m_pointsAsked, m_pointsAnswered, &Queries::pointsReady),
        TaskThread::Running::LetFinish);
}

void Queries::askPlot(TaskThread::Running running) {
    m_plotThread.submit(taskFor(m_plotQuery, m_plotRequest, ++m_plotsAsked, m_plotsAnswered, &Queries::plotReady),
                        running);
}

}  // namespace heapprof::gui
