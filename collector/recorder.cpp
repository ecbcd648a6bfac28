#include "collector/recorder.h"

#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>

#include "collector/lock.h"
#include "collector/mapped_ranges.h"
#include "collector/process.h"
#include "collector/sampler.h"
#include "collector/stack_table.h"
#include "collector/thread_state.h"
#include "core/bytes/bus_guard.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/weights.h"

namespace heapprof::recorder {
namespace {

struct Session {
    explicit Session(const Sampling& rule) : sampling(rule), weights(rule) {}

    Sampling sampling;
    Weights weights;
    EventsV2Writer events;
    MetadataWriter metadata;
    StackTable stacks;
    BlockTable blocks;
    MappedRanges ranges;
    std::uint64_t monotonicStart = 0;
    std::uint32_t threads = 0;
};

// All of this is guarded by the lock.
constinit Lock s_lock;
constinit bool s_recording = false;  // read without the lock as a hint
/// Never destroyed: other threads may be in here while the process exits.
union Forever {
    constexpr Forever() : session() {}
    ~Forever() {}
    std::optional<Session> session;
};
constinit Forever s_forever;
std::optional<Session>& s_session = s_forever.session;
constinit const PyCodeObject* s_hidden[StackTable::kMaxHidden]{};
constinit std::size_t s_hiddenCount = 0;

void setRecording(bool recording) {
    __atomic_store_n(&s_recording, recording, __ATOMIC_RELAXED);
    __atomic_fetch_add(&g_epoch, 1, __ATOMIC_RELEASE);
}

/// Forgets the parent's recording: files are closed, not touched; mappings of them do not exist here.
void abandon() {
    s_lock = Lock();
    sampler::switchOff();
    setRecording(false);
    if (!s_session) return;
    s_session->events.abandon();
    s_session->metadata.abandon();
    s_session.reset();
}

/// Holds the lock, if there is anything to record for this thread.
class Entry {
public:
    Entry() : m_errno(errno) {
        if (t_state.recording || !__atomic_load_n(&s_recording, __ATOMIC_RELAXED)) return;
        t_state.recording = true;
        m_entered = true;
        if (process::isOurs()) {
            s_lock.lock();
            m_locked = true;
        } else {
            abandon();
        }
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
        if (m_locked) s_lock.unlock();
        if (m_entered) t_state.recording = false;
        errno = m_errno;
    }
    explicit operator bool() const { return m_locked && s_session.has_value(); }

private:
    int m_errno;
    bool m_entered = false;
    bool m_locked = false;
};

std::uint64_t nanoseconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

/// The coarse clock is read from memory; it may still be a tick behind the start.
Micros elapsed(const Session& session) {
    const std::uint64_t now = nanoseconds(CLOCK_MONOTONIC_COARSE);
    return Micros(now > session.monotonicStart ? static_cast<std::int64_t>((now - session.monotonicStart) / 1000) : 0);
}

ThreadIndex ownThread(Session& session) {
    if (t_state.thread == 0) {
        t_state.thread = ++session.threads;
        const auto nativeId = static_cast<std::uint64_t>(syscall(SYS_gettid));
        char name[17] = "MainThread";
        if (nativeId != static_cast<std::uint64_t>(getpid())) prctl(PR_GET_NAME, name);
        session.metadata.thread(ThreadIndex(t_state.thread), nativeId, name);
    }
    return ThreadIndex(t_state.thread);
}

void checked(int error, const std::string& path) {
    if (error != 0)
        throw std::filesystem::filesystem_error("cannot create", path, std::error_code(error, std::generic_category()));
}

/// Counts what cannot be recorded any more; true: leave it at that.
bool losing(Session& session) {
    if (session.events.lost() == 0 && session.metadata.error() == 0) return false;
    session.events.lose();
    return true;
}

/// Of a mapping that counts, but was not chosen.
constexpr std::uint64_t kNotRecorded = ~std::uint64_t{0};

void addMapping(Session& session, RecordedBlock mapping, bool record) {
    mapping.ordinal = record ? session.events.allocation(mapping.trace, mapping.size) : kNotRecorded;
    if (session.events.lost() > 0 || session.ranges.insert(mapping) || !record) return;
    session.events.free(mapping.ordinal, mapping.trace, mapping.size);
    session.events.lose();
}

/// A part of a mapping is left as a mapping of its own. It stays recorded as often as it would be by itself, so that it
/// stands for its own size.
void keepPart(Session& session, const RecordedBlock& whole, std::uintptr_t begin, std::uintptr_t end) {
    if (begin >= end || losing(session)) return;
    const std::uint64_t size = end - begin;
    const bool record =
        whole.ordinal != kNotRecorded &&
        sampler::happens(t_state, session.sampling.probability(size) / session.sampling.probability(whole.size));
    addMapping(session, {begin, size, 0, whole.trace}, record);
}

/// Returns how many mappings it met; `last` is one of them.
std::size_t endMappings(Session& session, void* address, std::size_t size, RecordedBlock& last) {
    const AddressRange gone = MappedRanges::rangeOf(address, size);
    std::size_t met = 0;
    for (; session.ranges.takeOverlapping(gone, last); ++met) {
        if (last.ordinal != kNotRecorded) session.events.free(last.ordinal, last.trace, last.size);
        keepPart(session, last, last.address, gone.begin);
        keepPart(session, last, gone.end, last.address + last.size);
    }
    return met;
}

}  // namespace

void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process, bool native) {
    process::enter();
    FileHeader header;
    if (getrandom(header.uuid.data(), header.uuid.size(), GRND_NONBLOCK) < 0) {
        const std::uint64_t instant[] = {nanoseconds(CLOCK_REALTIME),
                                         nanoseconds(CLOCK_MONOTONIC) ^ static_cast<std::uint64_t>(getpid()) << 40};
        std::memcpy(header.uuid.data(), instant, sizeof instant);
    }
    header.monotonicStart = nanoseconds(CLOCK_MONOTONIC);
    header.wallStart = nanoseconds(CLOCK_REALTIME);

    const std::lock_guard guard(s_lock);
    Session& session = s_session.emplace(sampling);
    try {
        // Before anything of it is touched: a capture that somebody is writing is not ours to replace.
        if (AppendFile::isBeingWritten((filebase + ".hpd").c_str())) checked(EBUSY, filebase + ".hpd");
        header.magic = kMetadataMagic;
        checked(session.metadata.create((filebase + ".hpm").c_str(), header), filebase + ".hpm");
        header.magic = kEventsMagic;
        checked(session.events.create((filebase + ".hpd").c_str(), header, session.weights), filebase + ".hpd");
        if (!session.blocks.create()) throw std::bad_alloc();
    } catch (...) {  // half a capture is none
        if (session.metadata.isOpen()) unlink((filebase + ".hpm").c_str());
        if (session.events.isOpen()) unlink((filebase + ".hpd").c_str());
        session.events.close();
        session.metadata.close();
        s_session.reset();
        throw;
    }
    session.monotonicStart = header.monotonicStart;
    session.metadata.process(process);
    session.metadata.sampling(sampling, 0);
    if (native) session.metadata.domains({Domain::Python, Domain::Native, Domain::Mapped});
    session.stacks.hideRoot(s_hidden, s_hiddenCount);
    sampler::configure(sampling);
    setRecording(true);
    sampler::switchOn(sampling);
}

