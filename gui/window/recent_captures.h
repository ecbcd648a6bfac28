// The captures that were opened last, each with what is known of it at a glance.
#pragma once

#include <map>
#include <optional>

#include "core/summary/overview.h"
#include "gui/common/capture_list.h"
#include "gui/common/latest_task.h"

namespace heapprof::gui {

/// What a capture holds is read on another thread once the list is in sight, and is there some moments after its name;
/// rows of files that cannot be read say so.
class RecentCaptures : public CaptureList {
    Q_OBJECT

public:
    using CaptureList::CaptureList;

    void setFiles(const QStringList& files);
    /// Whether there is more to come.
    bool isReading() const { return m_task.isRunning(); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Known {
        std::optional<Overview> overview;
        QString problem;  ///< why there is none
    };
    using KnownByFile = std::map<QString, Known>;

    void readFiles();
    void show(const KnownByFile& known);
    static KnownByFile read(const QStringList& files, const std::stop_token& stop);

    QStringList m_files;
    bool m_isReadingWanted = false;  // once somebody looks
    LatestTask<KnownByFile> m_task;
};

}  // namespace heapprof::gui
