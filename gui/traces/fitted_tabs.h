// Tabs of which those without room stand in a menu.
#pragma once

#include <QTabWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace heapprof::gui {

/// The tab in sight is always among those that have room; right of them a button says how many others there are, and
/// opens their menu.
class FittedTabs : public QTabWidget {
    Q_OBJECT

public:
    explicit FittedTabs(QWidget* parent = nullptr);

    /// What is to be said of the page in sight; only where all tabs have room beside it.
    void setNote(const QString& note);
    QLabel* note() const { return m_note; }
    /// At the very right.
    void addCorner(QWidget* widget);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void tabInserted(int index) override;

private:
    void fit();
    void fillMenu();

    QHBoxLayout* m_corner;
    QToolButton* m_more;
    QLabel* m_note;
};

}  // namespace heapprof::gui
