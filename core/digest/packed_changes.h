// The changes of a segment, by trace: FORMAT.md, "Changes". Written by one, read by the other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/digest/packed_output.h"
#include "core/digest/packed_records.h"
#include "core/digest/trace_amount.h"

namespace heapprof {

/// Takes changes by trace, then bucket.
class ChangesWriter {
public:
    /// `expected`: how many changes there may be.
    explicit ChangesWriter(bool hasVariances, std::size_t expected = 0) : m_hasVariances(hasVariances) {
        m_records.reserve(expected * kUsualRecord);
    }

    /// Starts the list of a trace that has at most `mostChanges` changes.
    void begin(std::size_t maxChanges) {
        m_next = m_records.room(maxChanges * packed::kLongestRecord + packed::kPadding);
        m_listStart = m_records.size();
    }
    void add(const TraceChange& change) { m_next = packed::writeChange(m_next, change, m_hasVariances); }
    void end(TraceIndex trace);

    /// How many bytes write() writes; it returns their end.
    std::size_t size() const;
    std::uint8_t* write(std::uint8_t* out) const;

private:
    friend class ChangesReader;
    static constexpr std::size_t kUsualRecord = 8;  // bytes

    packed::ChangesHeader header() const;

    bool m_hasVariances;
    std::vector<packed::Index> m_indexes;
    packed::Output m_lists, m_records;
    std::size_t m_count = 0;
    std::uint64_t m_nextTrace = 0;
    std::uint8_t* m_next = nullptr;
    std::size_t m_listStart = 0;
};

class ChangesReader {
public:
    /// Thrown when the bytes are not what a writer writes.
    struct Damaged {};

    /// The changes of one trace.
    struct List {
        TraceIndex trace;
        const std::uint8_t* begin = nullptr;
        const std::uint8_t* end = nullptr;
        bool hasVariances = false;

        /// Calls visit(TraceChange) for all, in order of buckets.
        template <typename Visit>
        void visit(Visit visit) const {
            this->visit(256, visit);  // a bucket is one byte
        }
        /// Those of buckets before `bucketEnd`.
        template <typename Visit>
        void visit(std::size_t bucketEnd, Visit visit) const {
            hasVariances ? visitRecords<true>(bucketEnd, visit) : visitRecords<false>(bucketEnd, visit);
        }

    private:
        template <bool variances, typename Visit>
        void visitRecords(std::size_t bucketEnd, Visit& visit) const;
    };

    explicit ChangesReader(std::span<const std::uint8_t> bytes);
    /// Of what has been written so far; valid until more is.
    explicit ChangesReader(const ChangesWriter& writer);

    /// How many there are, as it says.
    std::uint64_t lists() const { return m_header.lists; }
    /// Calls visit(List) for all, by trace.
    template <typename Visit>
    void visitAll(Visit visit) const;
    /// As visitAll(), for those of the traces, which ascend.
    template <typename Visit>
    void visitOf(std::span<const TraceIndex> traces, Visit visit) const;

private:
    static constexpr std::uint64_t kTraceEnd = 0xffffffff;

    std::uint64_t indexCount() const { return m_indexes.size() / sizeof(packed::Index); }
    packed::Index index(std::uint64_t number) const {
        packed::Index index;
        std::memcpy(&index, m_indexes.data() + number * sizeof index, sizeof index);
        return index;
    }
    /// The lists from that index on are of traces below this.
    std::uint64_t traceEnd(std::uint64_t number) const {
        return number + 1 < indexCount() ? index(number + 1).firstTrace : kTraceEnd;
    }
    std::uint64_t indexOf(std::uint64_t trace, std::uint64_t first) const;
    void prefetch(std::uint64_t number) const;
    /// Lists come in the order of their records, none of which is another's: or a few bytes could say any number.
    static void takeTurn(const List& list, const std::uint8_t*& recordsSoFar) {
        if (list.begin < recordsSoFar) throw Damaged();
        recordsSoFar = list.end;
    }
    template <typename Visit>
    void visitLists(std::uint64_t number, Visit&& visit) const;

