#include "collector/recording/recording_plan.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>

#include "collector/system/clock.h"
#include "collector/system/standard_error.h"
#include "core/bytes/descriptor.h"

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

RecordingPlan::RecordingPlan(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
                             const RecordingOptions& options, ByteBudget* budget)
    : m_filebase(filebase),
      m_absolute(absolute(filebase)),
      m_fallback((options.fallback.empty() ? temporaryFolder() : options.fallback) + "/" + fileOf(filebase)),
      m_sampling(sampling),
      m_weights(sampling),
      m_process(process),
      m_options(options) {
    renew();
    if (m_options.maxBytes == 0) return;
    m_budget = budget;
    if (m_budget) return;
    void* const memory = mmap(nullptr, sizeof *m_budget, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    m_budget = m_ownBudget = new (memory) ByteBudget;
    m_budget->set(m_options.maxBytes);
}

RecordingPlan::~RecordingPlan() {
    if (m_ownBudget) munmap(m_ownBudget, sizeof *m_ownBudget);
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

namespace {

/// Whether the file at `path`, which `descriptor` reads, may be renamed, and there is room for as large a one and the
/// beginning of a log.
bool mayReplace(const char* path, int descriptor, const ByteBudget* budget) {
    constexpr std::uint64_t kLog = 1u << 17;
    char folder[4096];
    const char* const name = std::strrchr(path, '/');
    std::snprintf(folder, sizeof folder, "%.*s", static_cast<int>(name - path + 1), path);
    struct stat file;
    struct statvfs disk;
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0 || fstat(descriptor, &file) != 0 ||
        fstatvfs(descriptor, &disk) != 0)
        return false;
    const std::uint64_t wanted = static_cast<std::uint64_t>(file.st_size) + kLog;
    return disk.f_bavail * disk.f_frsize > wanted && (!budget || budget->left() > wanted);
}

}  // namespace

RecordingPlan::Rotation RecordingPlan::rotate(MetadataWriter& metadata, EventsV2Writer& events, Micros now) noexcept {
    Path base = m_metadataPath;
    if (base[0] != '/' && makePath(base, m_absolute.c_str(), "", ".hpm") != 0) return Rotation::NotPossible;
    constexpr std::size_t kEnding = 4;  // ".hpm"
    base[std::strlen(base.data()) - kEnding] = '\0';
    if (makePath(m_metadataPath, base.data(), "", ".hpm") != 0 || makePath(m_eventsPath, base.data(), "", ".hpd") != 0)
        return Rotation::NotPossible;
    const int before = outOfTheWay(open(m_metadataPath.data(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!metadata.isFile(before) || !mayReplace(m_metadataPath.data(), before, m_budget)) {
        if (before >= 0) close(before);
        return Rotation::NotPossible;
    }
    const ChunkWriter::Sealed sealed = metadata.seal();
    metadata.end(now, EndReason::Continued);
    events.close();
    metadata.close();
    keepPrevious(base.data());
    const int error = createNext(metadata, events, before, sealed);
    close(before);
    if (error == 0) return Rotation::Done;
    const char* const reason = strerrordesc_np(error);  // null: the bound of all files, which others may have reached
    standard_error::say({"cannot go on recording to ", m_metadataPath.data(), ": ", reason ? reason : "no room",
                         "; what was recorded before is in ", base.data(), ".previous.hpm"});
    return Rotation::Failed;
}

/// Renames the files of the capture.
void RecordingPlan::keepPrevious(const char* base) noexcept {
    for (const char* const ending : {".hpm", ".hpd", ".hpc"}) {
        Path from, to;
        if (makePath(from, base, "", ending) != 0 || makePath(to, base, ".previous", ending) != 0) continue;
        struct stat status;
        const bool wasThere = stat(to.data(), &status) == 0;
        const bool isDigest = std::strcmp(ending, ".hpc") == 0;
        if (rename(from.data(), to.data()) != 0) unlink(to.data());
        if (wasThere && m_isOurs && m_budget && !isDigest)
            m_budget->giveBack(static_cast<std::uint64_t>(status.st_size));
    }
    m_isOurs = true;
}

int RecordingPlan::createNext(MetadataWriter& metadata, EventsV2Writer& events, int before,
                              const ChunkWriter::Sealed& sealed) noexcept {
    if (m_first.before.count == 0) m_first.uuid = m_header.uuid;
    const std::uint64_t begun = m_header.monotonicStart;
    renew();
    m_first.before += Micros(static_cast<std::int64_t>((m_header.monotonicStart - begun) / 1000));
    m_header.magic = kMetadataMagic;
    if (const int error = metadata.continueIn(m_metadataPath.data(), m_header, before, sealed)) return error;
    metadata.continues(m_first);
    std::destroy_at(&events);
    std::construct_at(&events);
    events.limitTo(m_budget);
    m_header.magic = kEventsMagic;
    const int error = events.create(m_eventsPath.data(), m_header, m_weights, AppendFile::Existing::Kept);
    if (error != 0) metadata.discard();  // half a capture is none
    return error;
}

Uuid RecordingPlan::identity() const { return m_first.before.count == 0 ? m_header.uuid : m_first.uuid; }

void RecordingPlan::inherit(bool hasFiles) noexcept {
    if (hasFiles) m_options.ancestor = Ancestor{identity(), m_process.pid};
    m_first = {};
    m_isOurs = false;
    renew();
}

void RecordingPlan::renew() noexcept {
    m_process.pid = static_cast<std::uint64_t>(getpid());
    m_process.parentPid = static_cast<std::uint64_t>(getppid());
    m_header.monotonicStart = nanoseconds(CLOCK_MONOTONIC);
    m_header.wallStart = nanoseconds(CLOCK_REALTIME);
    if (getrandom(m_header.uuid.data(), m_header.uuid.size(), GRND_NONBLOCK) < 0) {
        const std::uint64_t instant[] = {m_header.wallStart, m_header.monotonicStart ^ m_process.pid << 40};
        std::memcpy(m_header.uuid.data(), instant, sizeof instant);
    }
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
    metadata.sampling(m_sampling, 0);
    metadata.clock(Micros(std::max<std::int64_t>(static_cast<std::int64_t>(tickOf(kEventClock) / 1000), 1)));
    if (m_options.native) metadata.domains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
    m_header.magic = kEventsMagic;
    if (const int error = events.create(m_eventsPath.data(), m_header, m_weights, existing)) {
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
