// Resident memory as one bar of its parts.
#pragma once

#include <QWidget>
#include <optional>

#include "core/state/composition.h"

namespace heapprof::gui {

/// Draws a headline, when it was read, and a bar as wide as all parts together; where more was counted than is in RAM,
/// a stroke shows how much that is.
class CompositionBar : public QWidget {
    Q_OBJECT

public:
    explicit CompositionBar(QWidget* parent = nullptr);

    /// Unset: `emptyText` says why there is none.
    void setComposition(std::optional<Composition> composition, const QString& emptyText);
    void setCurrent(std::optional<CompositionKind> kind);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Draws the same, `width` wide; returns its height.
    double draw(QPainter& painter, double width) const;
    /// The part at `position`, of what is drawn in the widget.
    std::optional<CompositionKind> partAt(const QPointF& position) const;

signals:
    void picked(heapprof::CompositionKind kind);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Segment {
        CompositionKind kind;
        QRectF area;
    };
    QRectF barArea(double width) const;
    std::vector<Segment> segments(double width) const;
    double naturalHeight() const;

    std::optional<Composition> m_composition;
    QString m_emptyText;
    std::optional<CompositionKind> m_current;
};

}  // namespace heapprof::gui
