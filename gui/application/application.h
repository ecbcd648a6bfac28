// The program: its windows, and the files that arrive for them.
#pragma once

#include <QObject>
#include <QStringList>
#include <QVector>

namespace heapprof::gui {

class MainWindow;

/// Owns the windows, one per capture.
class Application : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    ~Application() override;

    /// Shows each file in a window that has none yet, or in a new one. Without files: an empty window.
    void open(const QStringList& files);
    /// Whether windows show captures as they were left; by default they do.
    void setRestoresViews(bool restores) { m_restoresViews = restores; }
    const QVector<MainWindow*>& windows() const { return m_windows; }

    /// The whole program, given main()'s arguments; returns the exit code.
    static int run(int argc, char** argv);

private:
    MainWindow* emptyWindow();

    QVector<MainWindow*> m_windows;
    bool m_restoresViews = true;
};

}  // namespace heapprof::gui
