// Reads what the views of one instant, or of two compared, draw.
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

/// Whether `now`, a later digest of the same capture, says of `time` what `known` said: it was not made anew meanwhile,
/// and `known` had passed that time, for at its very end more events of the same microsecond may have come.
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
