#include "gui/timeplot/plot_layout.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

namespace heapprof::gui {
namespace {

constexpr double kPadding = 6;
constexpr std::uint32_t kMaxLanes = 3;
constexpr double kPhasesShare = 0.12;  // of the plot's height, at most
constexpr double kMinLines = 9;        // of text, as high as the plot must be for phases; for marks one more

}  // namespace

QFont plotFont(QFont font) {
    if (font.pointSizeF() > 0) font.setPointSizeF(font.pointSizeF() * 0.9);
    return font;
}

PlotHeader plotHeader(double height, const QFont& font, std::uint32_t lanes, bool hasMarks) {
    const double line = QFontMetricsF(plotFont(font)).height();
    PlotHeader header;
    header.lineHeight = line + 1;
    // A low plot is for the curve; its lines and the bubble under the mouse still tell of what has no label.
    const std::uint32_t min = height >= kMinLines * line ? 1 : 0;
    header.lanes =
        std::min({lanes, kMaxLanes, std::max(min, static_cast<std::uint32_t>(height * kPhasesShare / line))});
    header.hasMarks = hasMarks && height >= (kMinLines + 1) * line;
    header.titleTop = 2;
    header.cursorTop = header.titleTop + line + 2;
    header.phaseTop = header.cursorTop + line + 4;
    header.markTop = header.phaseTop + header.lanes * header.lineHeight;
    return header;
}

std::vector<QRectF> plotAreas(const QSizeF& size, const QFont& font, const PlotHeader& header, std::size_t lines) {
    const QFontMetricsF metrics(plotFont(font));
    const double left = metrics.horizontalAdvance(QStringLiteral("1000.0 MiB")) + 2 * kPadding, right = 2 * kPadding;
    const double title = metrics.height() + 6, timeLabels = metrics.height() + 6,
                 legend = lines > 0 ? metrics.height() + 6 : 0;
    const std::size_t rows = lines > 0 ? 3 : 1;
    const double headerHeight = header.markTop + (header.hasMarks ? header.lineHeight : 0) + 1;
    const double height =
        std::max(20.0 * static_cast<double>(rows),
                 size.height() - headerHeight - static_cast<double>(rows - 1) * title - timeLabels - legend);
    std::vector<QRectF> areas;
    double top = headerHeight;
    for (std::size_t row = 0; row < rows; ++row) {
        const double share = rows == 1 ? 1 : row == 0 ? 0.4 : 0.3;
        areas.emplace_back(left, top, std::max(20.0, size.width() - left - right), std::floor(height * share));
        top = areas.back().bottom() + title + (row == 0 ? legend : 0);
    }
    return areas;
}

void placeLegend(std::vector<PlotLegendEntry>& legend, const std::vector<QRectF>& areas, const QFont& font) {
    if (legend.empty()) return;
    const QFontMetricsF metrics(plotFont(font));
    QFont bold = plotFont(font);
    bold.setBold(true);  // as the selected line's entry is written
    const QFontMetricsF boldMetrics(bold);
    const QRectF area = areas.front();
    const double most = area.width() / static_cast<double>(legend.size());
    double left = area.left();
    for (PlotLegendEntry& entry : legend) {
        const double wanted = boldMetrics.horizontalAdvance(entry.text) + 19 + metrics.height() + 14;
        const double width = std::min(wanted, most);
        entry.area = QRectF(left, area.bottom() + 4, width - 10, metrics.height());
        entry.remove =
            QRectF(entry.area.right() - metrics.height(), entry.area.top(), metrics.height(), metrics.height());
        left += width;
    }
}

void placeSwitch(PlotSwitch& entry, const PlotHeader& header, const QRectF& area, const QFont& font) {
    const QFontMetricsF metrics(plotFont(font));
    const double width = std::min(area.width() / 2, metrics.horizontalAdvance(entry.text) + 22);
    entry.area = QRectF(area.right() - width, header.titleTop, width, metrics.height());
}

}  // namespace heapprof::gui
