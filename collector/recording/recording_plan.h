// What is recorded and where: decided at start(), and kept for the processes that descend from this one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/weights.h"

namespace heapprof {

struct RecordingOptions {
    bool native = false;         ///< the hooks of the C allocator report, too
    bool followFork = true;      ///< children made by fork() record too, into captures of their own
    std::uint64_t maxBytes = 0;  ///< of both files of a capture together, at least kLeastBytes; 0: no limit
    static constexpr std::uint64_t kLeastBytes = 1u << 18;
    /// Stacks that a capture tells apart; see StackTable::limitTo(). At least kLeastTraces.
    std::uint32_t maxTraces = kUsualTraces;
    static constexpr std::uint32_t kLeastTraces = 1000;
    static constexpr std::uint32_t kUsualTraces = 2'000'000;
    /// Somebody outside reads resident memory at least every so many nanoseconds; 0: nobody does. See
    /// resident/watcher.h.
    std::int64_t residentEvery = 0;
    std::string watcher;              ///< path of that program
    std::uint32_t watcherNumber = 0;  ///< of the ancestor's, which is used when it still works
    /// The process was started by a recorded one, and records into a capture of its own as a child does.
    std::optional<Ancestor> ancestor;
};

/// Everything that a capture begins with. A new process renews it, and needs no memory for that.
class RecordingPlan {
public:
    RecordingPlan(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
                  const RecordingOptions& options);
    RecordingPlan(const RecordingPlan&) = delete;
    RecordingPlan& operator=(const RecordingPlan&) = delete;

    const Sampling& sampling() const { return m_sampling; }
    const RecordingOptions& options() const { return m_options; }
    const FileHeader& header() const { return m_header; }

    /// Creates FILEBASE.hpm and FILEBASE.hpd in the place of what is there, and writes what is known of the process.
    /// Throws std::filesystem::filesystem_error; no file is left then.
    void createFiles(MetadataWriter& metadata, EventsV2Writer& events);

    /// The same as FILEBASE.PID.hpm and .hpd; if there is such a capture, as FILEBASE.PID-2 and so on. Returns 0 or an
    /// errno; no file is left then.
    int createOwnFiles(MetadataWriter& metadata, EventsV2Writer& events) noexcept;

    /// In a new child: its recording has an identity of its own and starts now. `hasFiles`: the parent's recording has
    /// files, and becomes the ancestor.
    void inherit(bool hasFiles) noexcept;

private:
    static constexpr std::size_t kMaxPath = 4096;
    using Path = std::array<char, kMaxPath>;

    void renew() noexcept;
    /// The path at which it failed is in `failed`.
    int create(const char* base, const char* suffix, AppendFile::Existing existing, MetadataWriter& metadata,
               EventsV2Writer& events, const Path*& failed) noexcept;
    static int makePath(Path& path, const char* base, const char* suffix, const char* ending) noexcept;

    std::string m_filebase;
    std::string m_absolute;  // the same, wherever the program goes
    Sampling m_sampling;
    Weights m_weights;
    ProcessInfo m_process;
    RecordingOptions m_options;
    FileHeader m_header;
    ByteBudget m_budget;
    Path m_metadataPath{};
    Path m_eventsPath{};
};

}  // namespace heapprof