Outcome stop(MetadataWriter::EndReason reason) noexcept {
    const Entry entry;
    if (!entry) return {};
    Session& session = *s_session;
    session.events.setTime(elapsed(session));
    session.metadata.end(session.events.time(), reason);
    const int error = session.events.error() != 0 ? session.events.error() : session.metadata.error();
    const Outcome outcome{true, error, session.events.lost()};
    sampler::switchOff();
    setRecording(false);
    session.events.close();
    session.metadata.close();
    s_session.reset();
    return outcome;
}

bool isRecording() noexcept { return __atomic_load_n(&s_recording, __ATOMIC_RELAXED) && process::isOurs(); }

void allocated(void* address, std::size_t size, bool holdsGil, Domain domain) noexcept {
    const Entry entry;
    if (!entry || t_state.epoch != currentEpoch() || losing(*s_session)) return;
    Session& session = *s_session;
    session.events.setTime(elapsed(session));
    const TraceIndex trace =
        session.stacks.current(ownThread(session), domain, ownThreadState(holdsGil), session.metadata);
    if (losing(session)) return;
    // A block may vanish without a free: another profiler took our hooks away for a while.
    if (g_filter.mayContain(address)) [[unlikely]] {
        RecordedBlock vanished;
        if (session.blocks.remove(address, vanished))
            session.events.free(vanished.ordinal, vanished.trace, vanished.size);
    }
    const std::uint64_t ordinal = session.events.allocation(trace, size);
    if (session.events.lost() > 0 ||
        session.blocks.insert(reinterpret_cast<std::uintptr_t>(address), size, ordinal, trace))
        return;
    session.events.free(ordinal, trace, size);
    session.events.lose();
}

