// What a window without a capture shows.
#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;

namespace heapprof::gui {

class RecentCaptures;

class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);

    void setRecentFiles(const QStringList& files);
    /// Says that a capture is being opened; empty: none is.
    void setOpening(const QString& name);

signals:
    void openWanted();
    void recentWanted(const QString& file);

private:
    QLabel* m_hint;
    QLabel* m_recentTitle;
    RecentCaptures* m_recent;
};

}  // namespace heapprof::gui
