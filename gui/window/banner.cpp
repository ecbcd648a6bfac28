#include "gui/window/banner.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "gui/common/colours.h"
#include "gui/common/icons.h"

namespace heapprof::gui {
namespace {
constexpr qsizetype kMaxTexts = 3;
}

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_label(new QLabel(this)), m_close(new QToolButton(this)) {
    setObjectName(QStringLiteral("banner"));
    setAutoFillBackground(true);
    m_label->setObjectName(QStringLiteral("bannerText"));
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_label->setAccessibleName(tr("Warnings"));
    m_close->setObjectName(QStringLiteral("bannerClose"));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss the warnings"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 5, 6, 5);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QToolButton::clicked, this, [this] {
        m_dismissed = m_texts;
        hide();
    });
    applyPalette();
    hide();
}

void Banner::showTexts(const QStringList& texts) {
    if (texts == m_texts && !texts.isEmpty() && (isVisibleTo(parentWidget()) || texts == m_dismissed)) return;
    m_texts = texts;
    if (texts != m_dismissed) m_dismissed.clear();
    QStringList shown = texts.mid(0, kMaxTexts);
    if (texts.size() > kMaxTexts) shown << tr("and %n more", nullptr, static_cast<int>(texts.size() - kMaxTexts));
    m_label->setText(shown.join(u'\n'));
    m_label->setToolTip(texts.size() > kMaxTexts ? texts.join(u'\n').toHtmlEscaped() : QString());
    setVisible(!texts.isEmpty() && m_dismissed.isEmpty());
}

QString Banner::text() const { return m_label->text(); }

void Banner::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isDark(QApplication::palette()) != m_isDark) applyPalette();
}

void Banner::applyPalette() {
    // A warm tint of the window's own colour, so that it stands out and reads in light and dark.
    QPalette palette;  // what is not set here follows the application
    m_isDark = isDark(palette);
    palette.setColor(QPalette::Window, m_isDark ? QColor(0x4A, 0x3B, 0x14) : QColor(0xFF, 0xF1, 0xC9));
    palette.setColor(QPalette::WindowText, m_isDark ? QColor(0xFF, 0xE8, 0xA8) : QColor(0x4D, 0x3A, 0x00));
    palette.setColor(QPalette::ButtonText, palette.color(QPalette::WindowText));
    setPalette(palette);
    m_icon->setPixmap(themedIcon(QStringLiteral("warning"), palette).pixmap(QSize(18, 18), devicePixelRatioF()));
    m_close->setIcon(themedIcon(QStringLiteral("cancel"), palette));
}

}  // namespace heapprof::gui
