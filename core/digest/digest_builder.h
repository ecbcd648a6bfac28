// Turns an event log into a digest: with progress, cancel, continuation, and states to look at on the way.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/capture/capture.h"
#include "core/digest/digest.h"

namespace heapprof {

struct DigestProgress {
    std::uint64_t events = 0;     ///< digested so far, those of an earlier build included
    std::uint64_t bytesDone = 0;  ///< of the event log
    std::uint64_t bytesTotal = 0;
    Micros time;  ///< of the last event digested
};

/// Builds the digest of one capture, in memory and, where it can, in its .hpc file. One thread at a time.
class DigestBuilder {
public:
    enum class Start {
        Continue,  ///< use what an earlier build left in the file, if it belongs to this capture and rules
        Anew,
    };

    /// Opens or creates the .hpc file: FILEBASE.hpc, or a file in the user's cache folder when that folder cannot be
    /// written; when neither can, or another builder holds it, the digest stays in memory, unless the other's is
    /// complete, which then serves both. What lies in a version 2 log
    /// already is digested by that many threads; the digest does not depend on how many there are.
    explicit DigestBuilder(std::shared_ptr<Capture> capture, Start start = Start::Continue,
                           unsigned threads = usualThreads());
    ~DigestBuilder();
    /// As many as there are processors, but not many: each may take 50 MB.
    static unsigned usualThreads();
    DigestBuilder(const DigestBuilder&) = delete;
    DigestBuilder& operator=(const DigestBuilder&) = delete;

    /// Digests the events that the log holds now and this builder has not seen. Returns early, with everything up to
    /// that event kept, when `stop` is requested. Calls `progress` (may be empty) about every 100,000 events,
    /// or with several threads after each segment, from the calling thread. May be called again: after a stop, or
    /// because the log has grown.
    void run(std::stop_token stop = {}, const std::function<void(const DigestProgress&)>& progress = {});

    /// What has been digested so far. Cheap when nothing changed since the last call; not safe during run() from
    /// another thread, but allowed inside `progress`.
    std::shared_ptr<const Digest> digest();
    DigestProgress progress() const;
    /// Damage met in the event log.
    std::vector<Damage> damage() const;

    /// Where the digest is kept by this builder; empty: in memory only, and then `whyNoFile` says why, or in the file
    /// of another one, and then that is empty, too.
    std::optional<std::filesystem::path> file() const;
    const std::string& whyNoFile() const;

private:
    class Work;
    std::unique_ptr<Work> m_work;
};

/// The digest that lies on disk for `capture`, if it is there, intact and of this capture and its sampling rule; null
/// otherwise. A digest that ends early is returned as it is, with complete() false; so is that of a damaged log, as a
/// builder that continues it says what is missing. Refreshes the capture where another process has put newer traces
/// into the digest.
std::shared_ptr<const Digest> openDigest(Capture& capture);

}  // namespace heapprof
