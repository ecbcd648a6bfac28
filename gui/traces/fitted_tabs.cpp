#include "gui/traces/fitted_tabs.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QTabBar>
#include <QToolButton>
#include <vector>

#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr int kNoteMargin = 3 * kGrid;  // between the tabs and the note

class MeasuredTabBar : public QTabBar {
public:
    /// Of a hidden tab, too.
    int widthOf(int tab) const { return tabSizeHint(tab).width(); }
};

}  // namespace

FittedTabs::FittedTabs(QWidget* parent) : QTabWidget(parent), m_more(new QToolButton), m_note(new QLabel) {
    setTabBar(new MeasuredTabBar);
    setUsesScrollButtons(true);  // or no window were narrower than all tabs
    m_more->setObjectName(QStringLiteral("moreTabs"));
    m_more->setAutoRaise(true);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(new QMenu(m_more));
    m_more->hide();
    m_note->setTextFormat(Qt::PlainText);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->hide();
    auto* corner = new QWidget;
    m_corner = new QHBoxLayout(corner);
    m_corner->setContentsMargins({});
    m_corner->setSpacing(kGrid);
    m_corner->addWidget(m_more);
    m_corner->addWidget(m_note);
    setCornerWidget(corner);
    connect(m_more->menu(), &QMenu::aboutToShow, this, &FittedTabs::fillMenu);
    connect(this, &QTabWidget::currentChanged, this, &FittedTabs::fit);
}

void FittedTabs::setNote(const QString& note) {
    if (note == m_note->text()) return;
    m_note->setText(note);
    fit();
}

void FittedTabs::addCorner(QWidget* widget) {
    m_corner->addWidget(widget);
    fit();
}

void FittedTabs::fit() {
    const auto& bar = static_cast<const MeasuredTabBar&>(*tabBar());
    std::vector<int> widths;
    int all = 0;
    for (int tab = 0; tab < count(); ++tab) all += widths.emplace_back(bar.widthOf(tab));
    int room = width();
    for (int i = 0; i < m_corner->count(); ++i) {
        const QWidget* each = m_corner->itemAt(i)->widget();
        if (each != m_more && each != m_note) room -= each->sizeHint().width() + m_corner->spacing();
    }
    m_note->setVisible(!m_note->text().isEmpty() && all + m_note->sizeHint().width() + kNoteMargin <= room);
    const bool haveRoom = all <= room;
    if (!haveRoom) {
        m_more->setText(tr("%n more", "tabs", count()));
        room -= m_more->sizeHint().width() + m_corner->spacing();
    }
    // The tab in sight, and as many of the first ones as there is room for.
    const int current = currentIndex();
    if (current >= 0) room -= widths[static_cast<std::size_t>(current)];
    int left = 0;
    for (int tab = 0; tab < count(); ++tab) {
        if (tab != current && !haveRoom) room -= widths[static_cast<std::size_t>(tab)];
        const bool isShown = tab == current || haveRoom || room >= 0;
        left += !isShown;
        if (isTabVisible(tab) != isShown) setTabVisible(tab, isShown);
    }
    m_more->setText(tr("%n more", "tabs", left));
    m_more->setToolTip(tr("Tables whose tabs have no room"));
    m_more->setVisible(left > 0);
}

void FittedTabs::fillMenu() {
    m_more->menu()->clear();
    for (int tab = 0; tab < count(); ++tab)
        if (!isTabVisible(tab))
            connect(m_more->menu()->addAction(tabText(tab)), &QAction::triggered, this, [this, tab] {
                setTabVisible(tab, true);  // a hidden one cannot be chosen
                setCurrentIndex(tab);
            });
}

void FittedTabs::resizeEvent(QResizeEvent* event) {
    fit();
    QTabWidget::resizeEvent(event);
}

void FittedTabs::changeEvent(QEvent* event) {
    QTabWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fit();
}

void FittedTabs::tabInserted(int) { fit(); }

}  // namespace heapprof::gui
