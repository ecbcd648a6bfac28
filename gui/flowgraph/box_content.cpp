#include "gui/flowgraph/box_content.h"

#include <QFontInfo>
#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "core/output/exports.h"
#include "core/text/text.h"
#include "gui/common/path_text.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/flowgraph/flow_text.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kMaxRows = 14;                                        // a longer run is shown by its ends
constexpr double kMaxPlace = 230, kMaxFunction = 190, kMaxDirectory = 130;  // at the base font
constexpr double kMaxLineWidth = 8;
constexpr std::size_t kMaxPlacedLabels = 250;
constexpr double kMuchLarger = 1.25;  // a font that should be this times as large, or as small
// Room for any amounts that may come, so that a box need not grow with its numbers.
QString widestAmount(Measure measure) {
    return measure == Measure::ByteCount ? QStringLiteral("88.8 MiB") : QStringLiteral("8,888,888");
}
constexpr QStringView kFromTo = u" \u2192 ";
constexpr double kSelfGrowth = 1.0;  // a box that allocates everything itself has a font 1 + this times as large

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

double shareOf(std::int64_t part, std::int64_t total) {
    return total <= 0 ? 0 : std::clamp(static_cast<double>(part) / static_cast<double>(total), 0.0, 1.0);
}

/// The greatest share that `amount` has at any instant.
template <typename AmountAt>
double maxShare(const FlowDiagram& diagram, const AmountAt& amount) {
    double share = 0;
    for (std::size_t t = 0; t < diagram.total.size(); ++t)
        share = std::max(share, shareOf(amount(t), diagram.total[t].of(diagram.measure)));
    return share;
}

int signOf(std::int64_t value) { return (value > 0) - (value < 0); }

/// Splits lineText(): the directory, and what follows the last '/'.
std::pair<QString, QString> splitPlace(const QString& place) {
    const qsizetype slash = place.lastIndexOf(u'/');
    if (slash < 0) return {QString(), place};
    return {place.left(slash + 1), place.mid(slash + 1)};
}

BoxContent::Row rowOf(const FlowPicture& picture, LineIndex line) {
    auto [directory, place] = splitPlace(text(lineText(picture.traces(), line)));
    const auto function = picture.functions.find(line);
    return {line, place, function == picture.functions.end() ? QString() : text(function->second), directory};
}

void fitColumns(BoxContent& box, double scale) {
    const QFontMetricsF places(placeFont(box.font)), functions(box.font), directories(directoryFont(box.font));
    const auto fit = [](const QFontMetricsF& metrics, QString& cell, double limit, double& width, const auto& cut) {
        if (metrics.horizontalAdvance(cell) > limit) cell = cut(limit);
        width = std::max(width, std::ceil(metrics.horizontalAdvance(cell)));
    };
    for (BoxContent::Row& row : box.rows) {
        if (!row.line) continue;
        fit(places, row.place, kMaxPlace * scale, box.placeWidth,
            [&](double limit) { return places.elidedText(row.place, Qt::ElideMiddle, limit); });
        fit(functions, row.function, kMaxFunction * scale, box.functionWidth,
            [&](double limit) { return functions.elidedText(row.function, Qt::ElideRight, limit); });
        fit(directories, row.directory, kMaxDirectory * scale, box.directoryWidth,
            [&](double limit) { return elidedPath(row.directory, directories, limit); });
    }
}

std::vector<BoxContent::Row> rowsOf(const FlowPicture& picture, const FlowDiagram::Box& box) {
    const auto title = [](const QString& words) { return BoxContent::Row{{}, words, {}, {}, true}; };
    if (box.kind == FlowDiagram::Kind::Total) return {title(FlowGraphView::tr("total"))};
    if (box.kind == FlowDiagram::Kind::Other)
        return {title(FlowGraphView::tr("other")), {{}, othersText(picture), {}, {}}};
    std::vector<BoxContent::Row> rows;
    const std::size_t count = box.lines.size();
    const std::size_t head = count > kMaxRows ? kMaxRows / 2 : count, tail = count > kMaxRows ? kMaxRows - 1 - head : 0;
    for (std::size_t i = 0; i < head; ++i) rows.push_back(rowOf(picture, box.lines[i]));
    if (tail > 0)
        rows.push_back({{},
                        FlowGraphView::tr("\u2026 %1 more lines \u2026", nullptr, static_cast<int>(count - head - tail))
                            .arg(count - head - tail),
                        {},
                        {}});
    for (std::size_t i = count - tail; i < count; ++i) rows.push_back(rowOf(picture, box.lines[i]));
    return rows;
}

