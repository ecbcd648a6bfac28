// Amounts by trace that events add to, for many traces of which most have nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "core/capture/event.h"
#include "core/capture/weights.h"
#include "core/digest/trace_amount.h"

namespace heapprof {

class TraceAmounts {
public:
    /// Traces are below `traceCount`; what is of others counts to trace 0. `start` ascends by trace.
    explicit TraceAmounts(std::size_t traceCount, std::vector<TraceAmount> start = {});

    /// Live memory: what the event does to its trace.
    void apply(const Event& event, const Weights& weights) { amountOf(event.trace) += weights.change(event); }
    /// The event's block, whatever happens to it.
    void add(const Event& event, const Weights& weights) { amountOf(event.trace) += weights.of(event); }

    /// By trace; some may have nothing any more. Called last.
    std::vector<TraceAmount> take();

private:
    Amount& amountOf(TraceIndex trace) {
        if (trace.value >= m_places.size()) trace = TraceIndex(0);
        std::uint32_t& place = m_places[trace.value];
        if (place == 0) {
            m_amounts.push_back({trace, {}});
            place = static_cast<std::uint32_t>(m_amounts.size());
        }
        return m_amounts[place - 1].amount;
    }

    std::vector<TraceAmount> m_amounts;
    std::size_t m_sorted;                 // so many of them ascend
    std::vector<std::uint32_t> m_places;  // by trace: behind its amount; 0: it has none
};

}  // namespace heapprof
