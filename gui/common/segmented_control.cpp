#include "gui/common/segmented_control.h"

#include <QButtonGroup>
#include <QToolButton>

#include "gui/common/wrap_layout.h"

namespace heapprof::gui {

SegmentedControl::SegmentedControl(const QString& accessibleName, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("segments"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(accessibleName);
    auto* layout = new WrapLayout(this);
    layout->setContentsMargins(2, 2, 2, 2);
    layout->setSpacing(0);
    connect(m_group, &QButtonGroup::idClicked, this, &SegmentedControl::chosen);
}

void SegmentedControl::addSegment(int id, const QString& name, const QString& text, const QString& toolTip) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setCheckable(true);
    button->setAutoRaise(true);
    m_group->addButton(button, id);
    layout()->addWidget(button);
}

void SegmentedControl::setCurrent(int id) {
    if (QAbstractButton* button = m_group->button(id)) button->setChecked(true);
}

}  // namespace heapprof::gui
