// Paints the frames of a flame graph: into an image for the screen, or as shapes and text for a page.
#pragma once

#include <QHash>
#include <QImage>
#include <QPainter>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gui/flamegraph/flame_palette.h"
#include "gui/flamegraph/flame_scene.h"
#include "gui/flamegraph/flame_text.h"
#include "gui/flamegraph/flame_window.h"

namespace heapprof::gui {

/// Keeps colours and labels it has once worked out. GUI thread.
class FlamePainter {
public:
    FlamePainter(std::shared_ptr<const FlameScene> scene, const QPalette& palette, const QFont& font);

    const FlamePalette& palette() const { return m_palette; }

    /// All frames in sight. `image` is as large as the window, in device pixels, of Format_RGB32.
    void paintImage(QImage& image, const FlameWindow& window);
    /// The marked nodes (ascending) over the image, in one colour, with their labels.
    void paintMarked(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> nodes, QRgb fill);
    /// Outlines of the marked nodes.
    void outlineMarked(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> nodes,
                       const QPen& pen) const;
    /// Every row small, without labels, and the nodes of each of the lists (ascending) in its colour, none of them too
    /// narrow to be seen. `image` as above, as high as the strip; what no frame needs has the background's colour.
    void paintStrip(QImage& image, const FlameViewport& x, const FlameStrip& strip,
                    std::initializer_list<std::pair<std::span<const std::uint32_t>, QRgb>> marked);
    /// All frames in sight as rectangles and text; `matches` (ascending) in the colour of what the search finds.
    void paintShapes(QPainter& painter, const FlameWindow& window, std::span<const std::uint32_t> matches);

    /// The node's rectangle within the window, in logical pixels; null when it is out of sight.
    QRectF rectangle(const FlameWindow& window, std::uint32_t node) const;

private:
    struct Label {
        QString name;
        QString place, amount;  ///< follow when there is room
        double nameWidth = 0, placeWidth = 0;
    };

    QRgb fill(std::uint32_t node);
    std::uint32_t variation(FrameIndex frame) const;
    /// A row's frames into m_spans and their colours into m_scanLine; those of some width stand `between` pixels apart.
    void paintRow(std::uint32_t depth, const FlameViewport& x, int between);
    const Label& label(std::uint32_t node);
    void drawLabel(QPainter& painter, const FlameWindow& window, const FlameSpan& span, std::int64_t top, QRgb fill,
                   bool asText);
    static int gap(const FlameWindow& window) { return std::max(1, static_cast<int>(window.ratio + 0.5)); }
    static QRectF rectangle(const FlameWindow& window, const FlameSpan& span, std::int64_t top);

    std::shared_ptr<const FlameScene> m_scene;
    FlamePalette m_palette;
    FlameText m_text;
    double m_ascent, m_lineHeight;
    std::vector<QRgb> m_frameColours;  // 0: not known yet
    QHash<std::uint32_t, Label> m_labels;
    std::vector<FlameSpan> m_spans;  // of one row at a time
    std::vector<QRgb> m_scanLine;
};

}  // namespace heapprof::gui
