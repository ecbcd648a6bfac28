#include "core/blocks/generations.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/blocks/outcome_walk.h"

namespace heapprof {
namespace {

/// What one generation adds up to.
struct OneGeneration {
    std::uint64_t firstOrdinal;  // of its allocations; later generations have greater ones
    Amount allocated;
    std::unordered_map<std::uint32_t, Amount> alive;  // by trace
};

/// Adds blocks up by the interval that they were allocated in.
class GenerationSums {
public:
    GenerationSums(std::span<const Micros> borders, const Weights& weights) : m_borders(borders), m_weights(weights) {}

    void allocate(const Event& event, std::uint64_t ordinal) {
        while (m_sums.empty() || (m_sums.size() + 1 < m_borders.size() && event.time > m_borders[m_sums.size()]))
            m_sums.push_back({ordinal, {}, {}});
        const Amount amount = m_weights.of(event);
        m_sums.back().allocated += amount;
        m_sums.back().alive[event.trace.value] += amount;
    }
    void free(const Event& event, std::uint64_t ordinal) {
        const auto after = std::ranges::upper_bound(m_sums, ordinal, {}, &OneGeneration::firstOrdinal);
        if (after != m_sums.begin()) (after - 1)->alive[event.trace.value] -= m_weights.of(event);
    }

    std::vector<Generation> generations(const Instant& until) const {
        std::vector<Generation> made;
        for (std::size_t i = 0; i + 1 < m_borders.size(); ++i) {
            Generation generation{m_borders[i], m_borders[i + 1], {}, {until, {}, {}}};
            if (i < m_sums.size()) {
                generation.allocated = estimateOf(m_sums[i].allocated, m_weights);
                std::vector<TraceAmount> alive;
                for (const auto& [trace, amount] : std::map(m_sums[i].alive.begin(), m_sums[i].alive.end()))
                    if (!amount.isZero()) alive.push_back({TraceIndex(trace), amount});
                generation.alive = snapshotOf(alive, m_weights, until);
            }
            made.push_back(std::move(generation));
        }
        return made;
    }

private:
    std::span<const Micros> m_borders;
    const Weights& m_weights;
    std::vector<OneGeneration> m_sums;  // of the intervals that have begun
};

}  // namespace

std::optional<std::vector<Generation>> generations(const Recording& recording, std::span<const Micros> borders,
                                                   Instant until, const TraceSet& traces, std::stop_token stop) {
    if (borders.size() < 2) return std::vector<Generation>();
    until = std::min(until, Instant(recording.end()));
    const Instant to = std::min(Instant(borders.back()), until);
    const Instant from = std::min(Instant(borders.front()), to);
    GenerationSums sums(borders, recording.weights());
    const bool known = visitOutcomes(
        recording, {from, to, until}, stop,
        [&](const Event& event, std::uint64_t ordinal) {
            if (traces.contains(event.trace)) sums.allocate(event, ordinal);
        },
        [&](const Event& event, std::uint64_t ordinal) {
            if (traces.contains(event.trace)) sums.free(event, ordinal);
        });
    if (!known) return std::nullopt;
    return sums.generations(until);
}

}  // namespace heapprof
