// What the colours of a flame graph mean: for the window and for exported pages.
#pragma once

#include <QFontMetricsF>
#include <QString>
#include <QWidget>
#include <memory>
#include <vector>

#include "gui/flamegraph/flame_palette.h"
#include "gui/flamegraph/flame_scene.h"

namespace heapprof::gui {

struct FlameLegendEntry {
    QRgb colour;
    QString meaning;
};

/// The colours that the scene is painted in; native code's only where there is some.
std::vector<FlameLegendEntry> legendOf(const FlameScene& scene, const FlamePalette& palette);
/// In one line of text, in logical pixels.
double legendWidth(const std::vector<FlameLegendEntry>& entries, const QFontMetricsF& metrics);
/// In the painter's font and pen, from the baseline's left end on.
void drawLegend(QPainter& painter, const std::vector<FlameLegendEntry>& entries, QPointF baseline);

class FlameLegend : public QWidget {
    Q_OBJECT

public:
    explicit FlameLegend(QWidget* parent = nullptr);

    /// Null: nothing.
    void setScene(std::shared_ptr<const FlameScene> scene);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeEntries();

    std::shared_ptr<const FlameScene> m_scene;
    std::vector<FlameLegendEntry> m_entries;
};

}  // namespace heapprof::gui
