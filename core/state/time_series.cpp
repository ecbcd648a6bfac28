#include "core/state/time_series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// Walks along a digest and makes a point at each of the instants it is given. `buckets` are those of the traces for
/// which `contains` is true, and of `measure`.
template <Measure measure, typename Contains>
class CurveWalk {
public:
    CurveWalk(const Recording& recording, const std::vector<Bucket>& buckets, Contains contains,
              std::span<const Instant> instants, const std::stop_token& stop)
        : m_recording(recording),
          m_digest(recording.digest()),
          m_buckets(buckets),
          m_contains(contains),
          m_instants(instants),
          m_stop(stop),
          m_reader(recording, stop) {
        m_points.reserve(instants.size());
    }

    std::vector<CurvePoint> walk() {
        if (m_instants.empty()) return {};
        std::size_t bucket = std::min(m_digest.bucketsUpTo(m_instants.front()), m_buckets.size());
        if (bucket > 0) start(m_buckets[bucket - 1]);
        for (; bucket < m_buckets.size() && !isDone() && !m_stop.stop_requested(); ++bucket) {
            while (!isDone() && !reachesInto(m_recording, bucket, next())) addPoint();
            if (isDone()) break;
            if (liesBefore(m_buckets[bucket], next()))
                pass(m_buckets[bucket]);
            else if (m_digest.weights().exact())
                replayBucket<true>(bucket);
            else
                replayBucket<false>(bucket);
        }
        while (!isDone()) addPoint();
        return std::move(m_points);
    }

    /// As if all events of a bucket had happened at its end.
    std::vector<CurvePoint> walkAlongEnds() {
        for (const Bucket& bucket : m_buckets) {
            while (!isDone() && !liesBefore(bucket, next())) addPoint();
            if (isDone()) break;
            pass(bucket);
        }
        while (!isDone()) addPoint();
        return std::move(m_points);
    }

private:
    static bool liesBefore(const Bucket& bucket, const Instant& instant) {
        return bucket.end.time <= instant.time.count && bucket.end.events <= instant.events;
    }

    /// What is alive, in fixed point.
    struct Sum {
        std::int64_t amount = 0, variance = 0;
        std::int64_t min = 0, max = 0;  // since the last point

        void extend(std::int64_t low, std::int64_t high) {
            min = std::min(min, low);
            max = std::max(max, high);
        }
    };

    bool isDone() const { return m_points.size() == m_instants.size(); }
    const Instant& next() const { return m_instants[m_points.size()]; }

    void start(const Bucket& bucket) {
        const std::int64_t amount = bucket.total.of(measure);
        m_sum = {amount, bucket.total.varianceOf(measure), amount, amount};
    }
    void pass(const Bucket& bucket) {
        m_sum.extend(bucket.min, bucket.max);
        m_sum.amount = bucket.total.of(measure);
        m_sum.variance = bucket.total.varianceOf(measure);
    }
    void addPoint() {
        const Weights& weights = m_digest.weights();
        if (m_points.empty()) m_sum.min = m_sum.max = m_sum.amount;
        m_points.push_back({next(), weights.whole(m_sum.amount), weights.whole(m_sum.min), weights.whole(m_sum.max),
                            std::sqrt(weights.variance(m_sum.variance, measure))});
        m_sum.min = m_sum.max = m_sum.amount;
    }

    /// Follows the sum through the events of a bucket. Can be assigned: see visitEvents().
    template <bool isExact>
    struct BucketReplay {
        CurveWalk* walk;
        std::uint64_t number;  // of the next event
        Sum sum = walk->m_sum;
        Instant next = walk->next();

        void operator()(const Event& event) {
            if (isAfter(event.time, number, next)) [[unlikely]]
                addPoints(event.time);
            ++number;
            if (!walk->m_contains(event.trace)) return;
            const Amount weight = isExact ? Weights::ofExact(event.size) : walk->m_digest.weights().of(event);
            const auto isFree = -static_cast<std::int64_t>(event.kind);
            sum.amount = wrappingAdd(sum.amount, withSign(weight.of(measure), isFree));
            if constexpr (!isExact)
                sum.variance = wrappingAdd(sum.variance, withSign(weight.varianceOf(measure), isFree));
            sum.extend(sum.amount, sum.amount);
        }
        [[gnu::noinline]] void addPoints(Micros time) {
            walk->m_sum = sum;
            while (!walk->isDone() && isAfter(time, number, walk->next())) walk->addPoint();
            sum = walk->m_sum;
            next = walk->isDone() ? kNever : walk->next();
        }
    };
    static constexpr Instant kNever{Micros(std::numeric_limits<std::int64_t>::max())};

    template <bool isExact>
    void replayBucket(std::size_t bucket) {
        BucketReplay<isExact> replay{this, m_digest.startOf(bucket).events};
        m_reader.visit(bucket, bucket + 1, replay, [this] { return isDone(); });
        m_sum = replay.sum;
    }

    const Recording& m_recording;
    const Digest& m_digest;
    const std::vector<Bucket>& m_buckets;
    Contains m_contains;
    std::span<const Instant> m_instants;
    const std::stop_token& m_stop;
    BucketReader m_reader;

