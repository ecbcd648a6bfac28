#include "gui/flowgraph/simple_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr double kGapAcross = 26, kGapDown = 48, kLoopRoom = 36;
constexpr int kSweeps = 6;

class Layers {
public:
    explicit Layers(const LayoutRequest& request)
        : m_request(request), m_neighbours(request.boxes.size()), m_loopRoom(request.boxes.size()) {
        for (const LayoutRequest::Edge& edge : request.edges) {
            if (edge.from == edge.to) {
                m_loopRoom[edge.from] = std::max(m_loopRoom[edge.from], kLoopRoom + edge.label.width());
                continue;
            }
            m_neighbours[edge.from].push_back(edge.to);
            m_neighbours[edge.to].push_back(edge.from);
            m_labelHeight = std::max(m_labelHeight, edge.label.height());
        }
        assignLayers();
        m_centres.resize(request.boxes.size());
        for (std::size_t layer = 0; layer < m_layers.size(); ++layer) place(layer);
        for (int sweep = 0; sweep < kSweeps; ++sweep)
            for (std::size_t i = 0; i < m_layers.size(); ++i)
                arrange(sweep % 2 == 0 ? i : m_layers.size() - 1 - i, sweep % 2 == 0);
        placeDown();
    }

    const std::vector<QPointF>& centres() const { return m_centres; }

private:
    /// A box stands below all that call it, but for the calls that close a cycle.
    void assignLayers() {
        const std::size_t count = m_request.boxes.size();
        std::vector<std::vector<std::uint32_t>> callees(count);
        std::vector<bool> isCalled(count);
        for (const LayoutRequest::Edge& edge : m_request.edges) {
            if (edge.from == edge.to) continue;
            callees[edge.from].push_back(edge.to);
            isCalled[edge.to] = true;
        }
        enum class Mark { Unseen, Open, Done };
        std::vector<Mark> marks(count, Mark::Unseen);
        std::vector<std::uint32_t> finished;  // callees before callers
        std::vector<std::pair<std::uint32_t, std::uint32_t>> calls, open;
        const auto walk = [&](std::uint32_t start) {
            if (marks[start] != Mark::Unseen) return;
            marks[start] = Mark::Open;
            open.emplace_back(start, 0);
            while (!open.empty()) {
                auto& [box, next] = open.back();
                if (next == callees[box].size()) {
                    marks[box] = Mark::Done;
                    finished.push_back(box);
                    open.pop_back();
                    continue;
                }
                const std::uint32_t callee = callees[box][next++];
                if (marks[callee] == Mark::Open) continue;
                calls.emplace_back(box, callee);
                if (std::exchange(marks[callee], marks[callee] == Mark::Done ? Mark::Done : Mark::Open) == Mark::Unseen)
                    open.emplace_back(callee, 0);
            }
        };
        for (const bool called : {false, true})
            for (std::uint32_t box = 0; box < count; ++box)
                if (isCalled[box] == called) walk(box);

        m_layerOf.resize(count);
        std::vector<std::size_t> order(count);
        for (std::size_t i = 0; i < count; ++i) order[finished[i]] = count - 1 - i;
        std::sort(calls.begin(), calls.end(),
                  [&](const auto& a, const auto& b) { return order[a.first] < order[b.first]; });
        for (const auto& [caller, callee] : calls)
            m_layerOf[callee] = std::max(m_layerOf[callee], m_layerOf[caller] + 1);
        for (auto box = finished.rbegin(); box != finished.rend(); ++box) {
            m_layers.resize(std::max(m_layers.size(), m_layerOf[*box] + 1));
            m_layers[m_layerOf[*box]].push_back(*box);
        }
    }

    double width(std::uint32_t box) const { return m_request.boxes[box].width(); }

    void place(std::size_t layer) {
        double x = 0;
        for (const std::uint32_t box : m_layers[layer]) {
            m_centres[box].setX(x + width(box) / 2);
            x += width(box) + m_loopRoom[box] + kGapAcross;
        }
        for (const std::uint32_t box : m_layers[layer]) m_centres[box].rx() -= x / 2;
    }

