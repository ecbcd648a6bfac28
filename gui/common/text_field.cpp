#include "gui/common/text_field.h"

#include <QKeyEvent>

namespace heapprof::gui {

void MenuField::keyPressEvent(QKeyEvent* event) {
    QLineEdit::keyPressEvent(event);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) event->accept();
}

}  // namespace heapprof::gui
