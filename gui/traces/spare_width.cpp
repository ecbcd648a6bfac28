#include "gui/traces/spare_width.h"

#include <QEvent>
#include <QHeaderView>
#include <algorithm>

namespace heapprof::gui {

SpareWidth::SpareWidth(QHeaderView* header) : QObject(header), m_header(header) {
    header->viewport()->installEventFilter(this);
}

void SpareWidth::giveTo(int column) {
    m_column = column;
    distribute();
}

void SpareWidth::distribute() {
    if (m_isByUser || m_header->count() <= m_column) return;
    if (m_least == 0) m_least = m_header->sectionSize(m_column);
    const int others = m_header->length() - m_header->sectionSize(m_column);
    m_header->resizeSection(m_column, std::max(m_least, m_header->viewport()->width() - others));
}

bool SpareWidth::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && m_least > 0) distribute();
    // The cursor tells that the mouse is at a border.
    if (event->type() == QEvent::MouseButtonPress && m_header->cursor().shape() == Qt::SplitHCursor) m_isByUser = true;
    return QObject::eventFilter(watched, event);
}

}  // namespace heapprof::gui
