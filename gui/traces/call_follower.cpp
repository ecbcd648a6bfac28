#include "gui/traces/call_follower.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QStatusTipEvent>
#include <QTableView>
#include <utility>

#include "core/text/text.h"
#include "gui/traces/code_delegate.h"
#include "gui/traces/source_rows.h"
#include "gui/traces/usage_table.h"
#include "gui/traces/usage_table_model.h"

namespace heapprof::gui {
namespace {

constexpr int kMostCallees = 20;  // in a menu

/// As item views make it for their delegates; what a delegate needs to find its text again.
QStyleOptionViewItem optionFor(const QTableView& view, const QModelIndex& index) {
    QStyleOptionViewItem option;
    option.initFrom(&view);
    option.widget = &view;
    option.font = view.font();
    option.rect = view.visualRect(index);
    return option;
}

}  // namespace

CallFollower::CallFollower(UsageTable* table, CodeDelegate* delegate)
    : QObject(table), m_table(table), m_view(table->view()), m_delegate(delegate), m_menu(new QMenu(table)) {
    m_view->setMouseTracking(true);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_menu->setObjectName(QStringLiteral("calleesMenu"));
    connect(m_menu, &QMenu::aboutToShow, this, [this] { fill(*m_menu); });
    auto* action = new QAction(tr("&Go to Callee"), m_view);
    action->setObjectName(QStringLiteral("goToCallee"));
    action->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setMenu(m_menu);
    connect(action, &QAction::triggered, this, &CallFollower::followCurrent);
    m_view->insertAction(m_view->actions().value(0), action);
}

const SourceRows* CallFollower::rows() const { return dynamic_cast<const SourceRows*>(m_table->rows().get()); }

std::optional<CallFollower::Link> CallFollower::linkAt(const QPoint& at) const {
    const QModelIndex index = m_view->indexAt(at);
    const SourceRows* rows = this->rows();
    if (!rows || index.column() != SourceRows::Code) return std::nullopt;
    const auto position = m_delegate->positionAt(optionFor(*m_view, index), index, at);
    const QString text = index.data().toString();
    const auto word = position ? wordAt(text, *position) : std::nullopt;
    if (!word) return std::nullopt;
    const std::uint32_t row = m_table->model()->source(index.row());
    // Python takes names in this form for the same.
    const QString name = text.mid(word->begin, word->length).normalized(QString::NormalizationForm_KC);
    const auto target = rows->links().find(SourceRows::numberOf(row), name.toStdString());
    if (!target) return std::nullopt;
    return Link{row, *word, *target};
}

void CallFollower::showLink(std::optional<Link> link) {
    const bool isOther =
        link.has_value() != m_link.has_value() || (link && (link->row != m_link->row || !(link->word == m_link->word)));
    m_link = std::move(link);
    if (!isOther) return;
    m_delegate->setLink(m_link ? std::optional(std::pair(m_link->row, m_link->word)) : std::nullopt);
    if (m_link)
        m_view->viewport()->setCursor(Qt::PointingHandCursor);
    else
        m_view->viewport()->unsetCursor();
    m_view->viewport()->update();
}

void CallFollower::updateLink(Qt::KeyboardModifiers modifiers) {
    const QPoint at = m_view->viewport()->mapFromGlobal(QCursor::pos());
    const bool isMeant = modifiers == Qt::ControlModifier && m_view->viewport()->rect().contains(at);
    showLink(isMeant ? linkAt(at) : std::nullopt);
}

std::vector<CallLinks::Target> CallFollower::calleesOfCurrent() const {
    const SourceRows* rows = this->rows();
    const QModelIndex current = m_view->currentIndex();
    if (!rows || !current.isValid()) return {};
    return rows->links().calleesOf(SourceRows::numberOf(m_table->model()->source(current.row())));
}

void CallFollower::fill(QMenu& menu) {
    menu.clear();
    const auto text = [](const std::string& utf8) { return QString::fromStdString(utf8); };
    for (const CallLinks::Target& callee : calleesOfCurrent()) {
        if (menu.actions().size() == kMostCallees) break;
        QString title = text(callee.function) + QStringLiteral("  ") +
                        text(lineText(m_table->rows()->sharedResult()->traces(), callee.line));
        if (callee.amount != 0)
            title += QStringLiteral("\t") + m_table->rows()->style().text(CellKind::Amount, callee.amount);
        QAction* action = menu.addAction(title.replace(u'&', QStringLiteral("&&")));
        connect(action, &QAction::triggered, this, [this, line = callee.line] { emit followed(line); });
    }
    if (menu.isEmpty()) menu.addAction(tr("None that the capture knows"))->setEnabled(false);
}

void CallFollower::followCurrent() {
    const std::vector<CallLinks::Target> callees = calleesOfCurrent();
    if (callees.size() == 1) return emit followed(callees.front().line);
    if (callees.empty()) {
        QStatusTipEvent tip(tr("The capture knows of no call on this line."));
        QCoreApplication::sendEvent(m_view->window(), &tip);
        return;
    }
    m_menu->popup(m_view->viewport()->mapToGlobal(m_view->visualRect(m_view->currentIndex()).bottomLeft()));
    m_menu->setActiveAction(m_menu->actions().constFirst());
}

bool CallFollower::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view) {
        if (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease) {
            const auto* key = static_cast<QKeyEvent*>(event);
            Qt::KeyboardModifiers modifiers = key->modifiers();
            // A modifier's own event does not tell of itself alike on all platforms.
            if (key->key() == Qt::Key_Control)
                modifiers.setFlag(Qt::ControlModifier, event->type() == QEvent::KeyPress);
            updateLink(modifiers);
        }
        if (event->type() == QEvent::FocusOut) showLink(std::nullopt);
        return false;
    }
    switch (event->type()) {
        case QEvent::MouseMove: {
            const auto* mouse = static_cast<QMouseEvent*>(event);
            const bool isMeant = mouse->modifiers() == Qt::ControlModifier && mouse->buttons() == Qt::NoButton;
            showLink(isMeant ? linkAt(mouse->position().toPoint()) : std::nullopt);
            return false;
        }
        case QEvent::MouseButtonPress: {
            const auto* mouse = static_cast<QMouseEvent*>(event);
            m_isPressed = mouse->button() == Qt::LeftButton && mouse->modifiers() == Qt::ControlModifier &&
                          linkAt(mouse->position().toPoint());
            return m_isPressed;
        }
        case QEvent::MouseButtonRelease: {
            const auto link = linkAt(static_cast<QMouseEvent*>(event)->position().toPoint());
            if (!std::exchange(m_isPressed, false)) return false;
            showLink(std::nullopt);
            if (link) emit followed(link->target.line);
            return true;
        }
        case QEvent::ToolTip:
            return m_link.has_value();  // which it would lie over
        case QEvent::Leave:
            showLink(std::nullopt);
            return false;
        default:
            return false;
    }
}

}  // namespace heapprof::gui
