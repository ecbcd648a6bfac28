// One line of text, shortened where it does not fit.
#pragma once

#include <QWidget>

namespace heapprof::gui {

/// A label that shortens its plain text where it does not fit: in the middle, or a path at its beginning.
class ElidedLabel : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    void setText(const QString& text);
    void setIsPath(bool isPath) { m_isPath = isPath; }
    const QString& text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    bool m_isPath = false;
};

}  // namespace heapprof::gui
