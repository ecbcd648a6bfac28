// Every command of a window, found by typing a part of its name.
#pragma once

#include <QAction>
#include <QFrame>
#include <QList>
#include <QPointer>

class QLineEdit;
class QListWidget;

namespace heapprof::gui {

/// Lies over the upper part of its parent. Enter runs what is chosen, the arrow keys choose, Escape and a click
/// elsewhere close it.
class CommandPalette : public QFrame {
    Q_OBJECT

public:
    struct Command {
        QString title;             ///< as it is shown and searched
        QPointer<QAction> action;  ///< null once the menu that it was in has been filled anew
    };

    explicit CommandPalette(QWidget* parent);

    /// Shows those of `commands` that can be run now; replaces what it showed before.
    void offer(const QList<Command>& commands);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    int rowHeight() const;
    void filter();
    void run();

    void leave();

    QList<Command> m_commands;
    QPointer<QWidget> m_before;  // had the keyboard
    QLineEdit* m_field;
    QListWidget* m_list;
};

/// The actions in `menus` and their submenus, named "Menu: Submenu: Action"; without those that do nothing now.
QList<CommandPalette::Command> commandsOf(const QList<QAction*>& menus);

}  // namespace heapprof::gui
