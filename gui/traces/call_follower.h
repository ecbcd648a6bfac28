// From a call in the source to what is called, by mouse and by keyboard.
#pragma once

#include <QObject>
#include <QPoint>
#include <optional>

#include "gui/common/code_line.h"
#include "gui/traces/call_links.h"

class QMenu;
class QTableView;

namespace heapprof::gui {

class CodeDelegate;
class SourceRows;
class UsageTable;

/// While Ctrl is held, the word under the mouse that leads somewhere is underlined, and a click goes there. Ctrl and
/// Enter on a row goes to what it calls, or offers to choose; so does an entry of the table's context menu.
class CallFollower : public QObject {
    Q_OBJECT

public:
    /// Of a table of SourceRows, whose Code column `delegate` paints.
    CallFollower(UsageTable* table, CodeDelegate* delegate);

signals:
    void followed(heapprof::LineIndex line);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Link {
        std::uint32_t row = 0;  ///< of SourceRows
        CodeRange word;
        CallLinks::Target target;
    };
    const SourceRows* rows() const;
    std::optional<Link> linkAt(const QPoint& at) const;
    void showLink(std::optional<Link> link);
    void updateLink(Qt::KeyboardModifiers modifiers);
    std::vector<CallLinks::Target> calleesOfCurrent() const;
    void fill(QMenu& menu);
    void followCurrent();

    UsageTable* m_table;
    QTableView* m_view;
    CodeDelegate* m_delegate;
    QMenu* m_menu;
    std::optional<Link> m_link;
    bool m_isPressed = false;  // on a link
};

}  // namespace heapprof::gui
