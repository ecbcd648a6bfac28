// What became of blocks, one by one: the one place that tells from allocation distances which block a free ends.
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>

#include "core/blocks/outcomes.h"
#include "core/recording/event_walk.h"
#include "core/recording/recording.h"

namespace heapprof {

enum class Outcome : std::uint32_t {
    Allocated,        ///< the event allocates a block in (from, to]
    Freed,            ///< it frees one of these by `until`
    FreedFromBefore,  ///< it frees one that was allocated by `from`
};

/// Follows the events of (from, until]. Calls `sink(event, outcome, ordinal, isAsked)` for each: a block's ordinal is
/// its number among all allocations after `from`, from 1 on, and `isAsked` whether it is one of those above: others
/// were allocated in (to, until]. A function object that can be assigned is copied into the decoder's loop and back.
template <typename Sink>
class OutcomeWalk {
public:
    OutcomeWalk(const OutcomeTimes& times, Sink sink) : m_state{times, std::move(sink)} {}

    /// Returns early some time after isDone() became true.
    template <typename IsDone>
    void run(const Recording& recording, const std::stop_token& stop, IsDone isDone) {
        const auto [from, to, until] = m_state.times;
        const EventRange all = EventRange::between(recording, from, until);
        BucketReader reader(recording, stop);  // one for all: it knows what was lost on the way
        const auto whereIs = [&](std::size_t bucket) {
            if (EventRange{from, to}.containsBucket(recording, bucket)) return Where::InRange;
            return EventRange{to, until}.containsBucket(recording, bucket) ? Where::Later : Where::Anywhere;
        };
        // Buckets with a border in them are looked at event by event, and there are few.
        for (std::size_t first = all.first, end = first; first < all.end; first = end) {
            const Where where = whereIs(first);
            while (end < all.end && whereIs(end) == where) ++end;
            m_state.number = recording.digest().startOf(first).events;
            switch (where) {
                case Where::InRange:
                    visit<Where::InRange>(reader, first, end, isDone);
                    m_state.asked = m_state.allocations;
                    break;
                case Where::Later:
                    visit<Where::Later>(reader, first, end, isDone);
                    break;
                case Where::Anywhere:
                    visit<Where::Anywhere>(reader, first, end, isDone);
                    break;
            }
        }
    }

    Sink& sink() { return m_state.sink; }

private:
    /// Where the times of events lie: all in (from, to], all in (to, until], or anywhere.
    enum class Where { InRange, Later, Anywhere };

    struct State {
        OutcomeTimes times;
        Sink sink;
        std::uint64_t allocations = 0;  // since `from`
        std::uint64_t asked = 0;        // of these, up to `to`
        std::uint64_t number = 0;       // of the next event in the log; known where events lie anywhere
    };

    template <Where where>
    struct Visitor : State {
        /// Branch-free: the event's kind, and which block it frees, are unpredictable. The distance of an allocation is
        /// 0, so its ordinal is its own.
        void operator()(const Event& event) {
            bool isInRange = where == Where::InRange;
            if (where == Where::Anywhere) {
                const std::uint64_t own = this->number++;
                const auto& [from, to, until] = this->times;
                if (!isAfter(event.time, own, from) || isAfter(event.time, own, until)) return;
                isInRange = !isAfter(event.time, own, to);
            }
            const auto isFree = static_cast<std::uint32_t>(event.kind);
            this->allocations += 1 - isFree;
            if (where == Where::Anywhere && isInRange) this->asked = this->allocations;
            const auto ordinal = static_cast<std::int64_t>(this->allocations - event.distance);
            this->sink(event, static_cast<Outcome>(isFree + (ordinal <= 0)), ordinal,
                       isInRange || ordinal <= static_cast<std::int64_t>(this->asked));
        }
    };

    template <Where where, typename IsDone>
    void visit(BucketReader& reader, std::size_t first, std::size_t end, IsDone isDone) {
        Visitor<where> visitor{std::move(m_state)};
        reader.visit(first, end, visitor, isDone);
        m_state = std::move(visitor);
    }

    State m_state;
};

/// Calls `allocated(event, ordinal)` and `freed(event, ordinal)` for the blocks allocated in (from, to], in the order
/// of the log. False when a free in the interval does not tell which block it ends, so that the calls mean nothing.
template <typename Allocated, typename Freed>
[[nodiscard]] bool visitOutcomes(const Recording& recording, const OutcomeTimes& times, const std::stop_token& stop,
                                 Allocated&& allocated, Freed&& freed) {
    bool known = true;
    const auto sink = [&](const Event& event, Outcome outcome, std::int64_t ordinal, bool isAsked) {
        known = known && event.distance != Event::kUnknownDistance;
        if (!known || !isAsked) return;
        if (outcome == Outcome::Allocated) allocated(event, static_cast<std::uint64_t>(ordinal));
        if (outcome == Outcome::Freed) freed(event, static_cast<std::uint64_t>(ordinal));
    };
    struct Forward {
        decltype(sink)* to;
        void operator()(const Event& event, Outcome outcome, std::int64_t ordinal, bool isAsked) const {
            (*to)(event, outcome, ordinal, isAsked);
        }
    };
    OutcomeWalk(times, Forward{&sink}).run(recording, stop, [&] { return !known; });
    return known;
}

}  // namespace heapprof
