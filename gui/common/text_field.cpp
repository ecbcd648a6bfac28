#include "gui/common/text_field.h"

namespace heapprof::gui {

QLineEdit* makeTextField(const TextFieldWords& words, int least, int most, QWidget* parent) {
    auto* field = new QLineEdit(parent);
    field->setObjectName(words.name);
    field->setPlaceholderText(words.placeholder);
    field->setAccessibleName(words.accessibleName);
    field->setToolTip(words.toolTip);
    field->setClearButtonEnabled(true);
    field->setMinimumWidth(least);
    field->setMaximumWidth(most);
    return field;
}

}  // namespace heapprof::gui
