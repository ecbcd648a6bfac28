#include "gui/window/start_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/common/icons.h"
#include "gui/window/recent_captures.h"

namespace heapprof::gui {

StartPage::StartPage(QWidget* parent)
    : QWidget(parent),
      m_hint(new QLabel),
      m_recentTitle(new QLabel(tr("Recent captures"))),
      m_recent(new RecentCaptures) {
    setObjectName(QStringLiteral("startPage"));
    auto* icon = new QLabel;
    icon->setPixmap(applicationIcon().pixmap(QSize(72, 72), devicePixelRatioF()));
    auto* title = new QLabel(tr("Where does the memory go?"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.6);
    large.setBold(true);
    title->setFont(large);
    m_hint->setObjectName(QStringLiteral("startHint"));
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setTextFormat(Qt::PlainText);
    auto* open = new QPushButton(tr("&Open a Capture\u2026"));
    open->setObjectName(QStringLiteral("startOpen"));
    open->setDefault(true);
    m_recent->setObjectName(QStringLiteral("startRecent"));
    m_recent->setAccessibleName(tr("Recent captures"));
    m_recent->setMaximumWidth(680);
    m_recentTitle->setBuddy(m_recent);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addStretch(2);
    for (QWidget* widget : {static_cast<QWidget*>(icon), static_cast<QWidget*>(title)})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addWidget(m_hint);
    layout->addWidget(open, 0, Qt::AlignHCenter);
    layout->addSpacing(12);
    layout->addWidget(m_recentTitle, 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_recent, 100);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addStretch(2);
    connect(open, &QPushButton::clicked, this, &StartPage::openWanted);
    connect(m_recent, &RecentCaptures::wanted, this, &StartPage::recentWanted);
    setOpening({});
}

void StartPage::setRecentFiles(const QStringList& files) {
    m_recent->setFiles(files);
    m_recent->setVisible(!files.isEmpty());
    m_recentTitle->setVisible(!files.isEmpty());
}

void StartPage::setOpening(const QString& name) {
    m_hint->setText(name.isEmpty() ? tr("Open the .hpm or .hpd file that heapprof wrote, or drop it here.")
                                   : tr("Opening %1\u2026").arg(name));
}

}  // namespace heapprof::gui
