// Fields in which people type what they look for.
#pragma once

#include <QLineEdit>

namespace heapprof::gui {

/// A field in a menu: Return is its own, and runs no entry.
class MenuField : public QLineEdit {
public:
    using QLineEdit::QLineEdit;

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace heapprof::gui
