// A text of two lines at most.
#pragma once

#include <QLabel>

namespace heapprof::gui {

/// A label of plain text that wraps; what does not fit into two lines is cut, and then its tool tip has all. Its
/// accessible name always has.
class ClampedLabel : public QLabel {
    Q_OBJECT

public:
    explicit ClampedLabel(QWidget* parent = nullptr);

    void setWhole(const QString& text);
    const QString& whole() const { return m_whole; }

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fit();

    QString m_whole;
};

}  // namespace heapprof::gui
