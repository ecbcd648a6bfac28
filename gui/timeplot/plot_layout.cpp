#include "gui/timeplot/plot_layout.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

namespace heapprof::gui {
namespace {

constexpr double kPadding = 6;
constexpr std::uint32_t kMaxLanes = 3;
constexpr double kPhasesShare = 0.12;  // of the plot's height, at most
constexpr double kLegendShare = 0.7;   // of the title's line, at most
constexpr double kLegendGap = 14;
constexpr double kMinLines = 9;  // of text, as high as the plot must be for phases; for marks one more

/// How wide an entry may be, so that all of them have room: what the short ones do not need the long ones get.
double widestShare(std::vector<double> widths, double room) {
    std::ranges::sort(widths);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const double share = room / static_cast<double>(widths.size() - i);
        if (widths[i] > share) return share;
        room -= widths[i];
    }
    return widths.empty() ? room : widths.back();
}

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

QRectF plotArea(const QSizeF& size, const QFont& font, const PlotHeader& header) {
    const QFontMetricsF metrics(plotFont(font));
    const double left = metrics.horizontalAdvance(QStringLiteral("1000.0 MiB")) + 2 * kPadding, right = 2 * kPadding;
    const double timeLabels = metrics.height() + 6;
    const double top = header.markTop + (header.hasMarks ? header.lineHeight : 0) + 1;
    return {left, top, std::max(20.0, size.width() - left - right),
            std::floor(std::max(20.0, size.height() - top - timeLabels))};
}

void placeLegend(std::vector<PlotLegendEntry>& legend, std::vector<PlotSwitch>& switches, const PlotHeader& header,
                 const QRectF& area, const QFont& font) {
    const QFontMetricsF metrics(plotFont(font));
    QFont bold = plotFont(font);
    bold.setBold(true);  // as the selected line's entry is written
    const QFontMetricsF boldMetrics(bold);
    const double line = metrics.height();
    std::vector<double> widths;
    for (const PlotLegendEntry& entry : legend)
        widths.push_back(boldMetrics.horizontalAdvance(entry.text) + 19 + line + kLegendGap);
    for (const PlotSwitch& entry : switches)
        widths.push_back(metrics.horizontalAdvance(entry.text) + (entry.isOffer ? 3 : 22) + kLegendGap);
    const double most = widestShare(widths, area.width() * kLegendShare);
    double right = area.right();
    auto width = widths.rbegin();
    const auto next = [&] {
        const double used = std::min(most, *width++) - kLegendGap;
        const QRectF entry(right - used, header.titleTop, used, line);
        right -= used + kLegendGap;
        return entry;
    };
    for (auto entry = switches.rbegin(); entry != switches.rend(); ++entry) entry->area = next();
    for (auto entry = legend.rbegin(); entry != legend.rend(); ++entry) {
        entry->area = next();
        entry->remove = QRectF(entry->area.right() - line, header.titleTop, line, line);
    }
}

}  // namespace heapprof::gui
