// Lays out any graph in bounded time.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <array>
#include <optional>

#include "gui/flowgraph/graph_layout.h"
#include "gui/flowgraph/layout_process.h"

namespace heapprof::gui {

/// Asks Graphviz for its best, then for a quick layout, each for a limited time; when both fail the layout is a simple
/// one of our own. What was too slow is not tried again for a while with as many edges or more. One layout at a time,
/// GUI thread only.
class GraphLayouter : public QObject {
    Q_OBJECT

public:
    /// How long to wait for Graphviz, in milliseconds, by LayoutEffort.
    using Patience = std::array<int, 2>;
    static constexpr Patience kPatience{2'000, 5'000};

    explicit GraphLayouter(QObject* parent = nullptr, const Patience& patience = kPatience);

    /// Starts to lay out `request`; an unfinished layout before it is dropped and never reported.
    void start(LayoutRequest request);
    /// Drops the layout under way, if any; nothing is reported.
    void cancel();
    bool isRunning() const { return m_request.has_value(); }

signals:
    /// `excuse` is a sentence for people: why the layout is a simple one; empty: Graphviz made it. May come before
    /// start() returns.
    void finished(const heapprof::gui::GraphLayout& layout, const QString& excuse);

private:
    void tryWith(std::size_t effort, const QString& excuse);
    void fail(const QString& reason, bool tooSlow);
    void finish(const GraphLayout& layout, const QString& excuse);

    struct Slow {
        std::size_t edges = 0;
        QElapsedTimer since;
        QString reason;
    };
    Patience m_patience;
    LayoutProcess m_process;
    std::optional<LayoutRequest> m_request;     // under way
    std::size_t m_effort = 0;                   // of the attempt under way
    std::array<std::optional<Slow>, 2> m_slow;  // by effort: the fewest edges that took too long
};

}  // namespace heapprof::gui
