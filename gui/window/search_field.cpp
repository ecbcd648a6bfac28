#include "gui/window/search_field.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/icons.h"
#include "gui/common/style.h"
#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {

constexpr int kWidth = 500, kMinWidth = 132;
constexpr int kMinTyped = 96;  // of what is typed, beside all else

QColor problemColour(const QPalette& palette) {
    return isDark(palette) ? QColor(0xff, 0x8a, 0x80) : QColor(0xb3, 0x26, 0x1e);
}

}  // namespace

SearchField::SearchField(ViewStateStore& store, QWidget* parent)
    : QFrame(parent), m_store(store), m_field(new QLineEdit), m_keys(new QLabel), m_count(new QLabel) {
    setObjectName(QStringLiteral("searchField"));
    setFocusProxy(m_field);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* icon = new QLabel;
    icon->setObjectName(QStringLiteral("searchIcon"));
    m_field->setObjectName(QStringLiteral("search"));
    m_field->setPlaceholderText(tr("Find line, function, file, /regex/"));
    m_field->setAccessibleName(tr("Find in all views"));
    m_field->setToolTip(
        tr("Words of a function, a file, a line, in any case; or /regular expression/ on \"function file:line\".\n"
           "Enter: next match, Shift+Enter: previous match, Escape: end"));
    m_field->setFrame(false);
    m_field->installEventFilter(this);
    m_keys->setObjectName(QStringLiteral("searchKeys"));
    m_keys->setText(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText).replace(u'+', u' '));
    m_count->setObjectName(QStringLiteral("searchCount"));
    m_count->setTextFormat(Qt::PlainText);
    m_count->setAccessibleName(tr("What is found"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2 * kGrid, 0, kGrid, 0);
    row->setSpacing(kGrid / 2);
    row->addWidget(icon);
    row->addWidget(m_field, 1);
    row->addWidget(m_keys);
    row->addWidget(m_count);
    m_previous = addButton("searchPrevious", "chevron-up", tr("Previous match (Shift+Enter)"));
    m_next = addButton("searchNext", "chevron-down", tr("Next match (Enter)"));
    m_filter = addButton("searchFilter", "filter", tr("Count only what matches, or all but that"));
    m_clear = addButton("searchClear", "cancel", tr("End the search (Escape)"));
    auto* menu = new QMenu(m_filter);
    connect(menu->addAction(tr("&Only Matching")), &QAction::triggered, this, [this] { filter(false); });
    connect(menu->addAction(tr("&Not Matching")), &QAction::triggered, this, [this] { filter(true); });
    m_filter->setMenu(menu);
    m_filter->setPopupMode(QToolButton::InstantPopup);
    connect(m_field, &QLineEdit::textChanged, this, &SearchField::edit);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(false); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(true); });
    connect(m_clear, &QToolButton::clicked, this, [this] { m_store.leaveSearch(); });
    connect(&store, &ViewStateStore::changed, this, &SearchField::follow);
    applyPalette();
    showInstant(nullptr);
}

QToolButton* SearchField::addButton(const char* name, const char* icon, const QString& hint) {
    auto* button = new QToolButton;
    button->setObjectName(QLatin1String(name));
    button->setProperty("icon-name", QLatin1String(icon));
    button->setToolTip(hint);
    button->setAccessibleName(hint.section(QStringLiteral(" ("), 0, 0));
    button->setIconSize({14, 14});
    button->setFocusPolicy(Qt::NoFocus);
    layout()->addWidget(button);
    return button;
}

QSize SearchField::sizeHint() const { return {kWidth, m_field->sizeHint().height() + 2}; }
QSize SearchField::minimumSizeHint() const { return {kMinWidth, sizeHint().height()}; }

void SearchField::showInstant(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    setEnabled(m_result != nullptr);
    if (!m_result) m_before = nullptr;
    ask();
}

