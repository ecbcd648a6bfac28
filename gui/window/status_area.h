// The strip at the window's foot: what was recorded, and how far it has been read.
#pragma once

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QPushButton;

namespace heapprof::gui {

class Document;
class ElidedLabel;

class StatusArea : public QStatusBar {
    Q_OBJECT

public:
    explicit StatusArea(QWidget* parent = nullptr);

    /// Null: no capture is open.
    void showDocument(const Document* document);

signals:
    void cancelWanted();
    void continueWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();

    ElidedLabel* m_about;
    ElidedLabel* m_text;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QPushButton* m_continue;
    QLabel* m_events;
};

}  // namespace heapprof::gui
