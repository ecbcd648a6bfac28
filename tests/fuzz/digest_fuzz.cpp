// Any bytes as a segment of a digest, with good hashes: it is refused, or answers every question within its bounds.
#include <cstring>

#include "core/bytes/error.h"
#include "core/bytes/hash.h"
#include "core/digest/segment.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::uint8_t> bytes(data, data + size);
    if (size >= 80) {  // FORMAT.md, "Segment": one row, the rest split between key frame and changes
        const std::uint64_t rowCount = bytes[24] % 3;
        const std::uint64_t rows = rowCount * sizeof(Row), rest = size - 80 - std::min<std::uint64_t>(size - 80, rows);
        const std::uint64_t keyFrame = rest == 0 ? 0 : bytes[32] % (rest + 1);
        const std::uint32_t magic = 0x47455348, length = 80;
        const std::uint64_t fields[] = {rowCount,
                                        keyFrame,
                                        rest - keyFrame,
                                        size - 80 >= rows ? hashBytes(bytes.data() + 80, rows) : 0,
                                        size - 80 >= rows ? hashBytes(bytes.data() + 80 + rows, rest) : 0,
                                        0};
        std::memcpy(bytes.data(), &magic, 4);
        std::memcpy(bytes.data() + 4, &length, 4);
        std::memcpy(bytes.data() + 24, fields, sizeof fields);
        const std::uint64_t hash = hashBytes(bytes.data(), 72);
        std::memcpy(bytes.data() + 72, &hash, 8);
    }
    try {
        const Segment segment(bytes, nullptr, "fuzz", 0);
        std::vector<Row> rows;
        segment.appendRows(rows);
        std::vector<TraceValue> state(1000);
        const TraceSet isMember(std::vector<bool>(1000, true));
        std::vector<std::int64_t> series(segment.rowCount());
        for (const auto& ask : {+[](const Segment& s, std::vector<TraceValue>& v, const TraceSet&,
                                    std::vector<std::int64_t>&) { s.addState(s.rowCount(), v); },
                                +[](const Segment& s, std::vector<TraceValue>&, const TraceSet& m,
                                    std::vector<std::int64_t>& t) { s.addSeries(m, t); },
                                +[](const Segment& s, std::vector<TraceValue>&, const TraceSet&,
                                    std::vector<std::int64_t>&) { s.changes(); }}) {
            try {
                ask(segment, state, isMember, series);
            } catch (const FileError&) {
            }
        }
    } catch (const FileError&) {
    }
    return 0;
}
