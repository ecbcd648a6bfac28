#include "core/state/parts_over_time.h"

#include <algorithm>
#include <utility>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// The live memory of each part at each instant, in fixed point; of most parts nothing is known but that.
class PartSums {
public:
    PartSums(const TraceParts& parts, const TraceSet& counted, std::size_t instants)
        : m_parts(parts), m_counted(counted), m_instants(instants), m_amounts(parts.count()) {}

    /// `amount` more of `trace` from instant number `instant` on.
    void add(TraceIndex trace, std::size_t instant, std::int64_t amount) {
        if (std::int64_t* row = rowOf(trace)) row[instant] = wrappingAdd(row[instant], amount);
    }
    void addUp() {
        for (std::vector<std::int64_t>& row : m_amounts)
            for (std::size_t i = 1; i < row.size(); ++i) row[i] = wrappingAdd(row[i], row[i - 1]);
    }
    /// The numbers of the parts that ever have anything, the largest first.
    std::vector<std::uint32_t> ranking() const {
        std::vector<std::pair<std::int64_t, std::uint32_t>> largest;
        for (std::uint32_t part = 0; part < m_amounts.size(); ++part)
            if (!m_amounts[part].empty())
                if (const std::int64_t most = *std::ranges::max_element(m_amounts[part]); most > 0)
                    largest.emplace_back(-most, part);
        std::ranges::sort(largest);
        std::vector<std::uint32_t> result;
        for (const auto& [most, part] : largest) result.push_back(part);
        return result;
    }
    const std::vector<std::int64_t>& of(std::uint32_t part) const { return m_amounts[part]; }
    std::int64_t totalAt(std::size_t instant) const {
        std::int64_t total = 0;
        for (const std::vector<std::int64_t>& row : m_amounts)
            if (!row.empty()) total = wrappingAdd(total, row[instant]);
        return total;
    }

private:
    std::int64_t* rowOf(TraceIndex trace) {
        if (!m_counted.contains(trace)) return nullptr;
        std::vector<std::int64_t>& row = m_amounts[m_parts.of(trace)];
        if (row.empty()) row.resize(m_instants);
        return row.data();
    }

    const TraceParts& m_parts;
    const TraceSet& m_counted;
    std::size_t m_instants;
    std::vector<std::vector<std::int64_t>> m_amounts;  // by part; empty: none of its traces has changed
};

/// What whole buckets did: each counts from the first instant that is not before its end.
void addBuckets(const Recording& recording, std::span<const std::size_t> bucketsUpTo, Measure measure, PartSums& sums,
                const std::stop_token& stop) {
    for (const auto& segment : recording.digest().segments()) {
        if (segment->firstBucket() >= bucketsUpTo.back() || stop.stop_requested()) break;
        std::vector<std::size_t> instantOf(segment->bucketCount());
        for (std::size_t i = 0; i < instantOf.size(); ++i)
            instantOf[i] = static_cast<std::size_t>(std::ranges::upper_bound(bucketsUpTo, segment->firstBucket() + i) -
                                                    bucketsUpTo.begin());
        for (const TraceChange& change : segment->changes())
            if (const std::size_t instant = instantOf[change.bucket]; instant < bucketsUpTo.size())
                sums.add(change.trace, instant, change.delta.of(measure));
    }
}

}  // namespace

PartsOverTime partsOverTime(const Recording& recording, const TraceParts& parts, const TraceSet& counted,
                            std::span<const Instant> instants, std::size_t count, std::stop_token stop,
                            Measure measure) {
    PartsOverTime result;
    result.instants.assign(instants.begin(), instants.end());
    if (instants.empty()) return result;
    const Digest& digest = recording.digest();
    const Weights& weights = digest.weights();
    PartSums sums(parts, counted, instants.size());
    std::vector<std::size_t> bucketsUpTo;
    for (const Instant& instant : instants) bucketsUpTo.push_back(digest.bucketsUpTo(instant));
    addBuckets(recording, bucketsUpTo, measure, sums, stop);
    // What a bucket has done by an instant within it is taken back by the next: the bucket as a whole counts there.
    for (std::size_t i = 0; i < instants.size() && !stop.stop_requested(); ++i) {
        visitRange(recording, EventRange::afterBucketsUpTo(recording, instants[i]), stop, [&](const Event& event) {
            const std::int64_t amount = weights.change(event).of(measure);
            sums.add(event.trace, i, amount);
            if (i + 1 < instants.size()) sums.add(event.trace, i + 1, wrappingSubtract(0, amount));
        });
    }
    sums.addUp();

    const std::vector<std::uint32_t> ranking = sums.ranking();
    for (std::size_t i = 0; i < instants.size(); ++i) {
        result.total.push_back(weights.whole(sums.totalAt(i)));
        result.others.push_back(result.total.back());
    }
    for (const std::uint32_t part : std::span(ranking).first(std::min(count, ranking.size()))) {
        PartsOverTime::Part& shown = result.parts.emplace_back();
        shown.part = part;
        for (std::size_t i = 0; i < instants.size(); ++i) {
            shown.amounts.push_back(weights.whole(sums.of(part)[i]));
            result.others[i] -= shown.amounts.back();
        }
    }
    result.otherCount = ranking.size() - result.parts.size();
    return result;
}

}  // namespace heapprof
