#include "gui/window/picture_pane.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "gui/common/style.h"
#include "gui/common/wrap_layout.h"

namespace heapprof::gui {
namespace {
constexpr int kMinHeight = 150;
}

PicturePane::PicturePane(QWidget* parent)
    : QWidget(parent), m_tabs(new QTabBar), m_header(new WrapLayout), m_pictures(new QStackedWidget) {
    setObjectName(QStringLiteral("picturePane"));
    m_tabs->setObjectName(QStringLiteral("pictureTabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);  // the tools go into the next row first
    m_tabs->setAccessibleName(tr("Pictures"));
    auto* header = new QWidget;
    header->setObjectName(QStringLiteral("paneHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setLayout(m_header);
    m_header->setContentsMargins(0, 0, 2 * kGrid, 0);
    m_header->setSpacing(2 * kGrid);
    m_header->addWidget(m_tabs);
    m_tabs->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(header);
    layout->addWidget(m_pictures, 1);
    m_pictures->setMinimumHeight(kMinHeight);  // and not what the highest of them needs
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pictures->setCurrentIndex(index);
        emit currentChanged();
    });
}

void PicturePane::addPicture(QWidget* picture, const QString& title) {
    picture->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    m_pictures->addWidget(picture);
    m_tabs->addTab(title);
}

void PicturePane::addTool(QWidget* tool) { m_header->addWidget(tool); }

void PicturePane::addSpareTool(QWidget* tool) {
    m_spareTool = tool;
    addTool(tool);
}

void PicturePane::updateSpareTool() {
    if (m_spareTool) m_spareTool->setVisible(m_header->hasRoomFor(m_spareTool, width()));
}

void PicturePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    updateSpareTool();
}

void PicturePane::show(QWidget* picture) { m_tabs->setCurrentIndex(m_pictures->indexOf(picture)); }

QWidget* PicturePane::current() const { return m_pictures->currentWidget(); }

}  // namespace heapprof::gui
