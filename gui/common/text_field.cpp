#include "gui/common/text_field.h"

#include <QKeyEvent>

namespace heapprof::gui {

QLineEdit* makeTextField(const TextFieldWords& words, int min, int max, QWidget* parent) {
    auto* field = new QLineEdit(parent);
    field->setObjectName(words.name);
    field->setPlaceholderText(words.placeholder);
    field->setAccessibleName(words.accessibleName);
    field->setToolTip(words.toolTip);
    field->setClearButtonEnabled(true);
    field->setMinimumWidth(min);
    field->setMaximumWidth(max);
    return field;
}

void MenuField::keyPressEvent(QKeyEvent* event) {
    QLineEdit::keyPressEvent(event);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) event->accept();
}

}  // namespace heapprof::gui
