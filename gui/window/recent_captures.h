// The captures that were opened last, each with what is known of it at a glance.
#pragma once

#include <QListWidget>
#include <map>
#include <optional>

#include "core/summary/overview.h"
#include "gui/common/latest_task.h"

namespace heapprof::gui {

/// A click or Enter on a row wants it opened. What a capture holds is read on another thread once the list is in sight,
/// and is there some moments after its name; rows of files that cannot be read say so.
class RecentCaptures : public QListWidget {
    Q_OBJECT

public:
    explicit RecentCaptures(QWidget* parent = nullptr);

    void setFiles(const QStringList& files);
    /// Whether there is more to come.
    bool isReading() const { return m_task.isRunning(); }
    /// The second line of a row.
    QString aboutOf(int row) const;

    QSize sizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;

signals:
    void wanted(const QString& file);

private:
    class Delegate;
    struct Known {
        std::optional<Overview> overview;
        QString problem;  ///< why there is none
    };
    using KnownByFile = std::map<QString, Known>;

    void readFiles();
    static KnownByFile read(const QStringList& files, const std::stop_token& stop);

    QStringList m_files;
    bool m_isReadingWanted = false;  // once somebody looks
    KnownByFile m_known;
    LatestTask<KnownByFile> m_task;
};

}  // namespace heapprof::gui
