// Reads what the views of one instant, or of an interval, draw.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>

#include "core/state/timeline.h"
#include "gui/document/instant_result.h"
#include "gui/state/view_state.h"

namespace heapprof::gui {

/// What a view state asks of a recording.
struct InstantQuestion {
    std::optional<Instant> time;  ///< unset: the newest
    std::optional<Instant> compareTime;
    IntervalMode mode = IntervalMode::Change;    ///< without effect when there is no interval
    std::optional<GenerationSpan> generationOf;  ///< of StillAlive
    CallTreeOptions tree;
    Counted counted;

    static InstantQuestion of(const ViewState& state) {
        return {state.time, state.compareTime, state.mode, state.generationOf, state.tree, Counted::of(state)};
    }
    bool operator==(const InstantQuestion&) const = default;
};

struct InstantRequest {
    Recording recording;
    InstantQuestion question;
    std::shared_ptr<const Timeline> timeline;  ///< null: not known
};

/// Whether `now`, a later digest of the same capture, says of `instant` what `known` said: it was not made anew
/// meanwhile, and `known` had passed that instant.
bool isSettled(const Instant& instant, const Digest& known, const Digest& now);

/// Keeps the last result, so that another way to merge stacks does not read the events again. One thread at a time.
class InstantQuery {
public:
    /// Null when nothing has been digested or `stop` was requested. Throws FileError.
    std::shared_ptr<const InstantResult> compute(const InstantRequest& request, std::stop_token stop = {});

private:
    struct Kept {  // without the traces of then
        std::shared_ptr<const Capture> capture;
        std::shared_ptr<const Digest> digest;
        Instant time;
        std::shared_ptr<const Snapshot> snapshot;
    };
    std::shared_ptr<const Snapshot> snapshot(const InstantRequest& request, Instant time, std::stop_token stop);
    /// What the request asks, of everything; null when the log cannot tell. Another filter does not read it again.
    std::shared_ptr<const Snapshot> ofInterval(const InstantRequest& request,
                                               const std::shared_ptr<const Snapshot>& before,
                                               const std::shared_ptr<const Snapshot>& after, std::stop_token stop);
    static std::shared_ptr<const Snapshot> readInterval(const InstantRequest& request, const Snapshot& before,
                                                        const Snapshot& after, const std::stop_token& stop);

    std::vector<Kept> m_kept;  // the newest few
    // What ofInterval() read last, and of what.
    std::optional<std::tuple<std::shared_ptr<const Digest>, std::shared_ptr<const Snapshot>,
                             std::shared_ptr<const Snapshot>, IntervalMode, std::optional<GenerationSpan>>>
        m_intervalAsked;
    std::shared_ptr<const Snapshot> m_interval;
    std::shared_ptr<const Snapshot> m_lastAfter, m_lastBefore;  // of m_last
    std::shared_ptr<const InstantResult> m_last;
    std::shared_ptr<const Digest> m_lastDigest;
    std::shared_ptr<FrameSearch> m_frameSearch = std::make_shared<FrameSearch>();
};

}  // namespace heapprof::gui
