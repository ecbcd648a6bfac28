// Says in one place what is shown: how much, how well it is known, of which instant or interval.
#pragma once

#include <QWidget>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/document/plot_result.h"

class QLabel;

namespace heapprof::gui {

class ElidedLabel;

class Headline : public QWidget {
    Q_OBJECT

public:
    explicit Headline(QWidget* parent = nullptr);

    /// At the right end.
    void addTool(QWidget* tool);
    /// Null: nothing is known yet.
    void showInstant(std::shared_ptr<const InstantResult> result);
    void showPlot(std::shared_ptr<const PlotResult> result);
    /// Whether what is shown is not what was asked for.
    void setStale(bool isStale);

    /// The number, and the sentence about it.
    QString amountText() const;
    QString aboutText() const;

private:
    void update();

    QLabel* m_amount;
    ElidedLabel* m_about;
    std::shared_ptr<const InstantResult> m_instant;
    std::shared_ptr<const PlotResult> m_plot;
};

}  // namespace heapprof::gui
