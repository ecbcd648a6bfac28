// Any bytes as version 2 metadata: every stack that results can be walked, and every name shown, and every block has a
// weight by the rule of its trace.
#include <algorithm>
#include <cstdlib>

#include "core/capture/capture.h"
#include "core/capture/weights.h"
#include "core/text/text.h"
#include "tests/fuzz/fuzz_files.h"

using namespace heapprof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::writeFile(".hpm", fuzz::chunkFile(kMetadataMagic, {data, size}));
    fuzz::writeFile(".hpd", fuzz::fileHeader(kEventsMagic));
    try {
        const auto info = Capture::open(fuzz::filebase())->info();
        const SamplingRules& rules = info->metadata.sampling;
        const Weights weights(rules);
        for (std::uint32_t i = 0; i <= info->traces->traceCount(); ++i) {
            for (const FrameIndex frame : info->traces->frames(TraceIndex(i))) frameText(*info->traces, frame);
            const bool isWhole = rules.of(TraceIndex(i)).probability(5000) >= 1;
            if (isWhole && weights.whole(weights.of(TraceIndex(i), 5000).bytes) != 5000) std::abort();
        }
        if (rules.switches.size() > SamplingRules::kMaxSwitches) std::abort();
        if (rules.different().size() > SamplingRules::kMaxDifferent) std::abort();
        if (!std::ranges::is_sorted(rules.switches, {}, &SamplingRules::Switch::firstTrace)) std::abort();
    } catch (const FileError&) {
    }
    return 0;
}
