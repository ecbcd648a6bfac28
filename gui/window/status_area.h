// The strip at the window's foot: the selected line, progress, LIVE.
#pragma once

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace heapprof::gui {

class Document;
class ElidedLabel;
struct ViewState;

class StatusArea : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusArea(QWidget* parent = nullptr);

    /// Null: no capture is open.
    void showDocument(const Document* document);
    void showSelection(const Document* document, const ViewState& state);

signals:
    void cancelWanted();
    void continueWanted();
    /// Plot the selected line, or stop plotting it.
    void pinWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();

    ElidedLabel* m_selection;
    QToolButton* m_pin;
    ElidedLabel* m_text;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QPushButton* m_continue;
    QLabel* m_live;
    QLabel* m_events;
};

}  // namespace heapprof::gui
