// One line of text, shortened where it does not fit.
#pragma once

#include <QWidget>

namespace heapprof::gui {

/// A label that shortens its plain text in the middle where it does not fit.
class ElidedLabel : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    void setText(const QString& text);
    const QString& text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

}  // namespace heapprof::gui
