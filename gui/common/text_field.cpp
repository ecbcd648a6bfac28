#include "gui/common/text_field.h"

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

}  // namespace heapprof::gui
