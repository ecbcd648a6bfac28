// The pane of pictures: one of them in sight, chosen by tabs; beside the tabs what the views show.
#pragma once

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace heapprof::gui {

class WrapLayout;

class PicturePane : public QWidget {
    Q_OBJECT

public:
    explicit PicturePane(QWidget* parent = nullptr);

    void addPicture(QWidget* picture, const QString& title);
    /// To the right of the tabs.
    void addTool(QWidget* tool);
    /// One that is shown only where it needs no row of its own: a command does the same.
    void addSpareTool(QWidget* tool);
    void show(QWidget* picture);
    using QWidget::show;
    QWidget* current() const;

signals:
    void currentChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateSpareTool();

    QTabBar* m_tabs;
    QWidget* m_spareTool = nullptr;
    WrapLayout* m_header;
    QStackedWidget* m_pictures;
};

}  // namespace heapprof::gui
