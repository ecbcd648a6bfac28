#include "gui/common/clamped_label.h"

#include <QEvent>
#include <QTextLayout>
#include <algorithm>

namespace heapprof::gui {

ClampedLabel::ClampedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
}

void ClampedLabel::setWhole(const QString& text) {
    if (text == m_whole) return;
    m_whole = text;
    setAccessibleName(text);
    fit();
}

QSize ClampedLabel::minimumSizeHint() const { return {40, QLabel::minimumSizeHint().height()}; }

void ClampedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fit();
}

void ClampedLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange) fit();
}

/// Breaks the lines itself, so that the second can end in an ellipsis.
void ClampedLabel::fit() {
    const int room = std::max(40, contentsRect().width());
    QTextLayout layout(m_whole, font());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    QTextLine first = layout.createLine();
    if (first.isValid()) first.setLineWidth(room);
    const bool hasSecond = layout.createLine().isValid();
    layout.endLayout();
    QString shown = m_whole;
    if (hasSecond) {
        const QString rest = m_whole.mid(first.textLength());
        shown =
            m_whole.left(first.textLength()).trimmed() + u'\n' + fontMetrics().elidedText(rest, Qt::ElideRight, room);
        setToolTip(shown.endsWith(rest) ? QString() : m_whole.toHtmlEscaped());
    } else {
        setToolTip({});
    }
    if (shown != text()) setText(shown);
}

}  // namespace heapprof::gui