QString fieldText(const FlowDiagram::Box& box, std::size_t t, const Estimate& total, Measure measure) {
    const std::int64_t cumulative = box.cumulative[t].of(measure);
    const QString amount = QStringLiteral("%1 = %2").arg(text(formatAmount(cumulative, measure)),
                                                         text(formatShare(cumulative, total.of(measure))));
    if (box.kind != FlowDiagram::Kind::Lines) return amount;
    return QStringLiteral("%1 / %2").arg(text(formatAmount(box.self[t].of(measure), measure)), amount);
}

/// Of the place and its columns, or of the words that stand in the row alone.
double rowWidthOf(const BoxContent& box) {
    double width = box.placeWidth;
    for (const double column : {box.functionWidth, box.directoryWidth})
        if (column > 0) width += BoxContent::kColumnGap + column;
    const QFontMetricsF metrics(placeFont(box.font));
    for (const BoxContent::Row& row : box.rows)
        if (!row.line) width = std::max(width, metrics.horizontalAdvance(row.place));
    return width;
}

BoxContent makeBox(const FlowPicture& picture, std::size_t index, const QFont& font) {
    const FlowDiagram& diagram = picture.diagram;
    const FlowDiagram::Box& source = diagram.boxes[index];
    const bool isOfLines = source.kind == FlowDiagram::Kind::Lines;
    const double selfShare = maxShare(diagram, [&](std::size_t t) { return picture.amountOf(source.self[t]); });
    const double scale = picture.options.sizeBySelfUsage && isOfLines ? 1 + kSelfGrowth * std::sqrt(selfShare) : 1;

    BoxContent box;
    box.kind = source.kind;
    box.font = font;
    box.font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * scale))));
    box.rows = rowsOf(picture, source);

    for (std::size_t t = 0; t < diagram.total.size(); ++t) {
        const double share = shareOf(picture.amountOf(source.cumulative[t]), picture.amountOf(diagram.total[t]));
        box.fields.push_back({fieldText(source, t, diagram.total[t], diagram.measure),
                              QColor(QString::fromStdString(shareColour(share)))});
    }
    if (picture.isDifference()) {
        const std::int64_t before = picture.amountOf(source.cumulative[0]);
        const std::int64_t after = picture.amountOf(source.cumulative[1]);
        box.growth = growthText(before, after, diagram.measure);
        box.growthSign = signOf(after - before);
    }

    fitColumns(box, scale);
    const QFontMetricsF metrics(box.font);
    box.rowHeight = std::ceil(metrics.height() * 1.2);
    const double rowWidth = rowWidthOf(box);
    const QString widest = widestAmount(diagram.measure);
    const QString widestField = (isOfLines ? widest + QStringLiteral(" / ") : QString()) + widest;
    double fieldWidth = metrics.horizontalAdvance(widestField + QStringLiteral(" = 100.0 %")) + 2 * BoxContent::kMargin;
    for (const BoxContent::Field& field : box.fields)
        fieldWidth = std::max(fieldWidth, metrics.horizontalAdvance(field.text) + 2 * BoxContent::kMargin);
    const double growthWidth = picture.isDifference()
                                   ? std::max(metrics.horizontalAdvance(QStringLiteral("+%1 (+1000.0 %)").arg(widest)),
                                              metrics.horizontalAdvance(box.growth)) +
                                         2 * BoxContent::kMargin
                                   : 0;
    const double width = std::max(
        {rowWidth + 2 * BoxContent::kMargin, fieldWidth * static_cast<double>(box.fields.size()), growthWidth});
    const std::size_t bands = box.rows.size() + 1 + (box.growth.isEmpty() ? 0 : 1);
    // Even, so that the centre that the layout gives puts the edges of the box on whole pixels.
    box.size = QSizeF(2 * std::ceil(width / 2), 2 * std::ceil((static_cast<double>(bands) * box.rowHeight + 4) / 2));
    return box;
}

