// Any bytes as a version 1 event log: the batches a reader is asked for and the loop it takes must not matter,
// and the digest must agree.
#include <cstdlib>

#include "core/capture/events_v1.h"
#include "core/digest/digest_builder.h"
#include "core/state/snapshot.h"
#include "tests/fuzz/fuzz_files.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::writeFile(".hpm", fuzz::kEmptyMetadataV1);
    fuzz::writeFile(".hpd", {data, size});
    const auto capture = Capture::open(fuzz::filebase());
    const auto whole = capture->events();
    const auto single =
        std::make_unique<EventsV1Reader>(std::make_shared<const InputFile>(capture->eventsPath()), false);
    std::vector<Event> events(1000);
    Event one;
    std::uint64_t bytes = 0, count = 0;
    Micros before;
    while (const std::size_t read = whole->read(events)) {
        for (std::size_t i = 0; i < read; ++i) {
            if (single->read({&one, 1}) != 1 || !(one == events[i]) || one.time < before) std::abort();
            before = one.time;
            bytes += one.kind == EventKind::Free ? std::uint64_t{0} - (one.size & 0x3fffffffffffffff)
                                                 : one.size & 0x3fffffffffffffff;
        }
        count += read;
    }
    if (single->read({&one, 1}) != 0) std::abort();
    DigestBuilder builder(capture, DigestBuilder::Start::Anew);
    builder.run();
    const auto digest = builder.digest();
    if (digest->events() != count) std::abort();
    if (count > 0 && static_cast<std::uint64_t>(digest->buckets().back().total.bytes) != bytes) std::abort();
    snapshotAt(Recording(capture, capture->info(), digest), Micros(before.count / 2));
    return 0;
}
