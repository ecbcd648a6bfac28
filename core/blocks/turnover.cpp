#include "core/blocks/turnover.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/bytes/huge_pages.h"
#include "core/recording/replay.h"

namespace heapprof {
namespace {

/// What became of a block: where in Sums it counts.
enum Fate : unsigned { Allocated, Freed, OlderFreed, kFates };

/// Where the times of events lie: all in (from, to], all in (to, until], or anywhere.
enum class When { InRange, Later, Anywhere };

/// What blocks add up to. When everything was recorded there are no variances.
template <bool exact>
struct BlockSum {
    std::int64_t bytes = 0, blocks = 0;

    void add(const Weights&, std::uint64_t size) {
        bytes = wrappingAdd(bytes, Weights::ofExact(size).bytes);
        ++blocks;
    }
    Amount amount() const { return {bytes, blocks, 0, 0}; }
};
template <>
struct BlockSum<false> {
    Amount sum;

    void add(const Weights& weights, std::uint64_t size) { sum += weights.of(size); }
    Amount amount() const { return sum; }
};

/// Of one trace; in a cache line of its own where that is enough.
template <bool exact>
struct alignas(64) Sums {
    std::array<BlockSum<exact>, kFates> of;
};

/// An event that is yet to be added to its amount.
struct Waiting {
    std::uint64_t size;
    TraceIndex trace;
    std::uint32_t fate;
};

/// Where events add up: these and how far the scan has come. Amounts lie anywhere: those of many events are asked for
/// at once.
template <bool exact>
struct FateSums {
    const Weights* weights;
    std::span<Sums<exact>> sums;  // indexed by trace
    TurnoverTimes times;
    std::span<Waiting> room;
    std::size_t waiting = 0;
    std::uint64_t allocations = 0;  // since `from`
    std::uint64_t asked = 0;        // of these, up to `to`
    std::uint64_t number = 0;       // of the next event in the log; known where `when` is Anywhere

