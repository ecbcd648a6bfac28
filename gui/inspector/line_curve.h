// A small curve: one line of code over the part of the time that the plot shows.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "gui/document/plot_result.h"

namespace heapprof::gui {

class LineCurve : public QWidget {
    Q_OBJECT

public:
    explicit LineCurve(QWidget* parent = nullptr);

    /// Draws `plot->selected`; null: nothing is known.
    void showPlot(std::shared_ptr<const PlotResult> plot);
    /// Marks an instant.
    void setCursor(std::optional<Micros> time);
    using QWidget::setCursor;

    QSize sizeHint() const override { return {200, 56}; }
    QSize minimumSizeHint() const override { return {60, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const PlotResult> m_plot;
    std::optional<Micros> m_time;
};

}  // namespace heapprof::gui
