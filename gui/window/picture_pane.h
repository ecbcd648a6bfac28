// The pane of pictures: one of them in sight, chosen by tabs; beside the tabs what the views show.
#pragma once

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace heapprof::gui {

class PicturePane : public QWidget {
    Q_OBJECT

public:
    explicit PicturePane(QWidget* parent = nullptr);

    void addPicture(QWidget* picture, const QString& title);
    /// To the right of the tabs.
    void addTool(QWidget* tool);
    void show(QWidget* picture);
    using QWidget::show;
    QWidget* current() const;

signals:
    void currentChanged();

private:
    QTabBar* m_tabs;
    QLayout* m_header;
    QStackedWidget* m_pictures;
};

}  // namespace heapprof::gui
