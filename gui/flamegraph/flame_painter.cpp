#include "gui/flamegraph/flame_painter.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cstring>
#include <optional>

namespace heapprof::gui {
namespace {
constexpr double kPadding = 4;         // logical pixels left and right of a label
constexpr double kBetween = 8;         // logical pixels between its parts
constexpr double kSmallestLabel = 22;  // logical pixels of a frame that gets one
constexpr std::size_t kFetchedAhead = 12;
constexpr qsizetype kMaxLabels = 50000;

bool hasLabel(const FlameWindow& window, const FlameSpan& span) {
    return span.end - span.begin >= kSmallestLabel * window.ratio;
}
}  // namespace

FlamePainter::FlamePainter(std::shared_ptr<const FlameScene> scene, const QPalette& palette, const QFont& font)
    : m_scene(std::move(scene)), m_palette(palette), m_text(font) {
    const QFontMetricsF metrics(font);
    m_ascent = metrics.ascent();
    m_lineHeight = metrics.height();
    if (m_scene) m_frameColours.resize(m_scene->traces().frameCount());
}

QRgb FlamePainter::fill(std::uint32_t node) {
    const CallTree& tree = m_scene->tree();
    if (node == 0) return m_palette.total();
    if (m_scene->result->isDifference()) {
        const auto magnitude = static_cast<double>(std::max<std::int64_t>(1, tree.magnitude[node]));
        return m_palette.change(static_cast<double>(m_scene->result->amountOf(tree.cumulative[node])) / magnitude);
    }
    if (tree.threadAt(node)) return m_palette.total();
    if (!tree.nodes[node].hasFrame) return tree.nodes[node].isNative ? m_palette.native(0) : m_palette.withoutStack();
    const FrameIndex frame = tree.nodes[node].frame;
    if (tree.nodes[node].isNative) return m_palette.native(variation(frame));
    QRgb& colour = m_frameColours[frame.value];
    if (colour == 0) colour = m_palette.module(moduleOf(m_scene->traces().file(frame)), variation(frame));
    return colour;
}

std::uint32_t FlamePainter::variation(FrameIndex frame) const {
    const TraceTable& traces = m_scene->traces();
    if (m_scene->grouping() == Grouping::Line) return traces.frame(frame).line;
    if (m_scene->grouping() == Grouping::Function) return traces.function(traces.frame(frame).function).firstLine;
    return 0;
}

const FlamePainter::Label& FlamePainter::label(std::uint32_t node) {
    const auto found = m_labels.constFind(node);
    if (found != m_labels.constEnd()) return *found;
    if (m_labels.size() >= kMaxLabels) m_labels.clear();
    Label label;
    label.name = m_scene->name(node);
    if (m_scene->result->isDifference()) {  // the sign stands where it is never cut off
        const std::int64_t change = m_scene->result->amountOf(m_scene->tree().cumulative[node]);
        label.name.prepend(change > 0   ? QStringLiteral("+ ")
                           : change < 0 ? QStringLiteral("- ")
                                        : QStringLiteral("= "));
    }
    label.place = m_scene->place(node);
    label.amount = m_scene->amount(node);
    label.nameWidth = m_text.width(label.name);
    label.placeWidth = m_text.width(label.place);
    return *m_labels.insert(node, label);
}

void FlamePainter::drawLabel(QPainter& painter, const FlameWindow& window, const FlameSpan& span, std::int64_t top,
                             QRgb fill, bool asText) {
    double room = (span.end - span.begin) / window.ratio - 2 * kPadding;
    const Label& text = label(span.node);
    const double height = (window.rowHeight - gap(window)) / window.ratio;
    QPointF at(span.begin / window.ratio + kPadding,
               static_cast<double>(top) / window.ratio + (height - m_lineHeight) / 2 + m_ascent);
    const auto draw = [&](const QString& what, double width) {
        asText ? m_text.drawAsText(painter, at, what, room) : m_text.draw(painter, at, what, room);
        at.rx() += width + kBetween;
        room -= width + kBetween;
    };
    painter.setPen(QColor(FlamePalette::textOn(fill)));
    draw(text.name, text.nameWidth);
    if (room <= 0) return;
    painter.setPen(QColor(FlamePalette::paleTextOn(fill)));
    if (!text.place.isEmpty()) draw(text.place, text.placeWidth);
    if (m_text.width(text.amount) <= room) draw(text.amount, 0);
}

void FlamePainter::paintRow(std::uint32_t depth, const FlameViewport& x, int between) {
    m_scene->layout.visibleSpans(depth, x, m_spans);
    m_scanLine.assign(static_cast<std::size_t>(x.pixels), m_palette.background());
    const auto& nodes = m_scene->tree().nodes;
    for (std::size_t i = 0; i < m_spans.size(); ++i) {
        // Neighbours in the picture are not neighbours in memory; what comes is fetched while this one is painted.
        if (i + kFetchedAhead < m_spans.size()) __builtin_prefetch(&nodes[m_spans[i + kFetchedAhead].node]);
        const FlameSpan& span = m_spans[i];
        // The space is taken from their right end.
        const int end = span.end - span.begin > 3 * between ? span.end - between : span.end;
        std::fill(m_scanLine.begin() + span.begin, m_scanLine.begin() + end, fill(span.node));
    }
}

void FlamePainter::paintStrip(QImage& image, const FlameViewport& x, const FlameStrip& strip,
                              std::initializer_list<std::pair<std::span<const std::uint32_t>, QRgb>> marked) {
    image.fill(m_palette.background());
    std::optional<std::uint32_t> painted;  // the row in m_scanLine
    for (int y = 0; y < strip.contentHeight(); ++y) {
        const std::uint32_t depth = strip.depthAt(y);
        if (painted != depth) paintRow(depth, x, 0);
        painted = depth;
        std::memcpy(image.scanLine(y), m_scanLine.data(), m_scanLine.size() * sizeof(QRgb));
    }
    for (const auto& [nodes, colour] : marked) {
        for (std::uint32_t depth = 0; !nodes.empty() && depth < strip.rows; ++depth) {
            m_scene->layout.markedSpans(nodes, depth, x, m_spans);
            const auto [top, bottom] = strip.pixelsOf(depth);
            for (const FlameSpan& span : m_spans) {
                for (int y = top; y < bottom; ++y) {
                    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
                    std::fill(line + span.begin, line + span.end, colour);
                }
            }
        }
    }
}

void FlamePainter::paintImage(QImage& image, const FlameWindow& window) {
    const auto [firstRow, endRow] = window.visibleRows();
    // Each pixel is written once: at 4K a second time costs as much as looking for the frames does.
    const auto clear = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t y = std::max<std::int64_t>(0, from); y < std::min<std::int64_t>(image.height(), to); ++y)
            std::fill_n(reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y))), image.width(),
                        m_palette.background());
    };
    if (firstRow == endRow) return clear(0, image.height());
    const std::int64_t oneEnd = window.rowTop(firstRow), otherEnd = window.rowTop(endRow - 1);
    clear(0, std::min(oneEnd, otherEnd));
    clear(std::max(oneEnd, otherEnd) + window.rowHeight, image.height());
    QPainter painter(&image);
    painter.setFont(m_text.font());
    const int between = gap(window);
    for (std::uint32_t depth = firstRow; depth < endRow; ++depth) {
        const std::int64_t top = window.rowTop(depth);
        paintRow(depth, window.x, between);
        const int y0 = static_cast<int>(std::max<std::int64_t>(0, top));
        const int y1 = static_cast<int>(std::min<std::int64_t>(image.height(), top + window.rowHeight - between));
        for (int y = y0; y < y1; ++y) {
            std::memcpy(image.scanLine(y), m_scanLine.data(), m_scanLine.size() * sizeof(QRgb));
        }
        clear(top + window.rowHeight - between, top + window.rowHeight);
        for (const FlameSpan& span : m_spans) {
            if (hasLabel(window, span)) drawLabel(painter, window, span, top, fill(span.node), false);
        }
    }
}

