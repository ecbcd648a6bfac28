// Fields in which people type what they look for.
#pragma once

#include <QLineEdit>
#include <QString>

namespace heapprof::gui {

struct TextFieldWords {
    QString name;  ///< the widget's
    QString placeholder;
    QString accessibleName;
    QString toolTip = {};
};

/// With a button that clears it, and between `min` and `max` pixels wide.
QLineEdit* makeTextField(const TextFieldWords& words, int min, int max, QWidget* parent = nullptr);

}  // namespace heapprof::gui
