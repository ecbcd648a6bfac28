// A row of buttons of which one is chosen; several rows where one has no room.
#pragma once

#include <QWidget>

class QButtonGroup;

namespace heapprof::gui {

class SegmentedControl : public QWidget {
    Q_OBJECT

public:
    explicit SegmentedControl(const QString& accessibleName, QWidget* parent = nullptr);

    /// To the right of the last one; `id` is at least 0. The button's object name is `name`.
    void addSegment(int id, const QString& name, const QString& text, const QString& toolTip);
    /// Without a signal.
    void setCurrent(int id);

signals:
    /// By the user.
    void chosen(int id);

private:
    QButtonGroup* m_group;
};

}  // namespace heapprof::gui