EdgeContent makeEdge(const FlowPicture& picture, const FlowDiagram::Edge& source) {
    EdgeContent edge;
    edge.isFaint = source.isFaint;
    const Measure measure = picture.diagram.measure;
    for (const std::int64_t amount : source.amounts)
        if (!source.isFaint)
            edge.label += (edge.label.isEmpty() ? QString() : kFromTo.toString()) + text(formatAmount(amount, measure));
    const double share = maxShare(picture.diagram, [&](std::size_t t) { return source.amounts[t]; });
    if (!source.isFaint) edge.width = 1 + (kMaxLineWidth - 1) * share;
    if (picture.isDifference()) edge.growthSign = signOf(source.amounts[1] - source.amounts[0]);
    return edge;
}

}  // namespace

QFont placeFont(const QFont& font) {
    QFont bold = font;
    bold.setBold(true);
    return bold;
}

QFont directoryFont(const QFont& font) {
    QFont small = font;
    small.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * 0.85))));
    return small;
}

LayoutRequest DiagramContent::request(const FlowDiagram& diagram) const {
    LayoutRequest request;
    for (const BoxContent& box : boxes) request.boxes.push_back(box.size);
    const QString amount = widestAmount(diagram.measure);
    const QString widest = (diagram.times.size() == 2 ? amount + kFromTo.toString() : QString()) + amount;
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const QSizeF label = labelSize(edges[e].label).expandedTo(labelSize(widest)) + QSizeF(edges[e].width, 0);
        const bool hasRoom = edges.size() <= kMaxPlacedLabels && !edges[e].label.isEmpty();
        request.edges.push_back(
            {diagram.edges[e].from, diagram.edges[e].to, edges[e].width, hasRoom ? label : QSizeF()});
    }
    return request;
}

bool BoxContent::keepGeometry(const BoxContent& before) {
    const double factor = static_cast<double>(font.pixelSize()) / before.font.pixelSize();
    BoxContent kept = before;
    kept.fields = std::move(fields);
    kept.growth = std::move(growth);
    kept.growthSign = growthSign;
    if (kind != FlowDiagram::Kind::Lines) kept.rows = std::move(rows);
    *this = std::move(kept);
    return factor > kMuchLarger || factor < 1 / kMuchLarger;
}

QSizeF DiagramContent::labelSize(const QString& label) const {
    const QFontMetricsF metrics(labelFont);
    return {std::ceil(metrics.horizontalAdvance(label)) + 8, std::ceil(metrics.height()) + 2};
}

int DiagramContent::smallestLetters() const {
    int pixels = labelFont.pixelSize();
    for (const BoxContent& box : boxes) pixels = std::min(pixels, directoryFont(box.font).pixelSize());
    return pixels;
}

DiagramContent makeContent(const FlowPicture& picture, const QFont& font) {
    QFont base = font;
    base.setPixelSize(std::max(8, QFontInfo(font).pixelSize()));
    base.setHintingPreference(QFont::PreferNoHinting);  // widths then hold at every zoom
    DiagramContent content;
    content.labelFont = base;
    content.labelFont.setPixelSize(std::max(8, static_cast<int>(std::lround(base.pixelSize() * 0.9))));
    for (std::size_t i = 0; i < picture.diagram.boxes.size(); ++i) content.boxes.push_back(makeBox(picture, i, base));
    for (const FlowDiagram::Edge& edge : picture.diagram.edges) content.edges.push_back(makeEdge(picture, edge));
    return content;
}

}  // namespace heapprof::gui