QRectF FlamePainter::rectangle(const FlameWindow& window, const FlameSpan& span, std::int64_t top) {
    const int between = gap(window);
    const int end = span.end - span.begin > 3 * between ? span.end - between : span.end;
    return QRectF(span.begin / window.ratio, static_cast<double>(top) / window.ratio, (end - span.begin) / window.ratio,
                  (window.rowHeight - between) / window.ratio);
}

QRectF FlamePainter::rectangle(const FlameWindow& window, std::uint32_t node) const {
    const std::uint32_t depth = m_scene->tree().nodes[node].depth;
    std::vector<FlameSpan> spans;
    m_scene->layout.markedSpans({&node, 1}, depth, window.x, spans);
    return spans.empty() ? QRectF() : rectangle(window, spans.front(), window.rowTop(depth));
}

void FlamePainter::paintMarked(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> nodes,
                               QRgb fill) {
    const auto [firstRow, endRow] = window.visibleRows();
    painter.setFont(m_text.font());
    for (std::uint32_t depth = firstRow; depth < endRow; ++depth) {
        const std::int64_t top = window.rowTop(depth);
        m_scene->layout.markedSpans(nodes, depth, window.x, m_spans);
        for (const FlameSpan& span : m_spans) {
            painter.fillRect(rectangle(window, span, top), QColor(fill));
            if (hasLabel(window, span)) drawLabel(painter, window, span, top, fill, false);
        }
    }
}

