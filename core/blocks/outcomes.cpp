#include "core/blocks/outcomes.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/blocks/outcome_walk.h"
#include "core/bytes/huge_pages.h"

namespace heapprof {
namespace {

constexpr std::size_t kOutcomes = 3;

/// What blocks add up to. When everything was recorded there are no variances.
template <bool exact>
struct BlockSum {
    std::int64_t bytes = 0, blocks = 0;

    void add(const Weights&, TraceIndex, std::uint64_t size) {
        bytes = wrappingAdd(bytes, Weights::ofExact(size).bytes);
        ++blocks;
    }
    Amount amount() const { return {bytes, blocks, 0, 0}; }
};
template <>
struct BlockSum<false> {
    Amount sum;

    void add(const Weights& weights, TraceIndex trace, std::uint64_t size) { sum += weights.of(trace, size); }
    Amount amount() const { return sum; }
};

/// Of one trace, by Outcome; in a cache line of its own where that is enough.
template <bool exact>
struct alignas(64) Sums {
    std::array<BlockSum<exact>, kOutcomes> of;

    Amount amountOf(Outcome outcome) const { return of[static_cast<std::size_t>(outcome)].amount(); }
};

/// Adds blocks up by trace and outcome. Amounts lie anywhere: those of many events are asked for at once.
template <bool exact>
class OutcomeSums {
public:
    /// An event that is yet to be added.
    struct Waiting {
        std::uint64_t size;
        TraceIndex trace;
        std::uint32_t outcome;
    };

    OutcomeSums(const Weights& weights, std::span<Sums<exact>> sums, std::span<Waiting> room)
        : m_weights(&weights), m_sums(sums), m_room(room) {}

    /// Without a branch on `isAsked`.
    void operator()(const Event& event, Outcome outcome, std::int64_t, bool isAsked) {
        m_room[m_waiting] = {event.size, event.trace, static_cast<std::uint32_t>(outcome)};
        m_waiting += isAsked;
        if (m_waiting == m_room.size()) [[unlikely]]
            addWaiting();
    }
    void addWaiting() { addAll(*m_weights, m_sums, m_room.first(std::exchange(m_waiting, 0))); }

private:
    [[gnu::noinline]] static void addAll(const Weights& weights, std::span<Sums<exact>> sums,
                                         std::span<const Waiting> events) {
        const auto placeOf = [&](const Waiting& event) -> Sums<exact>& {
            return sums[event.trace.value < sums.size() ? event.trace.value : 0];
        };
        for (const Waiting& event : events) __builtin_prefetch(&placeOf(event), 1);
        for (const Waiting& event : events) placeOf(event).of[event.outcome].add(weights, event.trace, event.size);
    }

    const Weights* m_weights;
    std::span<Sums<exact>> m_sums;  // by trace
    std::span<Waiting> m_room;
    std::size_t m_waiting = 0;
};

/// Looks up traces in ascending order.
class Cursor {
public:
    explicit Cursor(const Snapshot& snapshot) : m_next(snapshot.traces.begin()), m_end(snapshot.traces.end()) {}

    Estimate of(TraceIndex trace) {
        while (m_next != m_end && m_next->trace < trace) ++m_next;
        return m_next != m_end && m_next->trace == trace ? m_next->usage : Estimate{};
    }

private:
    std::vector<TraceEstimate>::const_iterator m_next, m_end;
};

/// The traces of either, ascending.
std::vector<TraceIndex> tracesOf(const Snapshot& a, const Snapshot& b) {
    std::vector<TraceIndex> traces;
    traces.reserve(a.traces.size() + b.traces.size());
    for (const Snapshot* snapshot : {&a, &b})
        for (const TraceEstimate& entry : snapshot->traces) traces.push_back(entry.trace);
    std::sort(traces.begin(), traces.end());
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    return traces;
}

/// Variance of later - earlier, when blocks of the variance `freed` were alive at the earlier instant alone. Rounding
/// may leave a little less than nothing where there is nothing.
double varianceOfDifference(double earlier, double later, double freed) {
    return std::max(0.0, later - earlier + 2 * freed);
}

/// `after` minus `before`, also of traces whose amount is the same but made up of other blocks.
Snapshot differenceWith(const Snapshot& freedBetween, const Snapshot& before, const Snapshot& after) {
    const bool forward = before.time <= after.time;
    Snapshot result;
    result.time = after.time;
    Cursor olds(before), news(after), freed(freedBetween);
    for (const TraceIndex trace : tracesOf(before, after)) {
        const Estimate old = olds.of(trace), now = news.of(trace), ended = freed.of(trace);
        const Estimate& earlier = forward ? old : now;
        const Estimate& later = forward ? now : old;
        Estimate change = now;
        change -= old;
        change.bytesVariance = varianceOfDifference(earlier.bytesVariance, later.bytesVariance, ended.bytesVariance);
        change.blocksVariance =
            varianceOfDifference(earlier.blocksVariance, later.blocksVariance, ended.blocksVariance);
        if (change == Estimate{}) continue;
        result.traces.push_back({trace, change});
        result.total += change;
    }
    return result;
}

template <bool exact>
AllocationOutcomes outcomesOf(const Recording& recording, const OutcomeTimes& times, const std::stop_token& stop) {
    BigTable<Sums<exact>> sums(recording.digest().traceCount() + 1);
    std::array<typename OutcomeSums<exact>::Waiting, 64> room;
    OutcomeWalk walk(times, OutcomeSums<exact>(recording.weights(), std::span(sums), room));
    walk.run(recording, stop, [] { return false; });
    walk.sink().addWaiting();
    const auto snapshot = [&](auto amountOf) {
        std::vector<TraceAmount> amounts;
        for (std::uint32_t trace = 0; trace < sums.size(); ++trace)
            if (const Amount amount = amountOf(sums[trace]); !amount.isZero())
                amounts.push_back({TraceIndex(trace), amount});
        return snapshotOf(amounts, recording.weights(), times.until);
    };
    const auto of = [&](Outcome outcome) {
        return snapshot([&](const Sums<exact>& sum) { return sum.amountOf(outcome); });
    };
    const auto alive = [](const Sums<exact>& sum) {
        return sum.amountOf(Outcome::Allocated) - sum.amountOf(Outcome::Freed);
    };
    return {of(Outcome::Allocated), snapshot(alive), of(Outcome::Freed), of(Outcome::FreedFromBefore)};
}

}  // namespace

std::optional<AllocationOutcomes> allocationOutcomes(const Recording& recording, const OutcomeTimes& times,
                                                     std::stop_token stop) {
    if (!tellsOutcomes(recording)) return std::nullopt;
    return recording.weights().exact() ? outcomesOf<true>(recording, times, stop)
                                       : outcomesOf<false>(recording, times, stop);
}

Snapshot exactDifference(const Recording& recording, const Snapshot& before, const Snapshot& after,
                         std::stop_token stop) {
    if (recording.weights().exact()) return difference(before, after);
    const auto [earlier, later] = std::minmax(before.time, after.time);
    const auto between = allocationOutcomes(recording, {earlier, earlier, later}, stop);
    return between ? differenceWith(between->freedFromBefore, before, after) : difference(before, after);
}

}  // namespace heapprof
