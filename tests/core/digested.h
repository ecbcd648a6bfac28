// Captures and what is digested of them, as one value to ask.
#pragma once

#include <memory>

#include "core/digest/digest_builder.h"
#include "core/recording/recording.h"

namespace heapprof::test {

/// `capture` with one digest of it.
inline Recording recordingOf(const std::shared_ptr<Capture>& capture, const std::shared_ptr<const Digest>& digest) {
    return {capture, capture->info(), digest};
}
/// What `builder` has digested of `capture` so far.
inline Recording recordingOf(const std::shared_ptr<Capture>& capture, DigestBuilder& builder) {
    return recordingOf(capture, builder.digest());
}

/// All of it.
inline Recording digested(const std::shared_ptr<Capture>& capture,
                          DigestBuilder::Start start = DigestBuilder::Start::Continue) {
    DigestBuilder builder(capture, start);
    builder.run();
    return recordingOf(capture, builder);
}

}  // namespace heapprof::test