    /// Orders the layer by where its neighbours above (or below) stand, and moves each box as near to them as the
    /// others let it.
    void arrange(std::size_t layer, bool lookUp) {
        auto& boxes = m_layers[layer];
        std::vector<double> wanted(m_request.boxes.size());
        for (const std::uint32_t box : boxes) {
            double sum = 0;
            int count = 0;
            for (const std::uint32_t other : m_neighbours[box])
                if (lookUp ? m_layerOf[other] < layer : m_layerOf[other] > layer) {
                    sum += m_centres[other].x();
                    ++count;
                }
            wanted[box] = count > 0 ? sum / count : m_centres[box].x();
        }
        std::stable_sort(boxes.begin(), boxes.end(), [&](auto a, auto b) { return wanted[a] < wanted[b]; });
        double left = -1e12, excess = 0;
        for (const std::uint32_t box : boxes) {
            const double x = std::max(wanted[box], left + width(box) / 2);
            m_centres[box].setX(x);
            left = x + width(box) / 2 + m_loopRoom[box] + kGapAcross;
            excess += x - wanted[box];
        }
        // What was pushed was pushed to the right: half of it belongs to the left.
        for (const std::uint32_t box : boxes) m_centres[box].rx() -= excess / static_cast<double>(boxes.size());
    }

    void placeDown() {
        double y = 0;
        for (const auto& layer : m_layers) {
            double height = 0;
            for (const std::uint32_t box : layer) height = std::max(height, m_request.boxes[box].height());
            for (const std::uint32_t box : layer) m_centres[box].setY(y + height / 2);
            y += height + kGapDown + m_labelHeight;
        }
    }

    const LayoutRequest& m_request;
    std::vector<std::vector<std::uint32_t>> m_neighbours;  // callers and callees
    std::vector<double> m_loopRoom;                        // at the right of a box that calls itself
    std::vector<std::size_t> m_layerOf;
    std::vector<std::vector<std::uint32_t>> m_layers;
    std::vector<QPointF> m_centres;
    double m_labelHeight = 0;
};

double arrowLength(double lineWidth) { return 6.5 + 1.4 * lineWidth; }

GraphLayout::Edge straightEdge(const QRectF& from, const QRectF& to, double width) {
    const bool isDown = from.center().y() < to.center().y();
    const auto towards = [](const QRectF& box, double x) {
        const double margin = std::min(8.0, box.width() / 2);
        return std::clamp(x, box.left() + margin, box.right() - margin);
    };
    // A call back up goes beside the calls down between the same boxes.
    const double aside = isDown ? 0 : 12;
    const QPointF start(towards(from, to.center().x() + aside), isDown ? from.bottom() : from.top());
    const QPointF tip(towards(to, from.center().x() + aside), isDown ? to.top() : to.bottom());
    const QPointF along = tip - start;
    const double length = std::hypot(along.x(), along.y());
    const QPointF end = tip - along * std::min(0.5, arrowLength(width) / length);
    GraphLayout::Edge edge;
    edge.curve = {start, start + (end - start) / 3, start + (end - start) * 2 / 3, end};
    edge.tip = tip;
    return edge;
}

GraphLayout::Edge loopEdge(const QRectF& box, double width) {
    const double quarter = box.height() / 4;
    const QPointF start(box.right(), box.center().y() - quarter), tip(box.right(), box.center().y() + quarter);
    const QPointF end = tip + QPointF(arrowLength(width), 0);
    GraphLayout::Edge edge;
    edge.curve = {start, start + QPointF(kLoopRoom, 0), end + QPointF(kLoopRoom / 2, 0), end};
    edge.tip = tip;
    return edge;
}

}  // namespace

GraphLayout simpleLayout(const LayoutRequest& request) {
    GraphLayout layout;
    layout.boxes = Layers(request).centres();
    QRectF all;
    std::vector<QRectF> rects;
    for (std::size_t b = 0; b < request.boxes.size(); ++b) {
        QRectF rect(QPointF(), request.boxes[b]);
        rect.moveCenter(layout.boxes[b]);
        rects.push_back(rect);
        all |= rect;
    }
    for (const LayoutRequest::Edge& edge : request.edges) {
        layout.edges.push_back(edge.from == edge.to ? loopEdge(rects[edge.from], edge.width)
                                                    : straightEdge(rects[edge.from], rects[edge.to], edge.width));
        GraphLayout::Edge& placed = layout.edges.back();
        for (const QPointF& point : placed.curve) all |= QRectF(point, QSizeF(1, 1));
        if (edge.label.isEmpty()) continue;
        placed.label = (placed.curve.front() + placed.tip) / 2;
        if (edge.from == edge.to) placed.label->rx() += kLoopRoom + edge.label.width() / 2;
        QRectF room(QPointF(), edge.label);
        room.moveCenter(*placed.label);
        all |= room;
    }
    const QPointF corner = all.topLeft();
    for (QPointF& box : layout.boxes) box -= corner;
    for (GraphLayout::Edge& edge : layout.edges) {
        for (QPointF& point : edge.curve) point -= corner;
        edge.tip -= corner;
        if (edge.label) *edge.label -= corner;
    }
    layout.size = all.size();
    return layout;
}

}  // namespace heapprof::gui