bool freed(void* address, RecordedBlock& block) noexcept {
    const Entry entry;
    if (!entry || !s_session->blocks.remove(address, block)) return false;
    s_session->events.setTime(elapsed(*s_session));
    s_session->events.free(block.ordinal, block.trace, block.size);
    return true;
}

void restored(const RecordedBlock& block) noexcept {
    const Entry entry;
    if (!entry || losing(*s_session)) return;
    const std::uint64_t ordinal = s_session->events.allocation(block.trace, block.size);
    if (s_session->events.lost() == 0 && !s_session->blocks.insert(block.address, block.size, ordinal, block.trace))
        s_session->events.lose();
}

void mapped(void* address, std::size_t size, bool counts, bool record) noexcept {
    const Entry entry;
    if (!entry || losing(*s_session)) return;
    Session& session = *s_session;
    session.events.setTime(elapsed(session));
    RecordedBlock last;
    endMappings(session, address, size, last);
    if (!counts) return;
    record = record && t_state.epoch == currentEpoch();
    TraceIndex trace;
    if (record)
        trace = session.stacks.current(ownThread(session), Domain::Mapped, ownThreadState(false), session.metadata);
    if (!losing(session)) addMapping(session, {reinterpret_cast<std::uintptr_t>(address), size, 0, trace}, record);
}

bool unmapped(void* address, std::size_t size, RecordedBlock& mapping) noexcept {
    const Entry entry;
    if (!entry) return false;
    s_session->events.setTime(elapsed(*s_session));
    return endMappings(*s_session, address, size, mapping) == 1 &&
           MappedRanges::rangeOf(mapping) == MappedRanges::rangeOf(address, size);
}

void stillMapped(const RecordedBlock& mapping) noexcept {
    const Entry entry;
    if (entry && !losing(*s_session)) addMapping(*s_session, mapping, mapping.ordinal != kNotRecorded);
}

void forget(PyCodeObject* code) noexcept {
    const Entry entry;
    if (entry) s_session->stacks.forget(code);
}

void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept {
    s_hiddenCount = std::min(count, StackTable::kMaxHidden);
    std::copy_n(codes, s_hiddenCount, s_hidden);
}

void beforeFork() noexcept {
    t_state.forksInside = t_state.recording;
    if (t_state.forksInside) return;
    s_lock.lock();
    t_state.recording = true;
}

void afterForkInParent() noexcept {
    if (t_state.forksInside) return;
    t_state.recording = false;
    s_lock.unlock();
}

void afterForkInChild() noexcept {
    if (t_state.forksInside) {  // the interrupted work may go on here: it keeps its state, and nothing follows it
        bus_guard::detach();
        sampler::switchOff();
        setRecording(false);
        return;
    }
    abandon();
    t_state.recording = false;
}

}  // namespace heapprof::recorder
