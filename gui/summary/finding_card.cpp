#include "gui/summary/finding_card.h"

#include <QPainter>
#include <QRegularExpression>

#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr int kMargin = 3 * kGrid;

/// A number's unit stays on its line, and so does the number of a line of code.
QString unbroken(QString text) {
    static const QRegularExpression unit(QStringLiteral("(\\d) ([KMGTPE]?i?B|[mµ]?s|min|%)(?!\\w)")),
        line(QStringLiteral(":(?=\\d)"));
    return text.replace(unit, QStringLiteral("\\1\u00A0\\2")).replace(line, QStringLiteral(":\u2060"));
}

}  // namespace

FindingCard::FindingCard(const FindingText& text, QWidget* parent)
    : QAbstractButton(parent), m_text(text), m_title(unbroken(text.title)), m_detail(unbroken(text.detail)) {
    setObjectName(QStringLiteral("finding"));
    setText(text.title);
    setAccessibleName(text.title);
    setAccessibleDescription(text.detail);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(this, &QAbstractButton::clicked, this, &FindingCard::chosen);
}

QFont FindingCard::titleFont() const {
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    return strong;
}

int FindingCard::heightForWidth(int width) const {
    const QRect room(0, 0, width - 2 * kMargin, 10'000);
    const int title = QFontMetrics(titleFont()).boundingRect(room, Qt::TextWordWrap, m_title).height();
    if (m_text.detail.isEmpty()) return title + 2 * kMargin;
    return title + kGrid + fontMetrics().boundingRect(room, Qt::TextWordWrap, m_detail).height() + 2 * kMargin;
}

QSize FindingCard::sizeHint() const { return {280, heightForWidth(280)}; }

void FindingCard::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void FindingCard::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

void FindingCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tones tones = tonesOf(palette());
    painter.setPen(QPen(hasFocus() ? tones.accent : tones.line, 1));
    painter.setBrush(underMouse() || isDown() ? tones.hover : tones.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    const QRect room = rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setFont(titleFont());
    painter.setPen(palette().color(QPalette::Text));
    QRect used;
    painter.drawText(room, Qt::TextWordWrap, m_title, &used);
    painter.setFont(font());
    painter.setPen(tones.dim);
    painter.drawText(room.adjusted(0, used.height() + kGrid, 0, 0), Qt::TextWordWrap, m_detail);
}

}  // namespace heapprof::gui
