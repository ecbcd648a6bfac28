// Any bytes as chunks of a version 2 event log, with good hashes: reading at once, one
// by one in the other loop, and continuing anywhere must agree.
#include <cstdlib>

#include "core/capture/events_v2_reader.h"
#include "core/digest/digest_builder.h"
#include "tests/fuzz/fuzz_files.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::writeFile(".hpm", fuzz::fileHeader(kMetadataMagic));
    fuzz::writeFile(".hpd", fuzz::chunkFile(kEventsMagic, {data, size}));
    const auto capture = Capture::open(fuzz::filebase());
    capture->marks();
    const auto whole = capture->events();
    EventsV2Reader plain(std::make_shared<const InputFile>(capture->eventsPath()), capture->info()->metadata.uuid,
                         false);
    std::vector<Event> events(64), again(64);
    Micros before;
    for (std::size_t read; (read = whole->read(events)) > 0;) {
        for (std::size_t i = 0; i < read; ++i) {
            Event one;
            if (plain.read({&one, 1}) != 1 || !(one == events[i]) || one.time < before) std::abort();
            before = events[i].time;
        }
        EventPosition position = whole->position();
        const auto other = capture->events();
        other->seek(position);
        const std::size_t next = other->read(again);
        const auto check = capture->events();
        check->seek(position);
        if (check->read(again) != next) std::abort();
    }
    DigestBuilder builder(capture, DigestBuilder::Start::Anew);
    builder.run();
    if (builder.digest()->events() != whole->position().events) std::abort();
    return 0;
}
