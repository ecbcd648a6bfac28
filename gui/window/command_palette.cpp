#include "gui/window/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/common/style.h"
#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {

constexpr int kWidth = 560, kMaxRows = 12;

QString plain(QString text) { return text.remove(u'&').remove(u'\u2026'); }

void collect(const QAction& parent, const QString& prefix, QList<CommandPalette::Command>& commands) {
    QMenu* menu = parent.menu();
    if (!menu) return;
    emit menu->aboutToShow();  // some are filled then
    for (QAction* action : menu->actions()) {
        const QString title = prefix + plain(action->text());
        if (action->menu())
            collect(*action, title + QStringLiteral(": "), commands);
        else if (!action->isSeparator() && action->isEnabled() && !action->text().isEmpty())
            commands.append({title, action});
    }
}

}  // namespace

QList<CommandPalette::Command> commandsOf(const QList<QAction*>& menus) {
    QList<CommandPalette::Command> commands;
    for (const QAction* menu : menus) collect(*menu, plain(menu->text()) + QStringLiteral(": "), commands);
    return commands;
}

CommandPalette::CommandPalette(QWidget* parent) : QFrame(parent), m_field(new QLineEdit), m_list(new QListWidget) {
    setObjectName(QStringLiteral("commandPalette"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_field->setObjectName(QStringLiteral("commandField"));
    m_field->setPlaceholderText(tr("Type a command"));
    m_field->setAccessibleName(tr("Command"));
    m_list->setObjectName(QStringLiteral("commandList"));
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * kGrid, 2 * kGrid, 2 * kGrid, 2 * kGrid);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::offer(const QList<Command>& commands) {
    m_commands = commands;
    m_field->clear();
    filter();
    const int height = m_field->sizeHint().height() + rowHeight() * kMaxRows + 8 * kGrid;
    const QSize room = parentWidget()->size();
    const QSize size(std::min(kWidth, room.width() - 4 * kGrid), std::min(height, room.height() - 20 * kGrid));
    setGeometry(QRect(QPoint((room.width() - size.width()) / 2, 12 * kGrid), size));
    if (!isVisible()) m_before = QApplication::focusWidget();
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
    qApp->installEventFilter(this);
}

void CommandPalette::leave() {
    qApp->removeEventFilter(this);
    hide();
    if (m_before) m_before->setFocus();
}

int CommandPalette::rowHeight() const { return fontMetrics().height() + 2 * kGrid; }

void CommandPalette::filter() {
    m_list->clear();
    const SearchText words = SearchText::words(m_field->text().toStdString());
    for (qsizetype i = 0; i < m_commands.size(); ++i) {
        const Command& command = m_commands[i];
        if (!command.action || (!words.isEmpty() && !words.matches(command.title.toStdString()))) continue;
        QString text = command.title;
        if (const QKeySequence keys = command.action->shortcut(); !keys.isEmpty())
            text += QStringLiteral("    ") + keys.toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, i);
        item->setSizeHint({0, rowHeight()});
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::run() {
    const QListWidgetItem* item = m_list->currentItem();
    leave();
    if (!item) return;
    if (QAction* action = m_commands[item->data(Qt::UserRole).toLongLong()].action) action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress && watched->isWidgetType() && watched != this &&
        !isAncestorOf(static_cast<QWidget*>(watched)))
        leave();
    if (event->type() != QEvent::KeyPress || watched != m_field) return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Escape:
            leave();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            run();
            return true;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QApplication::sendEvent(m_list, event);
            return true;
        default:
            return QFrame::eventFilter(watched, event);
    }
}

}  // namespace heapprof::gui
