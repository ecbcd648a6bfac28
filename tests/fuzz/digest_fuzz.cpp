// Any bytes as a segment of a digest, with good hashes: it is refused, or answers every question within its bounds.
#include <cstring>

#include "core/bytes/error.h"
#include "core/bytes/hash.h"
#include "core/digest/segment.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::uint8_t> bytes(data, data + size);
    if (size >=
        88) {  // FORMAT.md, "Segment": a bucket or two, the rest split between key frame and changes of both kinds
        const std::uint64_t bucketCount = bytes[24] % 3;
        const std::uint64_t buckets = bucketCount * sizeof(Bucket),
                            rest = size - 88 - std::min<std::uint64_t>(size - 88, buckets);
        const std::uint64_t keyFrame = bytes[32] % (rest + 1);
        const std::uint64_t net = (bytes[40] | bytes[41] << 8) % (rest - keyFrame + 1);
        const std::uint32_t magic = 0x47455348, length = 88;
        const std::uint64_t fields[] = {
            bucketCount,
            keyFrame,
            net,
            rest - keyFrame - net,
            size - 88 >= buckets ? hashBytes(bytes.data() + 88, buckets) : 0,
            size - 88 >= buckets ? hashBytes(bytes.data() + 88 + buckets, keyFrame + net) : 0,
            hashBytes(bytes.data() + size - (rest - keyFrame - net), rest - keyFrame - net)};
        std::memcpy(bytes.data(), &magic, 4);
        std::memcpy(bytes.data() + 4, &length, 4);
        std::memcpy(bytes.data() + 24, fields, sizeof fields);
        const std::uint64_t hash = hashBytes(bytes.data(), 80);
        std::memcpy(bytes.data() + 80, &hash, 8);
    }
    try {
        const Segment segment(bytes, nullptr, "fuzz", 0);
        std::vector<Bucket> buckets;
        segment.appendBuckets(buckets);
        std::vector<TraceIndex> traces;
        for (std::uint32_t trace = 0; trace < 1000; trace += 1 + trace / 10) traces.emplace_back(trace);
        for (const auto& ask :
             {+[](const Segment& s, std::span<const TraceIndex>) { s.stateAfter(s.bucketCount(), 1000); },
              +[](const Segment& s, std::span<const TraceIndex> traces) {
                  std::vector<std::int64_t> series(s.bucketCount());
                  s.addSeries(traces, series);
              },
              +[](const Segment& s, std::span<const TraceIndex>) {
                  std::vector<std::int64_t> allocated(1000);
                  s.addAllocated(0, s.bucketCount(), allocated);
              },
              +[](const Segment& s, std::span<const TraceIndex>) { s.changes(); }}) {
            try {
                ask(segment, traces);
            } catch (const FileError&) {
            }
        }
    } catch (const FileError&) {
    }
    return 0;
}
