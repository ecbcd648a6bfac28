// One capture on disk: its metadata, its stack traces, and readers of its event log.
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/bytes/error.h"
#include "core/capture/event.h"
#include "core/capture/mark.h"
#include "core/capture/metadata.h"
#include "core/capture/trace_table.h"

namespace heapprof {

/// What to believe of a version 1 sampling table: on most platforms heapprof 1.0.2 recorded everything, whatever
/// its header claims.
enum class V1Sampling {
    Detect,  ///< trust the table unless events come faster than any program allocates
    TrustTable,
    Unsampled,
};

class InputFile;
class MarkReader;
class MetadataSource;

/// The metadata and traces as they were at one moment; immutable.
struct CaptureInfo {
    Metadata metadata;
    std::shared_ptr<const TraceTable> traces;
    std::vector<Damage> damage;  ///< of the .hpm file
};

/// A capture opened for reading. All members are safe to call from any thread.
class Capture {
public:
    /// `path` is FILEBASE.hpm, .hpd, .hpc or the bare FILEBASE. Throws FileError when there is nothing usable: no such
    /// file, not a capture, one of the two files missing, no permission, a directory, a version from the future.
    static std::shared_ptr<Capture> open(const std::filesystem::path& path, V1Sampling v1Sampling = V1Sampling::Detect);
    ~Capture();

    /// FILEBASE without an extension; absolute.
    const std::filesystem::path& filebase() const { return m_filebase; }
    std::filesystem::path metadataPath() const;
    std::filesystem::path eventsPath() const;

    /// The newest state read; never null.
    std::shared_ptr<const CaptureInfo> info() const;
    /// Reads what was appended to the .hpm file since; true when info() changed.
    bool refresh();

    /// A new reader at the start of the event log: of the file opened at first, also when another has taken its name.
    std::unique_ptr<EventReader> events() const;

    /// Whether a living program still writes this capture. False for version 1, which does not tell.
    bool isBeingWritten() const;
    /// The length of the event log now, in bytes.
    std::uint64_t eventsLength() const;

    /// What became of the files since the last call, or since they were opened.
    enum class Files {
        Kept,
        Shrunk,    ///< the event log became shorter, and not because the recording has ended
        Replaced,  ///< they were removed, or others lie in their place
    };
    Files files();

    /// What the log says besides allocations and frees, and when threads were first seen, by time. Reads the whole log
    /// (version 2; version 1 has none), and later what has been added since.
    std::vector<Mark> marks();
    /// A new reader of the first of these, at the start of the log, for one who follows a capture as it grows; null for
    /// version 1. Must not outlive the capture.
    std::unique_ptr<MarkReader> markReader();

    /// What the header of a chunk of the event log says of its events.
    struct Chunk {
        std::uint64_t offset = 0;  ///< in the log
        std::uint64_t events = 0;  ///< before it
        Micros firstTime, lastTime;
        Bytes atStart, min, max;  ///< total memory, as estimated
    };
    /// Those of the sealed chunks from offset `from`, where one starts, or from the first on, up to the last that
    /// starts at `until` or before, or the first damaged one (version 2). Empty for version 1. Reads no events.
    std::vector<Chunk> chunks(std::uint64_t from = 0,
                              std::uint64_t until = std::numeric_limits<std::uint64_t>::max()) const;

private:
    Capture(std::filesystem::path filebase, V1Sampling v1Sampling);
    void publish();
    void settleV1Sampling();
    std::string text(std::uint32_t number);

    std::filesystem::path m_filebase, m_eventsPath;
    V1Sampling m_v1Sampling;
    mutable std::mutex m_mutex;
    std::unique_ptr<MetadataSource> m_source;
    std::shared_ptr<const InputFile> m_metadataFile, m_log;
    std::uint64_t m_lengthSeen = 0;  // of the log, by files()
    std::shared_ptr<const CaptureInfo> m_info;
    Sampling m_sampling;  // of version 1, to use; differs from the recorded one where that did not sample
    std::vector<std::string> m_warnings;

    std::mutex m_marksMutex;
    std::unique_ptr<MarkReader> m_marksReader;
    std::vector<Mark> m_marks;  // that it has read
};

}  // namespace heapprof
