#include "core/digest/change_log.h"

#include <algorithm>
#include <utility>

namespace heapprof {
namespace {

constexpr std::size_t kAhead = 16;
constexpr std::size_t kGrowth = std::size_t{1} << 16;   // entries used more at a time, at most
constexpr std::size_t kReserve = std::size_t{5} << 18;  // of address space: a segment seldom needs more

/// Avoids reallocation while reserved capacity lasts.
template <typename Entry>
void grow(BigTable<Entry>& table, std::size_t size) {
    if (size > table.capacity()) table.reserve(std::max(size, table.capacity() + kReserve));
    table.resize(size);
}

}  // namespace

ChangeLog::ChangeLog(bool hasVariances) : m_hasVariances(hasVariances) {}

void ChangeLog::growTraces(std::size_t count) {
    if (count > m_places.size()) m_places.resize(count);
}

ChangeLog::Adder ChangeLog::adder(std::size_t most) {
    const std::size_t end = m_end + most;
    if (end > m_changes.size()) {
        const std::size_t size = std::max(end, m_changes.size() + std::min(m_changes.size(), kGrowth));
        grow(m_changes, size);
        if (m_hasVariances) grow(m_variances, size);
    }
    if (m_cleanEnd < end) {  // only now, while they are about to be used anyway
        std::fill(m_changes.begin() + m_cleanEnd, m_changes.begin() + static_cast<std::ptrdiff_t>(end), Change{});
        if (m_hasVariances)
            std::fill(m_variances.begin() + m_cleanEnd, m_variances.begin() + static_cast<std::ptrdiff_t>(end),
                      Variances{});
        m_cleanEnd = static_cast<std::uint32_t>(end);
    }
    Adder adder;
    adder.m_changes = m_changes.data();
    adder.m_variances = m_variances.data();
    adder.m_places = m_places.data();
    adder.m_traceCount = m_places.size();
    adder.m_bucketStart = m_bucketStart;
    adder.m_end = m_end;
    return adder;
}

ChangeLog::BucketSum ChangeLog::bucketSum() const {
    BucketSum sum;
    for (std::uint32_t i = m_bucketStart; i < m_end; ++i) {
        const Change& change = m_changes[i];
        sum.allocated = wrappingAdd(sum.allocated, change.amounts[0]);
        sum.delta += Amount{wrappingSubtract(change.amounts[0], change.amounts[1]), change.blocks, 0, 0};
        if (m_hasVariances) sum.delta += Amount{0, 0, m_variances[i].bytes, m_variances[i].blocks};
    }
    return sum;
}

void ChangeLog::endBucket(std::uint32_t bucket) {
    for (std::uint32_t i = m_bucketStart; i < m_end; ++i) m_changes[i].bucket = bucket;
    m_bucketStart = m_end;
}

void ChangeLog::clear() {
    std::fill(m_places.begin(), m_places.end(), 0);
    m_bucketStart = m_end = m_cleanEnd = 1;
}

/// By counting, in two passes; buckets stay in order.
ChangeLog::Order ChangeLog::sorted(std::uint32_t begin, std::uint32_t end) const {
    Order order;
    order.ends.resize(m_places.size() + 1);
    order.entries.resize(end - begin);
    std::uint32_t* const counts = order.ends.data() + 1;
    for (std::uint32_t i = begin; i < end; ++i) ++counts[m_changes[i].trace];
    // Then where a trace begins, which is where the one before ends; filling moves it to its own end.
    std::uint32_t sum = 0;
    for (std::size_t trace = 0; trace < m_places.size(); ++trace) sum += std::exchange(counts[trace], sum);
    for (std::uint32_t i = begin; i < end; ++i) order.entries[counts[m_changes[i].trace]++] = i;
    return order;
}

TraceChange ChangeLog::traceChange(std::uint32_t entry) const {
    const Change& change = m_changes[entry];
    const Variances variances = m_hasVariances ? m_variances[entry] : Variances{};
    return {TraceIndex(change.trace),
            change.bucket,
            {wrappingSubtract(change.amounts[0], change.amounts[1]), change.blocks, variances.bytes, variances.blocks},
            change.amounts[0]};
}

SegmentChanges ChangeLog::encode(std::uint32_t begin, std::uint32_t end) const {
    const Order order = sorted(begin, end);
    SegmentChanges changes{ChangesWriter(m_hasVariances, end - begin), ChangesWriter(false, end - begin)};
    ChangesWriter* const writers[] = {&changes.net, &changes.transient};
    for (std::size_t trace = 0; trace < m_places.size(); ++trace) {
        const std::uint32_t first = order.ends[trace], last = order.ends[trace + 1];
        if (first == last) continue;
        for (ChangesWriter* writer : writers) writer->begin(last - first);
        for (std::uint32_t i = first; i < last; ++i) {
            __builtin_prefetch(&m_changes[order.entries[std::min<std::size_t>(i + kAhead, order.entries.size() - 1)]]);
            TraceChange change = traceChange(order.entries[i]);
            const bool isTransient = change.delta.isZero();
            change.delta.bytes =
                isTransient ? change.allocated : change.delta.bytes;  // freed: the same, so not written
            writers[isTransient]->add(change);
        }
        for (ChangesWriter* writer : writers) writer->end(TraceIndex(static_cast<std::uint32_t>(trace)));
    }
    return changes;
}

}  // namespace heapprof
