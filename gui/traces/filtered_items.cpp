#include "gui/traces/filtered_items.h"

#include <QCoreApplication>
#include <QVBoxLayout>

#include "gui/common/style.h"
#include "gui/common/text_field.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FilteredItems)
};

}  // namespace

QLineEdit* makeFilter(const QString& name, const QString& accessibleName) {
    return makeTextField(
        {name + QStringLiteral("Filter"), Words::tr("Filter"), Words::tr("Filter of %1").arg(accessibleName)}, 0, 320);
}

QLabel* makeEmptyLabel(QAbstractItemView* view, const QString& name) {
    auto* label = new QLabel(view->viewport());
    label->setObjectName(name + QStringLiteral("Empty"));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    (new QVBoxLayout(view->viewport()))->addWidget(label);
    return label;
}

void layOutFiltered(QWidget* page, QLineEdit* filter, QWidget* besides, QAbstractItemView* view) {
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, kGrid);
    top->setSpacing(2 * kGrid);
    top->addWidget(filter, 1);
    if (besides) top->addWidget(besides);
    top->addStretch(1);
    layout->addLayout(top);
    layout->addWidget(view, 1);
}

}  // namespace heapprof::gui
