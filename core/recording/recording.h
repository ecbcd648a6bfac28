// What questions are asked of: a capture, its metadata and what has been digested of it.
#pragma once

#include <memory>
#include <utility>

#include "core/capture/capture.h"
#include "core/digest/digest.h"

namespace heapprof {

/// One state of a recording, which may still grow: its later states are further values. Immutable, cheap to copy, and
/// safe to ask from any thread.
///
/// The questions are functions that take it first: snapshotAt(recording, instant). Those that take a std::stop_token
/// return early when a stop is requested, and what they return is then meaningless. All of them throw FileError when
/// the files have vanished, or turn out to be damaged where the digest was intact.
class Recording {
public:
    /// Of nothing.
    Recording() = default;
    /// `digest`, which is of `capture`, is null as long as nothing has been digested: then only what the capture says
    /// can be asked. `isBeingWritten` was asked before the digest was read or made.
    Recording(std::shared_ptr<const Capture> capture, std::shared_ptr<const CaptureInfo> info,
              std::shared_ptr<const Digest> digest, bool isBeingWritten = false);

    const Capture& capture() const { return *m_capture; }
    const Digest& digest() const { return *m_digest; }
    const CaptureInfo& info() const { return *m_info; }
    const Metadata& metadata() const { return m_info->metadata; }
    const TraceTable& traces() const { return *m_info->traces; }
    const Weights& weights() const { return m_digest->weights(); }

    /// Up to when the program is known to have run: after its last event nothing was allocated or freed. While not all
    /// has been digested, the time of the last event that was.
    Micros end() const { return m_end; }
    /// Whether the program was running: there may be a later state.
    bool isBeingWritten() const { return m_isBeingWritten; }
    /// Whether anything has been digested.
    bool hasEvents() const { return m_digest && !m_digest->buckets().empty(); }

    const std::shared_ptr<const Capture>& sharedCapture() const { return m_capture; }
    const std::shared_ptr<const Digest>& sharedDigest() const { return m_digest; }
    const std::shared_ptr<const CaptureInfo>& sharedInfo() const { return m_info; }

    bool hasCapture() const { return m_capture != nullptr; }
    bool hasDigest() const { return m_digest != nullptr; }
    /// Whether it is the same state of the same capture.
    bool operator==(const Recording&) const = default;

private:
    std::shared_ptr<const Capture> m_capture;
    std::shared_ptr<const CaptureInfo> m_info;
    std::shared_ptr<const Digest> m_digest;
    Micros m_end;
    bool m_isBeingWritten = false;
};

}  // namespace heapprof