void FlamePainter::outlineMarked(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> nodes,
                                 const QPen& pen) const {
    const auto [firstRow, endRow] = window.visibleRows();
    const double inset = pen.widthF() / 2;
    std::vector<FlameSpan> spans;
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    for (std::uint32_t depth = firstRow; depth < endRow; ++depth) {
        m_scene->layout.markedSpans(nodes, depth, window.x, spans);
        for (const FlameSpan& span : spans) {
            const QRectF outer = rectangle(window, span, window.rowTop(depth));
            if (outer.width() <= 2 * pen.widthF()) {
                painter.fillRect(outer, pen.color());
            } else {
                painter.drawRect(outer.adjusted(inset, inset, -inset, -inset));
            }
        }
    }
}

void FlamePainter::paintShapes(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> matches) {
    std::vector<FlameSpan> found;
    const auto [firstRow, endRow] = window.visibleRows();
    painter.setFont(m_text.font());
    for (std::uint32_t depth = firstRow; depth < endRow; ++depth) {
        const std::int64_t top = window.rowTop(depth);
        m_scene->layout.visibleSpans(depth, window.x, m_spans);
        for (std::size_t i = 0; i < m_spans.size(); ++i) {
            const FlameSpan& span = m_spans[i];
            FlameSpan joined = span;  // neighbours of one colour that are too narrow for a label are one shape
            while (span.end - span.begin <= 3 && i + 1 < m_spans.size() && m_spans[i + 1].begin == joined.end &&
                   m_spans[i + 1].end - m_spans[i + 1].begin <= 3 && fill(m_spans[i + 1].node) == fill(span.node)) {
                joined.end = m_spans[++i].end;
            }
            painter.fillRect(rectangle(window, joined, top), QColor(fill(joined.node)));
        }
        m_scene->layout.markedSpans(matches, depth, window.x, found);
        for (const FlameSpan& span : found) painter.fillRect(rectangle(window, span, top), QColor(m_palette.match()));
        for (const FlameSpan& span : m_spans) {
            if (!hasLabel(window, span)) continue;
            const bool isMatch = std::ranges::binary_search(matches, span.node);
            drawLabel(painter, window, span, top, isMatch ? m_palette.match() : fill(span.node), true);
        }
    }
}

}  // namespace heapprof::gui