    packed::ChangesHeader m_header;
    std::span<const std::uint8_t> m_indexes, m_lists, m_records;  // words may be loaded from behind
};

/// What FORMAT.md calls "Changes": those of live memory, and what was allocated and freed in the same bucket.
struct SegmentChanges {
    ChangesWriter net, transient;

    /// Adds what they come to; `state` is indexed by trace.
    void addTo(std::span<Amount> state) const;
};

template <bool variances, typename Visit>
void ChangesReader::List::visitRecords(std::size_t bucketEnd, Visit& visit) const {
    TraceChange change;
    change.trace = trace;
    const std::uint8_t* at = begin;
    while (at < end && *at < bucketEnd) {
        at = packed::readChange<variances>(at, change);
        visit(static_cast<const TraceChange&>(change));
    }
    if (at > end) throw Damaged();
}

/// Those from index `number` up to the next one, until `visit` returns false.
template <typename Visit>
void ChangesReader::visitLists(std::uint64_t number, Visit&& visit) const {
    const packed::Index from = index(number);
    const std::uint64_t traceEnd = this->traceEnd(number);
    if (from.firstTrace >= traceEnd || traceEnd > kTraceEnd || from.lists > m_lists.size() ||
        from.changes > m_records.size())
        throw Damaged();
    const std::uint8_t* list = m_lists.data() + from.lists;
    const std::uint8_t* const listsEnd = m_lists.data() + m_lists.size();
    const std::uint8_t* records = m_records.data() + from.changes;
    const std::uint8_t* const recordsEnd = m_records.data() + m_records.size();
    const bool hasVariances = m_header.hasVariances != 0;
    std::uint64_t next = from.firstTrace;
    for (std::uint64_t left =
             std::min<std::uint64_t>(packed::kListsPerIndex, m_header.lists - number * packed::kListsPerIndex);
         left > 0; --left) {
        if (list >= listsEnd) throw Damaged();
        packed::ListHeader about;
        list = packed::readListHeader(list, about);
        const std::uint64_t trace = next + about.gap;
        if (trace >= traceEnd || about.length > static_cast<std::uint64_t>(recordsEnd - records)) throw Damaged();
        next = trace + 1;
        const std::uint8_t* const begin = std::exchange(records, records + about.length);
        if (!visit(List{TraceIndex(static_cast<std::uint32_t>(trace)), begin, records, hasVariances})) return;
    }
}

template <typename Visit>
void ChangesReader::visitAll(Visit visit) const {
    const std::uint8_t* recordsSoFar = m_records.data();
    for (std::uint64_t number = 0; number < indexCount(); ++number)
        visitLists(number, [&](const List& list) {
            takeTurn(list, recordsSoFar);
            visit(list);
            return true;
        });
}

template <typename Visit>
void ChangesReader::visitOf(std::span<const TraceIndex> traces, Visit visit) const {
    // What there is of some traces lies anywhere: so the next few are asked for together.
    constexpr std::size_t kTogether = 32;
    struct Place {
        std::uint64_t index;
        std::span<const TraceIndex> traces;  // that come before the next index
    };
    std::array<Place, kTogether> places;
    const std::uint8_t* recordsSoFar = m_records.data();
    std::uint64_t number = 0;
    auto wanted = traces.begin();
    while (wanted != traces.end() && number < indexCount()) {
        std::size_t count = 0;
        for (; count < kTogether && wanted != traces.end() && number < indexCount(); ++count, ++number) {
            number = indexOf(wanted->value, number);
            prefetch(number);
            const auto first = wanted;
            const std::uint64_t traceEnd = this->traceEnd(number);
            while (wanted != traces.end() && wanted->value < traceEnd) ++wanted;
            places[count] = {number, {first, wanted}};
        }
        for (const Place& place : std::span(places).first(count)) {
            auto next = place.traces.begin();
            visitLists(place.index, [&](const List& list) {
                while (next != place.traces.end() && *next < list.trace) ++next;
                if (next == place.traces.end()) return false;
                takeTurn(list, recordsSoFar);
                if (*next == list.trace) visit(list);
                return true;
            });
        }
    }
}

}  // namespace heapprof
