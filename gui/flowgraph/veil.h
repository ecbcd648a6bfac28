// Lies over the old picture while the next one is made.
#pragma once

#include <QString>
#include <QWidget>

namespace heapprof::gui {

/// Covers its parent when it is shown, and lets the mouse through.
class Veil : public QWidget {
public:
    Veil(const QString& text, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

}  // namespace heapprof::gui