void SearchField::find() {
    if (QWidget* now = QApplication::focusWidget(); now != m_field) m_before = now;
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void SearchField::edit(const QString& text) {
    if (text.toStdString() == m_store.state().search.text) return;  // it is what the field follows
    const auto apply = [&](ViewState& next) { next.search = {text.toStdString(), std::nullopt}; };
    m_isEditing = true;
    m_isTyping ? m_store.adjust(apply) : m_store.change(apply);
    m_isEditing = false;
    m_isTyping = true;
}

void SearchField::follow(const ViewState& now, const ViewState& before) {
    if (!m_isEditing) m_isTyping = false;
    if (now.search == before.search) return;
    const QString text = QString::fromStdString(now.search.text);
    if (text != m_field->text()) m_field->setText(text);
    if (now.search.text != before.search.text) {
        m_step.reset();
        return ask();
    }
    showMatches();
}

void SearchField::ask() {
    const std::string& text = m_store.state().search.text;
    m_problem = QString::fromStdString(SearchText(text).problem());
    if (!m_result || text.empty() || !m_problem.isEmpty()) {
        m_task.cancel();
        m_matches = nullptr;
        m_shown = nullptr;
        return showMatches();
    }
    showMatches();
    m_task.start([result = m_result, text](std::stop_token) { return result->search(text); },
                 [this, result = m_result](std::shared_ptr<const SearchMatches> matches) {
                     m_matches = std::move(matches);
                     m_shown = result;
                     showMatches();
                     if (const auto forward = std::exchange(m_step, std::nullopt)) step(*forward);
                 });
}

QString SearchField::summary() const {
    if (!m_problem.isEmpty()) return m_problem;
    if (m_store.state().search.text.empty() || !m_matches) return {};
    const auto& lines = m_matches->lines;
    if (lines.empty()) return tr("no match");
    const auto at = m_store.state().search.at ? std::ranges::find(lines, *m_store.state().search.at) : lines.end();
    const QString count = QLocale().toString(static_cast<qulonglong>(lines.size()));
    QStringList parts{at == lines.end() ? lines.size() == 1
                                              ? tr("1 line")
                                              : tr("%1 lines", nullptr, static_cast<int>(lines.size())).arg(count)
                                        : tr("%1 of %2").arg(QLocale().toString(at - lines.begin() + 1), count)};
    const bool isDifference = m_shown->isDifference();
    const std::int64_t amount = m_shown->amountOf(m_matches->usage);
    parts << QString::fromStdString(isDifference ? formatSignedAmount(amount, m_shown->measure())
                                                 : formatWithUnit(amount, m_shown->measure()));
    if (!isDifference) parts << QString::fromStdString(formatShare(amount, m_shown->shareBase()));
    return parts.join(QStringLiteral(" \u00B7 "));
}

void SearchField::showMatches() {
    const bool isSearching = !m_store.state().search.text.empty();
    const QString text = summary();
    m_count->setText(text);
    m_count->setToolTip(text.toHtmlEscaped());
    const QColor colour = m_problem.isEmpty() ? tonesOf(palette()).dim : problemColour(palette());
    if (const QString sheet = QStringLiteral("color: %1").arg(colour.name()); sheet != m_count->styleSheet())
        m_count->setStyleSheet(sheet);
    update();
    for (QToolButton* button : {m_previous, m_next, m_filter}) button->setEnabled(hasMatches());
    // What has no room is left out, the amount last; the field itself stays as it is.
    const int buttons = m_previous->sizeHint().width();
    int room = width() - kMinTyped - 6 * kGrid;
    const auto fits = [&](int wanted) {
        if (wanted > room) return false;
        room -= wanted;
        return true;
    };
    m_clear->setVisible(isSearching && fits(buttons));
    m_keys->setVisible(!isSearching && fits(m_keys->sizeHint().width()));
    m_filter->setVisible(isSearching && fits(buttons));
    m_next->setVisible(isSearching && fits(2 * buttons));
    m_previous->setVisible(m_next->isVisibleTo(this));
    if (isSearching && m_count->sizeHint().width() > room)
        m_count->setText(m_problem.isEmpty() ? text.section(QStringLiteral(" \u00B7 "), 0, 0)
                                             : fontMetrics().elidedText(text, Qt::ElideRight, std::max(0, room)));
    m_count->setVisible(isSearching && m_count->sizeHint().width() <= room);
    emit matchesChanged();
}

void SearchField::step(bool forward) {
    if (m_task.isRunning()) m_step = forward;
    if (m_task.isRunning() || !hasMatches()) return;
    const auto& lines = m_matches->lines;
    const auto at = m_store.state().search.at ? std::ranges::find(lines, *m_store.state().search.at) : lines.end();
    const auto count = static_cast<std::ptrdiff_t>(lines.size());
    std::ptrdiff_t next = forward ? 0 : count - 1;
    if (at != lines.end()) next = (at - lines.begin() + (forward ? 1 : count - 1)) % count;
    const LineIndex line = lines[static_cast<std::size_t>(next)];
    m_isEditing = true;
    m_store.adjust([line](ViewState& edited) { edited.search.at = line; });
    m_isEditing = false;
}

void SearchField::filter(bool isExcluded) {
    if (!hasMatches()) return;
    m_store.change([isExcluded](ViewState& next) {
        const TraceFilter filter = filterOf(next.search.text, isExcluded);
        if (std::ranges::find(next.filters, filter) == next.filters.end()) next.filters.push_back(filter);
        next.search = {};
    });
}

void SearchField::leave() {
    m_store.leaveSearch();
    if (m_before)
        m_before->setFocus(Qt::OtherFocusReason);
    else
        m_field->clearFocus();
}

bool SearchField::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    if (watched != m_field || event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            step(!key->modifiers().testFlag(Qt::ShiftModifier));
            return true;
        case Qt::Key_Escape:
            leave();
            return true;
        default:
            return false;
    }
}

void SearchField::paintEvent(QPaintEvent*) {
    const Tones tones = tonesOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(!m_problem.isEmpty() ? problemColour(palette()) : m_field->hasFocus() ? tones.accent : tones.line);
    painter.setBrush(tones.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

void SearchField::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    showMatches();
}

void SearchField::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyPalette();
}

void SearchField::applyPalette() {
    for (QToolButton* button : findChildren<QToolButton*>())
        button->setIcon(themedIcon(button->property("icon-name").toString(), palette()));
    if (auto* icon = findChild<QLabel*>(QStringLiteral("searchIcon")))
        icon->setPixmap(themedIcon(QStringLiteral("search"), palette()).pixmap(14, 14));
}

}  // namespace heapprof::gui
