// A strip below the menus that says what is not as it should be.
#pragma once

#include <QFrame>
#include <QStringList>

class QLabel;
class QToolButton;

namespace heapprof::gui {

/// Hidden while there is nothing to say; the user may dismiss it, and then the same text stays away.
class Banner : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent = nullptr);

    /// Plain sentences; the newest list replaces the one before.
    void showTexts(const QStringList& texts);
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();

    QLabel* m_icon;
    QLabel* m_label;
    QToolButton* m_close;
    QStringList m_texts;
    QStringList m_dismissed;
    bool m_isDark = false;
};

}  // namespace heapprof::gui
