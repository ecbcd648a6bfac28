// The user's rules of where the files of other machines lie, the same for all windows.
#pragma once

#include <QObject>
#include <mutex>

#include "gui/source/path_rules.h"

namespace heapprof::gui {

/// Kept in the settings. rules() may be asked in any thread, the rest in the GUI thread.
class PathMap : public QObject {
    Q_OBJECT

public:
    static PathMap& shared();

    PathRules rules() const;
    /// In place of the rule with the same `from`, if there is one.
    void add(const PathRule& rule);
    void remove(const std::string& from);

signals:
    void changed();

private:
    PathMap();
    void set(PathRules rules);

    mutable std::mutex m_mutex;
    PathRules m_rules;
};

}  // namespace heapprof::gui
