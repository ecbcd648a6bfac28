#include "core/digest/packed_changes.h"

namespace heapprof {

void ChangesWriter::end(TraceIndex trace) {
    m_records.endAt(m_next);
    if (m_records.size() == m_listStart) return;
    if (m_count++ % packed::kListsPerIndex == 0) {
        m_indexes.push_back({trace.value, m_lists.size(), m_listStart});
        m_nextTrace = trace.value;
    }
    const packed::ListHeader list{trace.value - m_nextTrace, m_records.size() - m_listStart};
    m_lists.endAt(packed::writeListHeader(m_lists.room(packed::kPadding), list));
    m_nextTrace = trace.value + std::uint64_t{1};
}

std::size_t ChangesWriter::size() const {
    return sizeof(packed::ChangesHeader) + std::span(m_indexes).size_bytes() + m_lists.size() + m_records.size() +
           packed::kPadding;
}

packed::ChangesHeader ChangesWriter::header() const {
    return {m_count, m_hasVariances, m_lists.size(), m_records.size()};
}

std::uint8_t* ChangesWriter::write(std::uint8_t* out) const {
    const packed::ChangesHeader header = this->header();
    const auto append = [&](std::span<const std::byte> part) {
        if (!part.empty()) std::memcpy(out, part.data(), part.size());
        out += part.size();
    };
    append(std::as_bytes(std::span(&header, 1)));
    append(std::as_bytes(std::span(m_indexes)));
    append(std::as_bytes(m_lists.bytes()));
    append(std::as_bytes(m_records.bytes()));
    std::memset(out, 0, packed::kPadding);
    return out + packed::kPadding;
}

ChangesReader::ChangesReader(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < sizeof m_header + packed::kPadding) throw Damaged();
    std::memcpy(&m_header, bytes.data(), sizeof m_header);
    const auto body = bytes.subspan(sizeof m_header, bytes.size() - sizeof m_header - packed::kPadding);
    const std::uint64_t indexCount =
        m_header.lists / packed::kListsPerIndex + (m_header.lists % packed::kListsPerIndex != 0);
    if (indexCount > body.size() / sizeof(packed::Index)) throw Damaged();
    m_indexes = body.first(indexCount * sizeof(packed::Index));
    const auto rest = body.subspan(m_indexes.size());
    if (m_header.listsLength > rest.size() || m_header.changesLength != rest.size() - m_header.listsLength)
        throw Damaged();
    m_lists = rest.first(m_header.listsLength);
    m_records = rest.subspan(m_header.listsLength);
}

ChangesReader::ChangesReader(const ChangesWriter& writer)
    : m_header(writer.header()), m_lists(writer.m_lists.bytes()), m_records(writer.m_records.bytes()) {
    const auto indexes = std::as_bytes(std::span(writer.m_indexes));
    m_indexes = {reinterpret_cast<const std::uint8_t*>(indexes.data()), indexes.size()};
}

/// The last one, from number `first` on, that begins with `trace` or before it; otherwise `first`. Looked for with
/// longer and longer strides, as it is near.
std::uint64_t ChangesReader::indexOf(std::uint64_t trace, std::uint64_t first) const {
    std::uint64_t end = first + 1;
    for (std::uint64_t stride = 1; end < indexCount() && index(end).firstTrace <= trace; stride *= 2)
        end = (first = end) + stride;
    end = std::min(end, indexCount());
    while (end - first > 1) {
        const std::uint64_t middle = first + (end - first) / 2;
        const bool isBefore = index(middle).firstTrace <= trace;
        first = isBefore ? middle : first;
        end = isBefore ? end : middle;
    }
    return first;
}

void ChangesReader::prefetch(std::uint64_t number) const {
    const packed::Index here = index(number);
    if (here.lists < m_lists.size()) __builtin_prefetch(m_lists.data() + here.lists);
    if (here.changes < m_records.size()) __builtin_prefetch(m_records.data() + here.changes);
}

void SegmentChanges::addTo(std::span<Amount> state) const {
    ChangesReader(net).visitAll([&](const ChangesReader::List& list) {
        Amount sum;
        list.visit([&](const TraceChange& change) { sum += change.delta; });
        state[list.trace.value] += sum;
    });
}

}  // namespace heapprof
