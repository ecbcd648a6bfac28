// Lies over the old picture while the next one is made.
#pragma once

#include <QString>
#include <QWidget>

namespace heapprof::gui {

/// Covers its parent when it is shown, and lets the mouse through.
class BusyOverlay : public QWidget {
    Q_OBJECT

public:
    explicit BusyOverlay(QWidget* parent);

    /// Its last line says what is under way, lines above it what is covered.
    void setText(const QString& text);
    const QString& text() const { return m_text; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

}  // namespace heapprof::gui
