#include "gui/summary/finding_card.h"

#include <QPainter>
#include <QRegularExpression>
#include <QTextLayout>
#include <cmath>

#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kLong = 28, kLongest = 120, kBegin = 70, kEnd = 45;  // letters of a name, and of what is shown of one

/// A long qualified name may go on in the next line after each dot; of one that would fill the card the middle is left
/// out.
QString withBreaks(const QString& word) {
    static const QRegularExpression dot(QStringLiteral("(?<=[\\w>])\\.(?=[^\\W\\d]|<)(?!pyw?\\b)"));
    QString shown = word;
    if (word.size() > kLongest) shown.replace(kBegin, word.size() - kBegin - kEnd, QChar(0x2026));
    return word.size() > kLong ? shown.replace(dot, QStringLiteral(".\u200B")) : shown;
}

/// A number's unit stays on its line, and so does the number of a line of code.
QString drawn(const QString& text) {
    static const QRegularExpression unit(QStringLiteral("(\\d) ([KMGTPE]?i?B|[mµ]?s|min|%)(?!\\w)")),
        line(QStringLiteral(":(?=\\d)"));
    QStringList words = text.split(u' ');
    for (QString& word : words) word = withBreaks(word);
    return words.join(u' ').replace(unit, QStringLiteral("\\1\u00A0\\2")).replace(line, QStringLiteral(":\u2060"));
}

/// In lines of that width; a word that is wider is broken. Returns the height.
int layOut(QTextLayout& layout, int width) {
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    double height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    return static_cast<int>(std::ceil(height));
}

}  // namespace

FindingCard::FindingCard(const FindingText& text, QWidget* parent)
    : QAbstractButton(parent), m_text(text), m_title(drawn(text.title)), m_detail(drawn(text.detail)) {
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
    QTextLayout title(m_title, titleFont()), detail(m_detail, font());
    const int upper = layOut(title, width - 2 * kMargin) + 2 * kMargin;
    return m_text.detail.isEmpty() ? upper : upper + kGrid + layOut(detail, width - 2 * kMargin);
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
    QTextLayout title(m_title, titleFont()), detail(m_detail, font());
    const int used = layOut(title, width() - 2 * kMargin);
    layOut(detail, width() - 2 * kMargin);
    painter.setPen(palette().color(QPalette::Text));
    title.draw(&painter, QPointF(kMargin, kMargin));
    painter.setPen(tones.dim);
    detail.draw(&painter, QPointF(kMargin, kMargin + used + kGrid));
}

}  // namespace heapprof::gui
