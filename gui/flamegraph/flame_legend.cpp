#include "gui/flamegraph/flame_legend.h"

#include <QEvent>
#include <QPainter>
#include <cmath>

#include "gui/common/filter_texts.h"

namespace heapprof::gui {
namespace {

constexpr double kAfterSwatch = 6;
constexpr double kBetween = 18;

}  // namespace

std::vector<FlameLegendEntry> legendOf(const FlameScene& scene, const FlamePalette& palette) {
    if (scene.result->isDifference())
        return {{palette.change(1), FlameLegend::tr("growth")}, {palette.change(-1), FlameLegend::tr("shrinkage")}};
    std::vector<FlameLegendEntry> entries;
    for (const ModuleKind code : {ModuleKind::Own, ModuleKind::SitePackages, ModuleKind::StandardLibrary})
        entries.push_back({palette.kind(code), nameOf(code)});
    if (scene.hasNative) entries.push_back({palette.native(0), FlameLegend::tr("native")});
    if (!scene.result->treeOptions.hidden.internal)
        entries.push_back({palette.kind(ModuleKind::Internal), nameOf(ModuleKind::Internal)});
    return entries;
}

double legendWidth(const std::vector<FlameLegendEntry>& entries, const QFontMetricsF& metrics) {
    double width = 0;
    for (const FlameLegendEntry& entry : entries)
        width += metrics.ascent() + kAfterSwatch + metrics.horizontalAdvance(entry.meaning) + kBetween;
    return std::max(0.0, width - kBetween);
}

void drawLegend(QPainter& painter, const std::vector<FlameLegendEntry>& entries, QPointF baseline) {
    const QFontMetricsF metrics(painter.font());
    const double side = metrics.ascent();
    for (const FlameLegendEntry& entry : entries) {
        painter.fillRect(QRectF(baseline.x(), baseline.y() - side + 2, side, side), QColor(entry.colour));
        baseline.rx() += side + kAfterSwatch;
        painter.drawText(baseline, entry.meaning);
        baseline.rx() += metrics.horizontalAdvance(entry.meaning) + kBetween;
    }
}

FlameLegend::FlameLegend(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("flameLegend"));
    setAccessibleName(tr("What the colours mean"));
}

void FlameLegend::setScene(std::shared_ptr<const FlameScene> scene) {
    m_scene = std::move(scene);
    makeEntries();
}

void FlameLegend::makeEntries() {
    m_entries = m_scene ? legendOf(*m_scene, FlamePalette(palette())) : std::vector<FlameLegendEntry>();
    QStringList meanings;
    for (const FlameLegendEntry& entry : m_entries) meanings << entry.meaning;
    setAccessibleDescription(meanings.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize FlameLegend::sizeHint() const {
    return {static_cast<int>(std::ceil(legendWidth(m_entries, QFontMetricsF(font())))), fontMetrics().height()};
}

void FlameLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    drawLegend(painter, m_entries, QPointF(0, (height() - fontMetrics().height()) / 2.0 + fontMetrics().ascent()));
}

void FlameLegend::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) makeEntries();
    QWidget::changeEvent(event);
}

}  // namespace heapprof::gui
