#include "gui/flowgraph/graph_layout.h"

#include <QList>
#include <algorithm>
#include <cmath>

namespace heapprof::gui {
namespace {

constexpr double kPointsPerInch = 72;
// Measured with 200 boxes: at 300 edges the best order and curves take half a second, at 400 ten seconds. With limits
// and straight lines 600 take half a second, 1,000 two and a half.
constexpr std::size_t kManyEdges = 250, kTooManyForCurves = 350;
constexpr qsizetype kLongestHead = 32;  // "layout 67108864\n"

/// Graphviz draws an arrowhead 10 points long at size 1; it has to be wider than its line.
double arrowSize(double lineWidth) { return 0.65 + lineWidth * 0.14; }

QByteArray number(double value) { return QByteArray::number(value, 'f', 4); }

/// The numbers of one line after its first word; empty when one of them is not a finite number.
std::vector<double> numbers(const QList<QByteArray>& words) {
    std::vector<double> result;
    for (qsizetype i = 1; i < words.size(); ++i) {
        bool good = false;
        const double value = words[i].toDouble(&good);
        if (!good || !std::isfinite(value) || std::abs(value) > 1e7) return {};
        result.push_back(value);
    }
    return result;
}

/// A position in a table of `size` entries.
std::optional<std::size_t> position(double value, std::size_t size) {
    if (value < 0 || value >= static_cast<double>(size) || value != std::floor(value)) return {};
    return static_cast<std::size_t>(value);
}

}  // namespace

bool LayoutRequest::operator==(const LayoutRequest& other) const {
    return boxes == other.boxes && std::equal(edges.begin(), edges.end(), other.edges.begin(), other.edges.end(),
                                              [](const Edge& a, const Edge& b) {
                                                  return a.from == b.from && a.to == b.to && a.width == b.width &&
                                                         a.label == b.label;
                                              });
}

QByteArray toDot(const LayoutRequest& request, LayoutEffort effort) {
    const bool isLimited = effort == LayoutEffort::Limited;
    QByteArray dot = "digraph {\n graph [rankdir=TB, nodesep=0.35, ranksep=0.45, splines=";
    dot += isLimited || request.edges.size() > kTooManyForCurves ? "line" : "true";
    if (isLimited || request.edges.size() > kManyEdges) dot += ", nslimit=0.1, nslimit1=0.1, mclimit=0.1";
    dot += "];\n node [shape=box, fixedsize=true, label=\"\", margin=0];\n";
    for (std::size_t i = 0; i < request.boxes.size(); ++i)
        dot += " n" + QByteArray::number(i) + " [width=" + number(request.boxes[i].width() / kPointsPerInch) +
               ", height=" + number(request.boxes[i].height() / kPointsPerInch) + "];\n";
    for (std::size_t i = 0; i < request.edges.size(); ++i) {
        const LayoutRequest::Edge& edge = request.edges[i];
        dot += " n" + QByteArray::number(edge.from) + " -> n" + QByteArray::number(edge.to) + " [id=\"" +
               QByteArray::number(i) + "\", arrowsize=" + number(arrowSize(edge.width)) +
               ", weight=" + QByteArray::number(std::clamp<int>(static_cast<int>(edge.width * edge.width), 1, 60));
        // A table of fixed size: no font is asked, so the label takes exactly the room that the window measured.
        if (!edge.label.isEmpty())
            dot +=
                ", label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" FIXEDSIZE=\"TRUE\" "
                "WIDTH=\"" +
                QByteArray::number(static_cast<int>(std::ceil(edge.label.width()))) + "\" HEIGHT=\"" +
                QByteArray::number(static_cast<int>(std::ceil(edge.label.height()))) + "\"><TR><TD></TD></TR></TABLE>>";
        dot += "];\n";
    }
    return dot + "}\n";
}

QByteArray toFrame(const QByteArray& kind, const QByteArray& content) {
    return kind + ' ' + QByteArray::number(content.size()) + '\n' + content;
}

std::optional<QByteArray> FrameReader::take() {
    const qsizetype end = m_bytes.indexOf('\n');
    if (end < 0) {
        m_isBroken =
            m_isBroken || m_bytes.size() > kLongestHead || !(m_kind + ' ').startsWith(m_bytes.left(m_kind.size() + 1));
        return {};
    }
    bool isNumber = false;
    const qlonglong length = m_bytes.mid(m_kind.size() + 1, end - m_kind.size() - 1).toLongLong(&isNumber);
    if (m_isBroken || !m_bytes.startsWith(m_kind + ' ') || !isNumber || length < 0 || length > kMaxLength) {
        m_isBroken = true;
        return {};
    }
    if (m_bytes.size() - end - 1 < length) return {};
    const QByteArray content = m_bytes.mid(end + 1, length);
    m_bytes.remove(0, end + 1 + length);
    return content;
}

std::optional<GraphLayout> parseLayout(const QByteArray& text, const LayoutRequest& request) {
    if (!text.endsWith("\nend\n")) return {};
    const QList<QByteArray> lines = text.split('\n');
    if (lines.size() < 4 || lines[0] != "heapprof-layout 1") return {};

    GraphLayout layout;
    layout.boxes.resize(request.boxes.size());
    layout.edges.resize(request.edges.size());
    std::vector<bool> hasBox(request.boxes.size()), hasEdge(request.edges.size()), hasLabel(request.edges.size());
    for (qsizetype i = 1; i < lines.size() - 2; ++i) {
        const QList<QByteArray> words = lines[i].split(' ');
        const std::vector<double> values = numbers(words);
        if (words[0] == "graph" && values.size() == 2 && i == 1) {
            layout.size = QSizeF(values[0], values[1]);
        } else if (words[0] == "node" && values.size() == 3) {
            const auto box = position(values[0], request.boxes.size());
            if (!box) return {};
            layout.boxes[*box] = QPointF(values[1], values[2]);
            hasBox[*box] = true;
        } else if (words[0] == "edge" && values.size() >= 1 + 2 * 5 && (values.size() - 1 - 4) % 6 == 0) {
            const auto edge = position(values[0], request.edges.size());
            if (!edge || hasEdge[*edge]) return {};
            for (std::size_t v = 1; v + 2 < values.size(); v += 2)
                layout.edges[*edge].curve.emplace_back(values[v], values[v + 1]);
            layout.edges[*edge].tip = QPointF(values[values.size() - 2], values.back());
            hasEdge[*edge] = true;
        } else if (words[0] == "label" && values.size() == 3) {
            const auto edge = position(values[0], request.edges.size());
            if (!edge) return {};
            layout.edges[*edge].label = QPointF(values[1], values[2]);
            hasLabel[*edge] = true;
        } else {
            return {};
        }
    }
    for (std::size_t e = 0; e < request.edges.size(); ++e)
        if (!hasEdge[e] || (!request.edges[e].label.isEmpty() && !hasLabel[e])) return {};
    if (std::find(hasBox.begin(), hasBox.end(), false) != hasBox.end() || layout.size.width() < 0 ||
        layout.size.height() < 0)
        return {};
    return layout;
}

}  // namespace heapprof::gui
