// What is recorded and where. Decided by start(), and inherited by child processes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "collector/resident/run_memory.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/weights.h"

namespace heapprof {

struct RecordingOptions {
    bool native = false;     ///< the C allocator is recorded, too
    bool followFork = true;  ///< children made by fork() record too, into captures of their own
    /// Of the files of a capture and those of all processes that descend from it together, at least kMinBytes; 0: no
    /// limit.
    std::uint64_t maxBytes = 0;
    static constexpr std::uint64_t kMinBytes = 1u << 18;
    /// The number of different stacks in a capture; see StackTable::limitTo(). At least kMinTraces.
    std::uint32_t maxTraces = kUsualTraces;
    /// How much of the past is kept at least, and at most twice, ns: see RecordingPlan::rotate(). 0: all of it.
    std::uint64_t keep = 0;
    static constexpr std::uint32_t kMinTraces = 1000;
    static constexpr std::uint32_t kUsualTraces = 2'000'000;
    /// What this process shares with its ancestors, if it is still there; see resident/run_memory.h.
    std::optional<RunPlace> run;
    /// The longest time between the watcher's readings of resident memory, ns; 0: there is no watcher. See
    /// resident/watcher.h.
    std::int64_t residentEvery = 0;
    std::string watcher;       ///< path of that program
    bool isUnwatched = false;  ///< an ancestor has found that none may be started
    /// The recorded process that this one descends from.
    std::optional<Ancestor> ancestor;
    /// By which others name the capture that is to come; without it, it gets one of its own.
    std::optional<Uuid> identity;
    /// The files are called by the process, as a child's are, and come with its first event.
    bool namedByProcess = false;
    /// The folder for files that cannot be created where they should be; empty: that of temporary files.
    std::string fallback;
};

/// The filebase for what cannot be recorded to `filebase`.
std::string fallbackOf(const std::string& filebase, const RecordingOptions& options);

/// Of a capture that is to come.
Uuid newIdentity() noexcept;

/// Everything that a capture begins with. A child process renews it without allocating.
class RecordingPlan {
public:
    /// `budget` has room for options.maxBytes, is shared with other processes, and outlives the files.
    RecordingPlan(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
                  const RecordingOptions& options, ByteBudget& budget);
    RecordingPlan(const RecordingPlan&) = delete;
    RecordingPlan& operator=(const RecordingPlan&) = delete;

    /// Those of the present capture. What is recorded now is of the last.
    const SamplingRules& rules() const { return m_rules; }
    const Sampling& sampling() const { return m_rules.last(); }
    /// What a switch to another rule needs, made before. Throws std::bad_alloc. Requires that there is room for it.
    struct Switch {
        Switch(const RecordingPlan& plan, const Sampling& sampling);

        SamplingRules rules;
        std::uint32_t number = 0;  ///< of the rule, among those that differ; 0 in a capture that begins with it
        std::unique_ptr<Weights> weights;
        std::unique_ptr<const Weights> alone;
    };
    /// Goes on by the rule; `metadata` and `events` are the present files, or null when there are none yet.
    void switchTo(Switch& next, MetadataWriter* metadata, EventsV2Writer* events) noexcept;
    const RecordingOptions& options() const { return m_options; }
    const FileHeader& header() const { return m_header; }
    /// By which captures of descendants name this one.
    Uuid identity() const;

    /// Whether the recorded process descends from one that is recorded, too.
    bool isOfDescendant() const { return m_options.ancestor.has_value(); }

    /// Whether this process or one of its run had no room for what it wanted to write.
    bool reachedLimit() const { return m_budget && m_budget->wasRefused(); }

    /// The path of the last metadata created; empty: none was.
    const char* metadataPath() const { return m_metadataPath.data(); }

    /// Creates FILEBASE.hpm and FILEBASE.hpd, replacing files that exist, and writes the metadata of the process.
    /// Throws std::filesystem::filesystem_error; no file is left then.
    void createFiles(MetadataWriter& metadata, EventsV2Writer& events);

    /// Creates FILEBASE.PID.hpm and .hpd; if that capture exists, FILEBASE.PID-2 and so on. Where the process may not
    /// write, tries the same in the folder for that. Says to standard error what went wrong. Returns 0 or an errno; no
    /// file is left then.
    int createOwnFiles(MetadataWriter& metadata, EventsV2Writer& events) noexcept;

    /// The files that a recording goes on in.
    struct NextFiles {
        MetadataWriter metadata;
        EventsV2Writer events;
    };
    /// Creates files beside the present ones that begin with what `metadata` has, and with an empty log. False, and
    /// nothing has changed, where that is not possible.
    bool createNext(NextFiles& next, MetadataWriter& metadata) noexcept;
    /// Ends the files at `now`, keeps them as those of FILEBASE.previous, in place of what was kept so before, and
    /// makes the next ones the present ones. False, the next ones are removed and nothing else has changed, when
    /// something of theirs could not be written, or files cannot be renamed.
    bool exchange(NextFiles& next, MetadataWriter& metadata, EventsV2Writer& events, Micros now) noexcept;

    /// In a new child: its recording has an identity of its own and starts now. `hasFiles`: the parent's recording has
    /// files, and becomes the ancestor.
    void inherit(bool hasFiles) noexcept;

private:
    static constexpr std::size_t kMaxPath = 4096;
    using Path = std::array<char, kMaxPath>;

    void beginWith(Sampling sampling, std::unique_ptr<const Weights> weights) noexcept;
    void renew() noexcept;
    void renew(FileHeader& header) noexcept;
    bool rename() noexcept;
    void giveBackKept() noexcept;
    void takeKept() noexcept;
    int createOwnFiles(const char* base, MetadataWriter& metadata, EventsV2Writer& events,
                       const Path*& failed) noexcept;
    /// Returns 0 or an errno; `failed` is the path concerned.
    int create(const char* base, const char* suffix, AppendFile::Existing existing, MetadataWriter& metadata,
               EventsV2Writer& events, const Path*& failed) noexcept;
    static int makePath(Path& path, const char* base, const char* suffix, const char* ending) noexcept;

    std::string m_filebase;
    std::string m_absolute;  // the same, wherever the program goes
    std::string m_fallback;  // the same in the folder for what has no other place
    SamplingRules m_rules;
    std::unique_ptr<const Weights> m_weights;
    std::unique_ptr<const Weights> m_childWeights;  // by the rule in force alone; null: m_weights are
    ProcessInfo m_process;
    RecordingOptions m_options;
    FileHeader m_header;
    Continued m_first;        // of the chain of captures; `before` is of the present one
    FileHeader m_nextHeader;  // of the files that it goes on in
    Continued m_nextFirst;
    std::uint64_t m_keptBytes = 0;  // of what is kept before, which the budget has paid for
    ByteBudget* m_budget;           // null: there is no limit
    Path m_metadataPath{};
    Path m_eventsPath{};
    // Of a rotation, which may happen on a small stack.
    struct Paths {
        Path metadata{}, events{}, digest{};
    };
    Path m_base{};
    Paths m_present{}, m_next{}, m_kept{};
};

}  // namespace heapprof
