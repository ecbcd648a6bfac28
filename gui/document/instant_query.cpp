#include "gui/document/instant_query.h"

#include <algorithm>
#include <array>

#include "core/analysis/turnover.h"

namespace heapprof::gui {
namespace {
constexpr std::size_t kKeptSnapshots = 3;  // time, compared time, and where the user came from
}

bool isSettled(const Instant& instant, const Digest& known, const Digest& now) {
    return known.isSettled(instant) && known.edition() == now.edition();
}

std::shared_ptr<const InstantResult> InstantQuery::compute(const InstantRequest& request, std::stop_token stop) {
    if (!request.digest || request.digest->rows().empty()) return nullptr;
    const Digest& digest = *request.digest;
    const Instant end = digest.lastTime();
    const Instant time = std::min(request.time.value_or(end), end);
    const auto after = snapshot(request, time, stop);
    const auto before = request.compareTime ? snapshot(request, std::min(*request.compareTime, end), stop) : nullptr;
    if (stop.stop_requested()) return nullptr;

    // What the last result already holds is taken from there: only the tree depends on how stacks are merged.
    const InstantResult* same = m_last && m_lastAfter == after && m_lastBefore == before &&
                                        m_last->info == request.info && m_last->domains == request.domains
                                    ? m_last.get()
                                    : nullptr;
    auto result = std::make_shared<InstantResult>();
    result->info = request.info;
    const TraceTable& traces = *request.info->traces;
    if (before) result->compareTime = before->time;
    result->askedTime = request.time;
    result->askedCompareTime = request.compareTime;
    result->isReached = (!request.time || digest.reaches(*request.time)) &&
                        (!request.compareTime || digest.reaches(*request.compareTime));
    result->domains = request.domains;
    const bool isWhole = request.domains.includes(request.info->metadata.domains);
    if (same) {
        result->snapshot = same->snapshot;
        result->ofDomains = same->ofDomains;
    } else {
        Snapshot whole = before ? exactDifference(digest, *request.capture, *before, *after, stop) : *after;
        if (stop.stop_requested()) return nullptr;
        result->ofDomains = usageByDomain(whole, traces);
        result->snapshot = isWhole ? std::move(whole) : restrictedTo(request.domains, whole, traces);
    }
    const bool isHidden = request.tree.hideInternal;
    const bool areSameFrames = same && same->treeOptions.hideInternal == isHidden;
    result->lines = areSameFrames ? same->lines : makeLineTable(result->snapshot, traces, isHidden);
    if (stop.stop_requested()) return nullptr;
    result->treeOptions = request.tree;
    result->tree =
        same && same->treeOptions == request.tree ? same->tree : makeCallTree(result->snapshot, traces, request.tree);
    if (stop.stop_requested()) return nullptr;
    if (areSameFrames) {
        result->flow = same->flow;
    } else if (before) {
        const std::array instants{isWhole ? *before : restrictedTo(request.domains, *before, traces),
                                  isWhole ? *after : restrictedTo(request.domains, *after, traces)};
        result->flow = makeFlowGraph(instants, traces, isHidden);
    } else {
        result->flow = makeFlowGraph({&result->snapshot, 1}, traces, isHidden);
    }
    if (stop.stop_requested()) return nullptr;
    m_last = result;
    m_lastAfter = after;
    m_lastBefore = before;
    return result;
}

std::shared_ptr<const Snapshot> InstantQuery::snapshot(const InstantRequest& request, Instant time,
                                                       std::stop_token stop) {
    const auto usable = [&](const Kept& kept) {
        return kept.capture == request.capture && kept.time == time &&
               (kept.digest == request.digest || isSettled(time, *kept.digest, *request.digest));
    };
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), usable);
    if (found != m_kept.end()) {
        std::rotate(m_kept.begin(), found, found + 1);
        return m_kept.front().snapshot;
    }
    auto made = std::make_shared<const Snapshot>(snapshotAt(*request.digest, *request.capture, time, stop));
    if (stop.stop_requested()) return made;
    m_kept.insert(m_kept.begin(), Kept{request.capture, request.digest, time, made});
    if (m_kept.size() > kKeptSnapshots) m_kept.pop_back();
    return made;
}

}  // namespace heapprof::gui
