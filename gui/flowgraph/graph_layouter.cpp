#include "gui/flowgraph/graph_layouter.h"

#include <algorithm>
#include <utility>

#include "gui/flowgraph/simple_layout.h"

namespace heapprof::gui {
namespace {
constexpr qint64 kRememberMs = 60'000;  // whatever made it slow, like a busy machine, may be over
}

GraphLayouter::GraphLayouter(QObject* parent, const Patience& patience) : QObject(parent), m_patience(patience) {
    connect(&m_process, &LayoutProcess::finished, this,
            [this](const GraphLayout& layout) { finish(layout, QString()); });
    connect(&m_process, &LayoutProcess::failed, this, &GraphLayouter::fail);
}

void GraphLayouter::start(LayoutRequest request) {
    cancel();
    m_request = std::move(request);
    tryWith(0, QString());
}

void GraphLayouter::cancel() {
    m_request.reset();
    m_process.cancel();
}

void GraphLayouter::tryWith(std::size_t effort, const QString& excuse) {
    if (effort == m_slow.size()) return finish(simpleLayout(*m_request), excuse);
    std::optional<Slow>& slow = m_slow[effort];
    if (slow && slow->since.elapsed() > kRememberMs) slow.reset();
    if (slow && m_request->edges.size() >= slow->edges) return tryWith(effort + 1, slow->reason);
    m_effort = effort;
    m_process.start(*m_request, static_cast<LayoutEffort>(effort), m_patience[effort]);
}

void GraphLayouter::fail(const QString& reason, bool tooSlow) {
    if (tooSlow) {
        std::optional<Slow>& slow = m_slow[m_effort];
        slow = Slow{std::min(m_request->edges.size(), slow ? slow->edges : m_request->edges.size()), {}, reason};
        slow->since.start();
    }
    tryWith(m_effort + 1, reason);
}

void GraphLayouter::finish(const GraphLayout& layout, const QString& excuse) {
    m_request.reset();
    emit finished(layout, excuse);
}

}  // namespace heapprof::gui
