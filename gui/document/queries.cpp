#include "gui/document/queries.h"

#include <exception>
#include <utility>

#include "core/output/text.h"

namespace heapprof::gui {
namespace {

QString readable(const std::exception& error) { return QString::fromStdString(printable(error.what())); }

}  // namespace

Queries::Queries(QObject* parent) : QObject(parent) {}

void Queries::setSource(std::shared_ptr<const Capture> capture, std::shared_ptr<const CaptureInfo> info,
                        std::shared_ptr<const Digest> digest,
                        std::shared_ptr<const std::vector<Capture::TotalPoint>> fromHeaders) {
    const bool isOther = capture != m_instantRequest.capture;
    if (isOther) {
        ++m_generation;
        m_answeredDigest = nullptr;
        m_instantRequest.time.reset();
        m_instantRequest.compareTime.reset();
        m_plotRequest.lines.clear();
        m_plotRequest.range.span.reset();
    }
    m_instantRequest.capture = m_plotRequest.capture = std::move(capture);
    m_instantRequest.info = m_plotRequest.info = std::move(info);
    m_instantRequest.digest = m_plotRequest.digest = std::move(digest);
    m_plotRequest.fromHeaders = std::move(fromHeaders);

    const auto running = isOther ? TaskThread::Running::Stop : TaskThread::Running::LetFinish;
    // An instant that had been digested before shows the same as ever.
    const Micros reached = m_answeredDigest ? m_answeredDigest->lastTime() : Micros(-1);
    const bool isSettled = m_answeredDigest && m_instantRequest.time && *m_instantRequest.time < reached &&
                           (!m_instantRequest.compareTime || *m_instantRequest.compareTime < reached);
    if (!isSettled && (isOther || m_answeredDigest != m_instantRequest.digest)) askInstant(running);
    askPlot(running);
}

void Queries::setView(const ViewState& state) {
    if (state.time != m_instantRequest.time || state.compareTime != m_instantRequest.compareTime ||
        state.tree != m_instantRequest.tree) {
        m_instantRequest.time = state.time;
        m_instantRequest.compareTime = state.compareTime;
        m_instantRequest.tree = state.tree;
        askInstant(TaskThread::Running::StopIfSlow);
    }
    if (state.pinnedLines != m_plotRequest.lines) {
        m_plotRequest.lines = state.pinnedLines;
        askPlot(TaskThread::Running::StopIfSlow);
    }
}

void Queries::setPlotRange(const PlotRange& range) {
    if (range == m_plotRequest.range) return;
    m_plotRequest.range = range;
    askPlot(TaskThread::Running::StopIfSlow);
}

void Queries::askInstant(TaskThread::Running running) {
    m_answeredDigest = m_instantRequest.digest;
    const std::uint64_t number = ++m_instantsAsked;
    auto task = [this, request = m_instantRequest, generation = m_generation, number](std::stop_token stop) {
        std::shared_ptr<const InstantResult> result;
        QString problem;
        try {
            result = m_instantQuery.compute(request, stop);
        } catch (const std::exception& error) {
            problem = readable(error);
        }
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            this,
            [this, result = std::move(result), problem, generation, number] {
                if (generation != m_generation) return;
                m_instantsAnswered = number;
                if (problem.isEmpty())
                    emit instantReady(result);
                else
                    emit failed(problem);
            },
            Qt::QueuedConnection);
    };
    m_instantThread.submit(std::move(task), running);
}

void Queries::askPlot(TaskThread::Running running) {
    const std::uint64_t number = ++m_plotsAsked;
    auto task = [this, request = m_plotRequest, generation = m_generation, number](std::stop_token stop) {
        std::shared_ptr<const PlotResult> result;
        QString problem;
        try {
            result = m_plotQuery.compute(request, stop);
        } catch (const std::exception& error) {
            problem = readable(error);
        }
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            this,
            [this, result = std::move(result), problem, generation, number] {
                if (generation != m_generation) return;
                m_plotsAnswered = number;
                if (problem.isEmpty())
                    emit plotReady(result);
                else
                    emit failed(problem);
            },
            Qt::QueuedConnection);
    };
    m_plotThread.submit(std::move(task), running);
}

}  // namespace heapprof::gui
