// Computes what the views of one instant, or of two compared, draw.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "gui/document/instant_result.h"
#include "gui/state/view_state.h"

namespace heapprof::gui {

struct InstantRequest {
    std::shared_ptr<const Capture> capture;
    std::shared_ptr<const CaptureInfo> info;
    std::shared_ptr<const Digest> digest;
    std::optional<Micros> time;  ///< unset: the newest
    std::optional<Micros> compareTime;
    CallTreeOptions tree;
    DomainSet domains = DomainSet::all();
};

/// Whether two digests of one capture give the same answer about `time`, as both have passed it: at the very end of the
/// one that came first more events of the same microsecond may come.
bool isSettled(Micros time, const Digest& known, const Digest& now);

/// Keeps the last result, so that another way to merge stacks does not read the events again. One thread at a time.
class InstantQuery {
public:
    /// Null when nothing has been digested or `stop` was requested. Throws FileError.
    std::shared_ptr<const InstantResult> compute(const InstantRequest& request, std::stop_token stop = {});

private:
    struct Kept {
        std::shared_ptr<const Capture> capture;
        std::shared_ptr<const Digest> digest;
        Micros time;
        std::shared_ptr<const Snapshot> snapshot;
    };
    std::shared_ptr<const Snapshot> snapshot(const InstantRequest& request, Micros time, std::stop_token stop);

    std::vector<Kept> m_kept;                                   // the newest few
    std::shared_ptr<const Snapshot> m_lastAfter, m_lastBefore;  // of m_last
    std::shared_ptr<const InstantResult> m_last;
};

}  // namespace heapprof::gui
