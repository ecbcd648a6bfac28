// Any bytes as version 2 metadata: every stack that results can be walked, and every name shown.
#include "core/capture/capture.h"
#include "core/text/text.h"
#include "tests/fuzz/fuzz_files.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::writeFile(".hpm", fuzz::chunkFile(kMetadataMagic, {data, size}));
    fuzz::writeFile(".hpd", fuzz::fileHeader(kEventsMagic));
    try {
        const auto info = Capture::open(fuzz::filebase())->info();
        for (std::uint32_t i = 0; i <= info->traces->traceCount(); ++i)
            for (const FrameIndex frame : info->traces->frames(TraceIndex(i))) frameText(*info->traces, frame);
    } catch (const FileError&) {
    }
    return 0;
}
