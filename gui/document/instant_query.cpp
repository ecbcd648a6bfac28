#include "gui/document/instant_query.h"

#include <algorithm>

#include "core/blocks/allocations.h"
#include "core/blocks/outcomes.h"

namespace heapprof::gui {
namespace {
constexpr std::size_t kKeptSnapshots = 3;  // time, compared time, and where the user came from
}

bool isSettled(const Instant& instant, const Digest& known, const Digest& now) {
    return known.isSettled(instant) && known.revision() == now.revision();
}

std::shared_ptr<const InstantResult> InstantQuery::compute(const InstantRequest& request, std::stop_token stop) {
    const auto& [recording, question, timeline] = request;
    if (!recording.hasEvents()) return nullptr;
    const Instant end = recording.end();
    const Instant time = std::min(question.time.value_or(end), end);
    const auto after = snapshot(request, time, stop);
    const auto before = question.compareTime ? snapshot(request, std::min(*question.compareTime, end), stop) : nullptr;
    if (stop.stop_requested()) return nullptr;

    // What the last result already holds is taken from there.
    const InstantResult* same =
        m_last && m_lastAfter == after && m_lastBefore == before && m_last->info == recording.sharedInfo() &&
                m_last->counted == question.counted &&
                (!before || (m_last->mode == question.mode && m_last->generationOf == question.generationOf &&
                             m_lastDigest == recording.sharedDigest()))
            ? m_last.get()
            : nullptr;
    auto result = std::make_shared<InstantResult>();
    result->recording = recording;
    result->info = recording.sharedInfo();
    result->frameSearch = m_frameSearch;
    const TraceTable& traces = recording.traces();
    if (before) result->compareTime = before->time;
    result->mode = question.mode;
    result->generationOf = question.generationOf;
    result->timeline = timeline;
    result->askedTime = question.time;
    result->askedCompareTime = question.compareTime;
    result->isReached = (!question.time || recording.digest().reaches(*question.time)) &&
                        (!question.compareTime || recording.digest().reaches(*question.compareTime));
    result->counted = question.counted;
    const auto partOf = [](const TraceSet& part, const std::shared_ptr<const Snapshot>& whole) {
        return part.isAll() ? whole : std::make_shared<const Snapshot>(restrictedTo(part, *whole));
    };
    const TraceSet filtered = tracesOf(traces, question.counted.filters);
    const TraceSet counted = question.counted.traces(recording);
    if (same) {
        result->shown = same->shown;
        result->ofDomains = same->ofDomains;
        result->isAnswerable = same->isAnswerable;
    } else {
        auto whole = before ? ofInterval(request, before, after, stop) : after;
        if (stop.stop_requested()) return nullptr;
        result->isAnswerable = whole != nullptr;
        if (!whole) whole = std::make_shared<const Snapshot>(Snapshot{after->time, {}, {}});
        whole = partOf(filtered, whole);
        result->ofDomains = usageByDomain(*whole, traces);
        result->shown = partOf(counted, whole);
    }
    result->treeOptions = question.tree;
    if (same) {
        result->before = same->before;
        result->after = same->after;
        result->share(*same);
    } else if (before) {
        result->before = partOf(counted, before);
        result->after = partOf(counted, after);
    }
    if (stop.stop_requested()) return nullptr;
    m_last = result;
    m_lastDigest = recording.sharedDigest();
    m_lastAfter = after;
    m_lastBefore = before;
    return result;
}

std::shared_ptr<const Snapshot> InstantQuery::ofInterval(const InstantRequest& request,
                                                         const std::shared_ptr<const Snapshot>& before,
                                                         const std::shared_ptr<const Snapshot>& after,
                                                         std::stop_token stop) {
    const InstantQuestion& question = request.question;
    const std::tuple asked(request.recording.sharedDigest(), before, after, question.mode, question.generationOf);
    if (m_intervalAsked != asked) {
        m_intervalAsked.reset();
        m_interval = readInterval(request, *before, *after, stop);
        if (!stop.stop_requested()) m_intervalAsked = asked;
    }
    return m_interval;
}

std::shared_ptr<const Snapshot> InstantQuery::readInterval(const InstantRequest& request, const Snapshot& before,
                                                           const Snapshot& after, const std::stop_token& stop) {
    const auto& [recording, question, timeline] = request;
    const auto share = [](Snapshot&& snapshot) { return std::make_shared<const Snapshot>(std::move(snapshot)); };
    const auto [from, to] = std::minmax(before.time, after.time);
    switch (question.mode) {
        case IntervalMode::Change:
            break;
        case IntervalMode::Allocated:
            return share(allocatedBetween(recording, from, to, stop));
        case IntervalMode::StillAlive:
            if (auto outcomes = allocationOutcomes(
                    recording, {from, to, question.generationOf ? std::max(to, question.generationOf->until) : to},
                    stop))
                return share(std::move(outcomes->alive));
            return nullptr;
        case IntervalMode::Temporary:
            if (auto found = temporaryBlocks(recording, from, to, kTemporaryAge, stop))
                return share(std::move(found->temporary));
            return nullptr;
    }
    return share(exactDifference(recording, before, after, stop));
}

std::shared_ptr<const Snapshot> InstantQuery::snapshot(const InstantRequest& request, Instant time,
                                                       std::stop_token stop) {
    const auto usable = [&](const Kept& kept) {
        return kept.time == time && kept.capture == request.recording.sharedCapture() &&
               (kept.digest == request.recording.sharedDigest() ||
                isSettled(time, *kept.digest, request.recording.digest()));
    };
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), usable);
    if (found != m_kept.end()) {
        std::rotate(m_kept.begin(), found, found + 1);
        return m_kept.front().snapshot;
    }
    auto made = std::make_shared<const Snapshot>(snapshotAt(request.recording, time, stop));
    if (stop.stop_requested()) return made;
    m_kept.insert(m_kept.begin(),
                  Kept{request.recording.sharedCapture(), request.recording.sharedDigest(), time, made});
    if (m_kept.size() > kKeptSnapshots) m_kept.pop_back();
    return made;
}

}  // namespace heapprof::gui