    std::vector<CurvePoint> m_points;
    Sum m_sum;
};

template <Measure measure, typename Contains>
std::vector<CurvePoint> walkAlong(const Recording& recording, const std::vector<Bucket>& buckets, Contains contains,
                                  std::span<const Instant> instants, const std::stop_token& stop) {
    return CurveWalk<measure, Contains>(recording, buckets, contains, instants, stop).walk();
}

/// The states before `begin`, at the ends of all steps but the last, and at `end`.
std::vector<Instant> borders(Micros begin, Micros end, std::size_t steps) {
    std::vector<Instant> instants;
    instants.reserve(steps + 1);
    const auto length = static_cast<unsigned __int128>((end - begin).count);
    for (std::size_t i = 0; i < steps; ++i)
        instants.emplace_back(begin + Micros(static_cast<std::int64_t>(length * i / steps)) - Micros(1));
    instants.emplace_back(end);
    return instants;
}

/// `curve(instants)` returns the points at them.
template <typename Curve>
std::vector<TotalStep> stepsOf(Micros begin, Micros end, std::size_t steps, Curve curve) {
    if (steps == 0 || end <= begin) return {};
    const std::vector<CurvePoint> points = curve(borders(begin, end, steps));
    std::vector<TotalStep> result;
    result.reserve(steps);
    for (std::size_t i = 1; i < points.size(); ++i) {
        const CurvePoint& point = points[i];
        const Micros last = i < steps ? point.instant.time + Micros(1) : end;
        result.push_back(
            {points[i - 1].instant.time + Micros(1), last, point.min, point.max, point.amount, point.error});
    }
    return result;
}

}  // namespace

std::vector<CurvePoint> curveOf(const Recording& recording, std::span<const Instant> instants, std::stop_token stop) {
    return walkAlong<Measure::ByteCount>(
        recording, recording.digest().buckets(), [](TraceIndex) { return true; }, instants, stop);
}

std::vector<CurvePoint> curveOf(const Recording& recording, const FilteredBuckets& part,
                                std::span<const Instant> instants, std::stop_token stop) {
    const auto contains = [&](TraceIndex trace) { return part.traces.contains(trace); };
    return part.measure == Measure::ByteCount
               ? walkAlong<Measure::ByteCount>(recording, part.buckets, contains, instants, stop)
               : walkAlong<Measure::BlockCount>(recording, part.buckets, contains, instants, stop);
}

std::vector<Instant> evenInstants(const Recording& recording, const Peak& peak, std::size_t steps) {
    const Micros last = recording.end();
    std::vector<Instant> instants{Micros(0)};
    for (std::size_t i = 1; i <= steps; ++i) {
        const auto share = static_cast<unsigned __int128>(last.count) * i / steps;
        instants.emplace_back(Micros(static_cast<std::int64_t>(share)));
    }
    if (peak.amount > 0) instants.push_back(peak.instant);
    std::sort(instants.begin(), instants.end());
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    return instants;
}

std::vector<Instant> instantsEvery(double interval, const Recording& recording) {
    const Micros last = recording.end();
    const double count = std::ceil(toSeconds(last) / interval - 1e-9);
    std::vector<Instant> instants;
    for (double k = 1; k < count; ++k) instants.emplace_back(std::min(last, fromSeconds(interval * k)));
    instants.emplace_back(last);
    return instants;
}

std::vector<TotalStep> totalOverTime(const Recording& recording, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop) {
    return stepsOf(begin, end, steps,
                   [&](std::span<const Instant> instants) { return curveOf(recording, instants, stop); });
}

std::vector<TotalStep> totalOverTime(const Recording& recording, const FilteredBuckets& part, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop) {
    return stepsOf(begin, end, steps,
                   [&](std::span<const Instant> instants) { return curveOf(recording, part, instants, stop); });
}

std::vector<TotalStep> roughTotalOverTime(const Recording& recording, const std::vector<Bucket>& buckets, Micros begin,
                                          Micros end, std::size_t steps, Measure measure) {
    return stepsOf(begin, end, steps, [&](std::span<const Instant> instants) {
        const auto any = [](TraceIndex) { return true; };
        using Any = decltype(any);
        return measure == Measure::ByteCount
                   ? CurveWalk<Measure::ByteCount, Any>(recording, buckets, any, instants, {}).walkAlongEnds()
                   : CurveWalk<Measure::BlockCount, Any>(recording, buckets, any, instants, {}).walkAlongEnds();
    });
}

std::uint64_t eventsOfCurve(const Recording& recording, Micros begin, Micros end, std::size_t steps) {
    const Digest& digest = recording.digest();
    const std::size_t first = digest.bucketsUpTo(begin), last = digest.bucketsUpTo(end);
    const std::uint64_t inRange = digest.startOf(last).events - digest.startOf(first).events;
    // Each border of two steps lies in one bucket.
    return last - first > steps ? inRange / (last - first) * steps : inRange;
}

}  // namespace heapprof