    void addWaiting() { addAll(*weights, sums, room.first(std::exchange(waiting, 0))); }

private:
    [[gnu::noinline]] static void addAll(const Weights& weights, std::span<Sums<exact>> sums,
                                         std::span<Waiting> events) {
        for (Waiting& event : events) {
            if (event.trace.value >= sums.size()) event.trace = TraceIndex(0);
            __builtin_prefetch(&sums[event.trace.value], 1);
        }
        for (const Waiting& event : events) sums[event.trace.value].of[event.fate].add(weights, event.size);
    }
};

/// Sums up events; copied into the decoder's loop and back.
template <bool exact, When when>
struct FateCounter : FateSums<exact> {
    /// Without a branch on whether the event allocates or frees, and which block, which is as good as random. The age
    /// of an allocation is 0, so that its ordinal is its own.
    void operator()(const Event& event) {
        bool isInRange = when == When::InRange;
        if (when == When::Anywhere) {
            const std::uint64_t own = this->number++;
            if (!isAfter(event.time, own, this->times.from) || isAfter(event.time, own, this->times.until)) return;
            isInRange = !isAfter(event.time, own, this->times.to);
        }
        const auto isFree = static_cast<std::uint32_t>(event.kind);
        this->allocations += 1 - isFree;
        if (when == When::Anywhere && isInRange) this->asked = this->allocations;
        const auto ordinal = static_cast<std::int64_t>(this->allocations - event.age);  // of the block
        this->room[this->waiting] = {event.size, event.trace, isFree + (ordinal <= 0)};
        this->waiting += isInRange || ordinal <= static_cast<std::int64_t>(this->asked);
        if (this->waiting == this->room.size()) [[unlikely]]
            this->addWaiting();
    }
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
Snapshot differenceWith(const Snapshot& olderFreed, const Snapshot& before, const Snapshot& after) {
    const bool forward = before.time <= after.time;
    Snapshot result;
    result.time = after.time;
    Cursor olds(before), news(after), freed(olderFreed);
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

/// Of row number `row`.
When whenOf(const Recording& recording, std::size_t row, const TurnoverTimes& times) {
    const EventPosition& end = recording.digest().rows()[row].end;
    const auto beginsAfter = [&](const Instant& instant) {
        return isAfter(Micros(recording.digest().rows()[row].firstTime), recording.digest().startOf(row).events,
                       instant);
    };
    const auto endsBy = [&](const Instant& i) { return end.time <= i.time.count && end.events <= i.events; };
    if (beginsAfter(times.from) && endsBy(times.to)) return When::InRange;
    if (beginsAfter(times.to) && endsBy(times.until)) return When::Later;
    return When::Anywhere;
}

template <bool exact>
Turnover turnoverOf(const Recording& recording, const TurnoverTimes& times, const std::stop_token& stop) {
    const Weights& weights = recording.digest().weights();
    const std::size_t traces = recording.digest().traceCount() + 1;
    BigTable<Sums<exact>> sums(traces);
    std::array<Waiting, 64> room;
    FateSums<exact> counted{&weights, std::span(sums), times, room};
    // Rows with a border in them are looked at event by event, and there are few.
    const auto& rows = recording.digest().rows();
    const std::size_t end = std::min(recording.digest().rowsUpTo(times.until) + 1, rows.size());
    std::size_t first = recording.digest().rowsUpTo(times.from);
    const std::unique_ptr<EventReader> reader =
        recording.capture().events();  // one for all: it knows what was lost on the way
    if (first > 0) reader->seek(recording.digest().startOf(first));
    for (std::size_t next; first < end; first = next) {
        const When when = whenOf(recording, first, times);
        for (next = first + 1; next < end && whenOf(recording, next, times) == when; ++next) {
        }
        const auto count = [&]<When known>() {
            const EventPosition start = recording.digest().startOf(first);
            counted.number = start.events;
            FateCounter<exact, known> counter{counted};
            visitEventsFrom(start, rows[next - 1].end.events - start.events, *reader, recording, stop, counter,
                            [] { return false; });
            counted = counter;
            if (known == When::InRange) counted.asked = counted.allocations;
        };
        if (when == When::InRange) count.template operator()<When::InRange>();
        if (when == When::Later) count.template operator()<When::Later>();
        if (when == When::Anywhere) count.template operator()<When::Anywhere>();
    }
    counted.addWaiting();
    const auto snapshot = [&](auto amountOf) {
        std::vector<TraceAmount> amounts;
        for (std::uint32_t trace = 0; trace < traces; ++trace)
            if (const Amount amount = amountOf(sums[trace]); !amount.isZero())
                amounts.push_back({TraceIndex(trace), amount});
        return snapshotOf(amounts, weights, times.until);
    };
    return Turnover{snapshot([](const auto& sum) { return sum.of[Allocated].amount(); }),
                    snapshot([](const auto& sum) { return sum.of[Allocated].amount() - sum.of[Freed].amount(); }),
                    snapshot([](const auto& sum) { return sum.of[Freed].amount(); }),
                    snapshot([](const auto& sum) { return sum.of[OlderFreed].amount(); })};
}

}  // namespace

std::optional<Turnover> turnover(const Recording& recording, const TurnoverTimes& times, std::stop_token stop) {
    if (recording.capture().info()->metadata.version == 1) return std::nullopt;
    return recording.digest().weights().exact() ? turnoverOf<true>(recording, times, stop)
                                                : turnoverOf<false>(recording, times, stop);
}

Snapshot exactDifference(const Recording& recording, const Snapshot& before, const Snapshot& after,
                         std::stop_token stop) {
    if (recording.digest().weights().exact()) return difference(before, after);
    const auto [earlier, later] = std::minmax(before.time, after.time);
    const auto between = turnover(recording, {earlier, earlier, later}, stop);
    return between ? differenceWith(between->olderFreed, before, after) : difference(before, after);
}

}  // namespace heapprof
