#include "gui/traces/empty_label.h"

#include <QVBoxLayout>

namespace heapprof::gui {

QLabel* makeEmptyLabel(QAbstractItemView* view, const QString& name) {
    auto* label = new QLabel(view->viewport());
    label->setObjectName(name + QStringLiteral("Empty"));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    (new QVBoxLayout(view->viewport()))->addWidget(label);
    return label;
}

}  // namespace heapprof::gui
