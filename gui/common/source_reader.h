// A source file that is being read, and then coloured, off the GUI thread.
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#include "gui/common/latest_task.h"
#include "gui/source/source_file.h"

namespace heapprof::gui {

/// Holds the file asked for last, as soon as it is read. It is read anew when it is asked for again, and when the
/// user's rules change. GUI thread only.
class SourceReader : public QObject {
    Q_OBJECT

public:
    explicit SourceReader(QObject* parent = nullptr);

    void read(SourceQuery query);
    void clear();
    /// What is read now, or was.
    const std::optional<SourceQuery>& query() const { return m_query; }
    /// Null until it is read.
    const std::shared_ptr<const SourceFile>& file() const { return m_file; }
    /// Of file(); null until it is found out, which is later.
    const std::shared_ptr<const Syntax>& syntax() const { return m_syntax; }
    /// Whether file() is not known yet.
    bool isBusy() const { return m_reading.isRunning(); }

    /// Whether that has taken longer than people take for at once.
    bool isSlow() const { return isBusy() && m_isSlow; }

signals:
    /// isSlow() has become true.
    void slow();
    /// file() is another one, or was found to be the same.
    void ready();
    void coloured();

private:
    void take(std::shared_ptr<const SourceFile> file);

    QTimer m_slow;
    bool m_isSlow = false;
    std::optional<SourceQuery> m_query;
    std::shared_ptr<const SourceFile> m_file;
    std::shared_ptr<const Syntax> m_syntax;
    LatestTask<std::shared_ptr<const SourceFile>> m_reading{readingThreads()};
    LatestTask<std::shared_ptr<const Syntax>> m_colouring;
};

}  // namespace heapprof::gui
