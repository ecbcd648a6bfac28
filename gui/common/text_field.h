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

/// A field in a menu: Return is its own, and runs no entry.
class MenuField : public QLineEdit {
public:
    using QLineEdit::QLineEdit;

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace heapprof::gui
