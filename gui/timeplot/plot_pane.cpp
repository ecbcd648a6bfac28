#include "gui/timeplot/plot_pane.h"

#include <QVBoxLayout>

#include "gui/timeplot/plot_overview.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

constexpr int kLeastHeight = 176;  // with the overview; a window 900 pixels high leaves that much, a banner included

}  // namespace

PlotPane::PlotPane(ViewStateStore& store, QWidget* parent)
    : QWidget(parent), m_plot(new TimePlot(store)), m_overview(new PlotOverview(*m_plot)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_overview);
    setFocusProxy(m_plot);
}

/// The overview is folded away before it would need room.
QSize PlotPane::minimumSizeHint() const { return m_plot->minimumSizeHint(); }

void PlotPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_overview->setVisible(height() >= kLeastHeight);
}

}  // namespace heapprof::gui
