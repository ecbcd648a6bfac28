// A small curve: one line of code over the part of the time that the plot shows.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <span>

#include "gui/document/plot_result.h"

namespace heapprof::gui {

class LineCurve : public QWidget {
    Q_OBJECT

public:
    explicit LineCurve(QWidget* parent = nullptr);

    /// Draws `plot->selected`; null: nothing is known.
    void showPlot(std::shared_ptr<const PlotResult> plot);
    /// The greatest amount that it shows, "up to 47.1 MiB"; "" when there is none.
    QString greatestText() const;
    /// Marks an instant.
    void setCursor(std::optional<Micros> time);
    using QWidget::setCursor;

    QSize sizeHint() const override { return {200, 56}; }
    QSize minimumSizeHint() const override { return {60, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// Up to where the plot is known.
    std::span<const std::int64_t> amounts() const;

    std::shared_ptr<const PlotResult> m_plot;
    std::optional<Micros> m_time;
};

}  // namespace heapprof::gui
