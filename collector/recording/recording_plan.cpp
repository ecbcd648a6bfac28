#include "collector/recording/recording_plan.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "collector/system/clock.h"
#include "collector/system/seccomp.h"
#include "collector/system/standard_error.h"

namespace heapprof {
namespace {

/// Earlier processes may have had this one's number, or it may have called exec.
constexpr unsigned kAttempts = 1000;

std::string absolute(const std::string& path) {
    std::error_code ignored;
    const auto result = std::filesystem::absolute(path, ignored);
    return result.empty() ? path : result.string();
}

/// Whether another folder may do better. A full disk is not left for what the program has beside it.
bool isOfPlace(int error) {
    return error == EACCES || error == EPERM || error == EROFS || error == ENOENT || error == ENOTDIR;
}

std::string temporaryFolder() {
    const char* const folder = std::getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

std::string fileOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string fallbackOf(const std::string& filebase, const RecordingOptions& options) {
    return absolute(options.fallback.empty() ? temporaryFolder() : options.fallback) + "/" + fileOf(filebase);
}

Uuid newIdentity() noexcept {
    Uuid uuid;
    if (getrandom(uuid.data(), uuid.size(), GRND_NONBLOCK) < 0) {
        const std::uint64_t process = static_cast<std::uint64_t>(getpid()) << 40;
        const std::uint64_t instant[] = {nanoseconds(CLOCK_REALTIME), nanoseconds(CLOCK_MONOTONIC) ^ process};
        static_assert(sizeof instant == sizeof uuid);
        std::memcpy(uuid.data(), instant, sizeof instant);
    }
    return uuid;
}

RecordingPlan::RecordingPlan(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
                             const RecordingOptions& options, ByteBudget& budget)
    : m_filebase(filebase),
      m_absolute(absolute(filebase)),
      m_fallback(fallbackOf(filebase, options)),
      m_rules(sampling),
      m_weights(std::make_unique<const Weights>(m_rules)),
      m_process(process),
      m_options(options),
      m_budget(options.maxBytes != 0 ? &budget : nullptr) {
    renew();
    if (options.identity) m_header.uuid = *options.identity;
}

void RecordingPlan::createFiles(MetadataWriter& metadata, EventsV2Writer& events) {
    const Path* failed = &m_eventsPath;
    int error = makePath(m_eventsPath, m_filebase.c_str(), "", ".hpd");
    // Before anything of it is changed: a capture that another program is writing must not be replaced.
    if (error == 0 && AppendFile::isBeingWritten(m_eventsPath.data())) error = EBUSY;
    if (error == 0) error = create(m_filebase.c_str(), "", AppendFile::Existing::Replaced, metadata, events, failed);
    if (error != 0)
        throw std::filesystem::filesystem_error("cannot create", failed->data(),
                                                std::error_code(error, std::generic_category()));
}

int RecordingPlan::createOwnFiles(MetadataWriter& metadata, EventsV2Writer& events) noexcept {
    const Path* failed = nullptr;
    const int error = createOwnFiles(m_absolute.c_str(), metadata, events, failed);
    if (error == 0 || error == AppendFile::kBudgetSpent) return error;
    Path wanted = *failed;
    const bool hasOther = isOfPlace(error) && createOwnFiles(m_fallback.c_str(), metadata, events, failed) == 0;
    const char* const reason = strerrordesc_np(error);  // which allocates nothing
    char pid[32];
    std::snprintf(pid, sizeof pid, "%ld", static_cast<long>(getpid()));
    if (hasOther)
        standard_error::say({"cannot record to ", wanted.data(), ": ", reason, "; process ", pid, " records to ",
                             m_metadataPath.data(), " instead"});
    else
        standard_error::say({"cannot record to ", wanted.data(), ": ", reason, "; process ", pid, " is not recorded"});
    return hasOther ? 0 : error;
}

int RecordingPlan::createOwnFiles(const char* base, MetadataWriter& metadata, EventsV2Writer& events,
                                  const Path*& failed) noexcept {
    int error = EEXIST;
    for (unsigned attempt = 1; attempt <= kAttempts && error == EEXIST; ++attempt) {
        char suffix[32];
        const auto pid = static_cast<long>(getpid());
        if (attempt == 1)
            std::snprintf(suffix, sizeof suffix, ".%ld", pid);
        else
            std::snprintf(suffix, sizeof suffix, ".%ld-%u", pid, attempt);
        error = create(base, suffix, AppendFile::Existing::Kept, metadata, events, failed);
    }
    return error;
}

bool RecordingPlan::createNext(NextFiles& next, MetadataWriter& metadata) noexcept {
    if (!metadata.hasItsName()) return false;
    m_base = m_metadataPath;
    if (m_base[0] != '/' && makePath(m_base, m_absolute.c_str(), "", ".hpm") != 0) return false;
    constexpr std::size_t kEnding = 4;  // ".hpm"
    m_base[std::strlen(m_base.data()) - kEnding] = '\0';
    const auto make = [&](Paths& paths, const char* suffix) {
        return makePath(paths.metadata, m_base.data(), suffix, ".hpm") == 0 &&
               makePath(paths.events, m_base.data(), suffix, ".hpd") == 0 &&
               makePath(paths.digest, m_base.data(), suffix, ".hpc") == 0;
    };
    if (!make(m_next, ".next") || !make(m_kept, ".previous") || !make(m_present, "")) return false;
    giveBackKept();
    m_nextHeader = m_header;
    renew(m_nextHeader);
    const std::uint64_t later = (m_nextHeader.monotonicStart - m_header.monotonicStart) / 1000;
    m_nextFirst = {identity(), m_first.before + Micros(static_cast<std::int64_t>(later))};
    next.metadata.limitTo(m_budget);
    next.events.limitTo(m_budget);
    m_nextHeader.magic = kMetadataMagic;
    if (next.metadata.createAfter(metadata, m_next.metadata.data(), m_nextHeader) == 0) {
        next.metadata.continues(m_nextFirst);
        m_nextHeader.magic = kEventsMagic;
        if (next.events.create(m_next.events.data(), m_nextHeader, *m_weights) == 0) return true;
        next.metadata.discard();
    }
    takeKept();
    return false;
}

bool RecordingPlan::exchange(NextFiles& next, MetadataWriter& metadata, EventsV2Writer& events, Micros now) noexcept {
    const bool isWhole = next.metadata.error() == 0 && next.events.error() == 0 && next.events.lost() == 0;
    if (!isWhole || !events.hasItsName() || !rename()) {
        next.events.discard();
        next.metadata.discard();
        takeKept();
        return false;
    }
    metadata.renamed(m_kept.metadata.data());
    events.renamed(m_kept.events.data());
    next.metadata.renamed(m_present.metadata.data());
    next.events.renamed(m_present.events.data());
    if (::rename(m_present.digest.data(), m_kept.digest.data()) != 0) unlink(m_kept.digest.data());
    metadata.end(now, EndReason::Continued);
    events.close();
    metadata.close();
    m_keptBytes = 0;
    for (const Path* const path : {&m_kept.metadata, &m_kept.events})
        if (struct stat file; stat(path->data(), &file) == 0) m_keptBytes += static_cast<std::uint64_t>(file.st_size);
    metadata = std::move(next.metadata);
    events = std::move(next.events);
    m_metadataPath = m_present.metadata;
    m_eventsPath = m_present.events;
    m_first = m_nextFirst;
    m_header = m_nextHeader;
    return true;
}

/// The present files get the names of those that are kept, and the next ones theirs: all or none. Killed meanwhile, a
/// reader finds both: see logOf(), core/capture/capture.cpp.
bool RecordingPlan::rename() noexcept {
    using Change = bool (*)(const char*, const char*);
    const auto both = [](Change change, const Paths& some, const Paths& others) {
        if (!change(some.metadata.data(), others.metadata.data())) return false;
        if (change(some.events.data(), others.events.data())) return true;
        change(others.metadata.data(), some.metadata.data());
        return false;
    };
    constexpr Change kExchange = [](const char* some, const char* other) {
        return syscall(SYS_renameat2, AT_FDCWD, some, AT_FDCWD, other, 2u /* RENAME_EXCHANGE */) == 0;
    };
    constexpr Change kMove = [](const char* from, const char* to) { return ::rename(from, to) == 0; };
    if (!hasOwnFilter() && both(kExchange, m_present, m_next)) {
        if (both(kMove, m_next, m_kept)) return true;
        both(kExchange, m_present, m_next);
        return false;
    }
    // Where that cannot be done there is nothing of the name for a moment.
    if (!both(kMove, m_present, m_kept)) return false;
    if (both(kMove, m_next, m_present)) return true;
    both(kMove, m_kept, m_present);
    return false;
}

/// What is kept will be replaced.
void RecordingPlan::giveBackKept() noexcept {
    if (m_budget) m_budget->giveBack(m_keptBytes);
}
void RecordingPlan::takeKept() noexcept {
    if (m_budget && m_keptBytes != 0) m_budget->take(m_keptBytes);
}

Uuid RecordingPlan::identity() const { return m_first.before.count == 0 ? m_header.uuid : m_first.uuid; }

void RecordingPlan::inherit(bool hasFiles) noexcept {
    if (hasFiles) m_options.ancestor = Ancestor{identity(), m_process.pid};
    m_first = {};
    m_keptBytes = 0;
    if (m_childWeights) beginWith(Sampling(std::move(m_rules.switches.back().sampling)), std::move(m_childWeights));
    renew();
}

/// A capture that is still to come has that rule alone.
void RecordingPlan::beginWith(Sampling sampling, std::unique_ptr<const Weights> weights) noexcept {
    m_rules.switches.clear();
    m_rules.first = std::move(sampling);
    m_weights = std::move(weights);
}

RecordingPlan::Switch::Switch(const RecordingPlan& plan, const Sampling& sampling) : rules(plan.m_rules) {
    rules.switches.push_back({{}, {}, sampling});
    const std::vector<Sampling> different = rules.different();
    number = static_cast<std::uint32_t>(std::ranges::find(different, sampling) - different.begin());
    weights = std::make_unique<Weights>(rules);
    alone = std::make_unique<const Weights>(sampling);
}

void RecordingPlan::switchTo(Switch& next, MetadataWriter* metadata, EventsV2Writer* events) noexcept {
    SamplingRules::Switch& last = next.rules.switches.back();
    if (!metadata) {
        next.number = 0;
        beginWith(std::move(last.sampling), std::move(next.alone));
        return;
    }
    last.firstTrace = metadata->nextTrace();
    last.time = events->time();
    next.weights->moveLastRule(last.firstTrace);
    metadata->rule(last.sampling, last.time);
    events->weighBy(*next.weights);
    m_weights = std::move(next.weights);
    m_childWeights = std::move(next.alone);
    m_rules = std::move(next.rules);
}

void RecordingPlan::renew() noexcept { renew(m_header); }

void RecordingPlan::renew(FileHeader& header) noexcept {
    m_process.pid = static_cast<std::uint64_t>(getpid());
    m_process.parentPid = static_cast<std::uint64_t>(getppid());
    header.monotonicStart = nanoseconds(CLOCK_MONOTONIC);
    header.wallStart = nanoseconds(CLOCK_REALTIME);
    header.uuid = newIdentity();
}

int RecordingPlan::create(const char* base, const char* suffix, AppendFile::Existing existing, MetadataWriter& metadata,
                          EventsV2Writer& events, const Path*& failed) noexcept {
    failed = &m_metadataPath;
    if (const int error = makePath(m_metadataPath, base, suffix, ".hpm")) return error;
    if (const int error = makePath(m_eventsPath, base, suffix, ".hpd")) return error;
    metadata.limitTo(m_budget);
    events.limitTo(m_budget);
    m_header.magic = kMetadataMagic;
    if (const int error = metadata.create(m_metadataPath.data(), m_header, existing)) return error;
    // Readers need this as soon as there is a log.
    metadata.process(m_process);
    if (m_options.ancestor) metadata.ancestor(*m_options.ancestor);
    metadata.elsewhere(base == m_fallback.c_str() ? m_absolute : m_fallback);
    metadata.sampling(m_rules.first, 0);
    metadata.clock(Micros(std::max<std::int64_t>(static_cast<std::int64_t>(tickOf(kEventClock) / 1000), 1)));
    if (m_options.native) metadata.domains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
    m_header.magic = kEventsMagic;
    if (const int error = events.create(m_eventsPath.data(), m_header, *m_weights, existing)) {
        failed = &m_eventsPath;
        metadata.discard();  // half a capture is none
        return error;
    }
    return 0;
}

int RecordingPlan::makePath(Path& path, const char* base, const char* suffix, const char* ending) noexcept {
    const int length = std::snprintf(path.data(), path.size(), "%s%s%s", base, suffix, ending);
    return length > 0 && static_cast<std::size_t>(length) < path.size() ? 0 : ENAMETOOLONG;
}

}  // namespace heapprof
