#include "collector/hooks/native_hooks.h"

#include <Python.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <stdexcept>

#include "collector/elf/got.h"
#include "collector/hooks/recording_hook.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"
#include "core/bytes/descriptor.h"

namespace heapprof {
namespace {

constexpr std::size_t kNoHookSet = 2;

enum Function : std::size_t {
    kMalloc,
    kCalloc,
    kRealloc,
    kFree,
    kPosixMemalign,
    kAlignedAlloc,
    kMemalign,
    kValloc,
    kPvalloc,
    kMmap,
    kMmap64,
    kMunmap,
    kMremap,
    kDlopen,
    kDlsym,
    kFunctions
};
extern constinit std::array<got::Target, kFunctions> s_targets;

template <typename Signature>
Signature* original(Function function) {
    return reinterpret_cast<Signature*>(s_targets[function].original);
}

/// A file that is nowhere but in memory: of shm_open(), memfd_create(), in a folder of tmpfs or of huge pages.
bool isInMemory(int file) {
    if (file < 0 || !recorder::isRecording()) return false;
    const int before = programsErrno();
    struct stat status{};
    struct statfs system{};
    // Devices have a file system of the same kind.
    const bool isFile = statusOf(file, status) && S_ISREG(status.st_mode) && fstatfs(file, &system) == 0;
    programsErrno() = before;
    return isFile && (system.f_type == TMPFS_MAGIC || system.f_type == HUGETLBFS_MAGIC);
}

/// The hook set that reports; the other one only passes on.
constinit std::size_t s_active = kNoHookSet;

template <CostRule costRule>
struct Hook : RecordingHook<Hook<costRule>> {
    static constexpr Domain kDomain = Domain::Native;
    static constexpr bool kHoldsGil = false;
    static constexpr std::size_t kHookSet = costRule == CostRule::ByRanges ? 1 : 0;

    /// C may ask for half of the address space and more, and does not get it: such a request costs nothing.
    static bool consumes(std::size_t size) {
        return static_cast<std::int64_t>(size) < 0 || consume(costOf<costRule>(size));
    }

    /// For a request that ended the countdown: resamples, and returns whether to record it.
    [[gnu::noinline, gnu::cold]] static bool shouldRecord(std::size_t size) {
        ThreadState& thread = t_state;
        if (HookProbe* const probe = ownProbe()) {
            if (size >= probe->size) probe->nativeSize = size;
            return false;
        }
        const bool isPythons =
            thread.hooksSuppressed || thread.wasPassedOn(size, bytesUntilSample() + costOf<costRule>(size));
        return sampler::shouldSample<costRule>(thread, size) &&
               __atomic_load_n(&s_active, __ATOMIC_RELAXED) == kHookSet && !isPythons && !thread.inside;
    }

    static bool reportsFrees() { return true; }

    template <typename Call>
    static void* passOn(std::size_t, Call call) {
        return call();
    }
    template <typename Call>
    static void* callOriginal(Call call) {
        return call();
    }
    static void* passOnRealloc(void* block, std::size_t size) { return reallocOriginal(block, size); }
    static void* reallocOriginal(void* block, std::size_t size) {
        return original<void*(void*, std::size_t)>(kRealloc)(block, size);
    }
    /// To ask for no bytes may mean to free the block.
    static bool isStillThere(std::size_t size) { return size > 0; }
    static void freeOriginal(void* block) { original<void(void*)>(kFree)(block); }

    static void* malloc(std::size_t size) {
        return Hook::allocate(size, [size] { return original<void*(std::size_t)>(kMalloc)(size); });
    }

    static void* calloc(std::size_t count, std::size_t each) {
        const auto call = [=] { return original<void*(std::size_t, std::size_t)>(kCalloc)(count, each); };
        std::size_t size;
        return __builtin_mul_overflow(count, each, &size) ? call() : Hook::allocate(size, call);
    }

    static void* alignedAlloc(std::size_t alignment, std::size_t size) {
        return Hook::allocate(
            size, [=] { return original<void*(std::size_t, std::size_t)>(kAlignedAlloc)(alignment, size); });
    }

    static void* memalign(std::size_t alignment, std::size_t size) {
        return Hook::allocate(size,
                              [=] { return original<void*(std::size_t, std::size_t)>(kMemalign)(alignment, size); });
    }

    static void* valloc(std::size_t size) {
        return Hook::allocate(size, [size] { return original<void*(std::size_t)>(kValloc)(size); });
    }

    static void* pvalloc(std::size_t size) {
        return Hook::allocate(size, [size] { return original<void*(std::size_t)>(kPvalloc)(size); });
    }

    static int posixMemalign(void** block, std::size_t alignment, std::size_t size) {
        if (!consumes(size)) [[unlikely]]
            return slowPosixMemalign(block, alignment, size);
        return original<int(void**, std::size_t, std::size_t)>(kPosixMemalign)(block, alignment, size);
    }

    [[gnu::noinline]] static int slowPosixMemalign(void** block, std::size_t alignment, std::size_t size) {
        const bool record = shouldRecord(size);
        const int error = original<int(void**, std::size_t, std::size_t)>(kPosixMemalign)(block, alignment, size);
        if (record && error == 0) recorder::allocated(*block, size, false, Domain::Native);
        return error;
    }

    // The C library's reallocarray() calls realloc() through its own slot.
    static void* realloc(void* block, std::size_t size) { return Hook::reallocate(block, size); }

    // A mapping is a system call: the time that we add does not matter.

    static void* map(void* hint, std::size_t size, int protection, int flags, int file, off_t offset) {
        // Neither files on disks, whose memory the kernel can reclaim, nor address space that is only reserved.
        const bool isShared = (flags & MAP_SHARED) != 0;
        const bool counts = protection != PROT_NONE && ((flags & MAP_ANONYMOUS) || (isShared && isInMemory(file)));
        const bool record = counts && !consumes(size) && shouldRecord(size);
        void* const memory = original<void*(void*, std::size_t, int, int, int, off_t)>(kMmap)(hint, size, protection,
                                                                                              flags, file, offset);
        const Domain domain = isShared ? Domain::Shared : Domain::Mapped;
        if (memory != MAP_FAILED) recorder::mapped(memory, size, domain, counts && !t_state.hooksSuppressed, record);
        return memory;
    }

    static void* remap(void* before, std::size_t sizeBefore, std::size_t size, int flags, void* wanted) {
        Mapping mapping;
        const bool counts = recorder::unmapped(before, sizeBefore, mapping);
        const bool record = counts && !consumes(size) && shouldRecord(size);
        void* const memory = original<void*(void*, std::size_t, std::size_t, int, ...)>(kMremap)(before, sizeBefore,
                                                                                                 size, flags, wanted);
        if (memory != MAP_FAILED)
            recorder::mapped(memory, size, mapping.isShared ? Domain::Shared : Domain::Mapped, counts, record);
        else if (counts)
            recorder::stillMapped(mapping);
        return memory;
    }
};

/// The same in both hook sets.
void free(void* block) { Hook<CostRule::ByBytes>::release(block); }

int unmap(void* address, std::size_t size) {
    // Before the call: another thread may be given the addresses as soon as they are free.
    Mapping mapping;
    const bool counts = recorder::unmapped(address, size, mapping);
    const int result = original<int(void*, std::size_t)>(kMunmap)(address, size);
    if (result != 0 && counts) recorder::stillMapped(mapping);
    if (result == 0) recorder::givenBack(mapping.size, false);
    return result;
}

// dlopen() is not the only way to load an object, but nearly every object is used by dlsym(), if only for PyInit_...
// dlopen() and dlsym() look at their caller, for its search path and for RTLD_NEXT: we must not add a stack frame.

constinit unsigned long long s_loads = 0;  // got::loads() when all objects had their hooks; 0: look again
constinit bool s_busy = false;             // a thread is patching slots; do not re-protect their pages

bool begin() { return !__atomic_exchange_n(&s_busy, true, __ATOMIC_ACQUIRE); }
void end() { __atomic_store_n(&s_busy, false, __ATOMIC_RELEASE); }

/// Requires that begin() has returned true.
void redirectAll(std::size_t hookSet) {
    const unsigned long long loads = got::loads();
    __atomic_store_n(&s_loads, got::redirect(s_targets, hookSet) ? loads : 0, __ATOMIC_RELAXED);
}

[[gnu::noinline]] void lookForNewObjects() {
    if (__atomic_load_n(&s_active, __ATOMIC_RELAXED) == kNoHookSet || !recorder::isRecording()) return;
    const unsigned long long loads = got::loads();
    if (loads == 0 || loads == __atomic_load_n(&s_loads, __ATOMIC_RELAXED)) return;
    // Never wait here: this thread may have interrupted the one that is patching slots.
    if (!begin()) return;
    if (const std::size_t hookSet = __atomic_load_n(&s_active, __ATOMIC_RELAXED); hookSet != kNoHookSet)
        redirectAll(hookSet);
    end();
}

[[gnu::optimize("O2")]] void* open(const char* file, int mode) {
    lookForNewObjects();
    return original<void*(const char*, int)>(kDlopen)(file, mode);
}

[[gnu::optimize("O2")]] void* symbol(void* object, const char* name) {
    lookForNewObjects();
    return original<void*(void*, const char*)>(kDlsym)(object, name);
}

using ByBytes = Hook<CostRule::ByBytes>;
using ByRanges = Hook<CostRule::ByRanges>;

template <typename Signature>
got::Target target(const char* name, Signature* byBytes, Signature* byRanges) {
    return {name, {reinterpret_cast<void*>(byBytes), reinterpret_cast<void*>(byRanges)}};
}

constinit std::array<got::Target, kFunctions> s_targets{};

/// In the order of Function. The first target identifies the allocator.
void fillTargets() {
    s_targets = {target("malloc", ByBytes::malloc, ByRanges::malloc),
                 target("calloc", ByBytes::calloc, ByRanges::calloc),
                 target("realloc", ByBytes::realloc, ByRanges::realloc),
                 target("free", free, free),
                 target("posix_memalign", ByBytes::posixMemalign, ByRanges::posixMemalign),
                 target("aligned_alloc", ByBytes::alignedAlloc, ByRanges::alignedAlloc),
                 target("memalign", ByBytes::memalign, ByRanges::memalign),
                 target("valloc", ByBytes::valloc, ByRanges::valloc),
                 target("pvalloc", ByBytes::pvalloc, ByRanges::pvalloc),
                 target("mmap", ByBytes::map, ByRanges::map),
                 target("mmap64", ByBytes::map, ByRanges::map),
                 target("munmap", unmap, unmap),
                 target("mremap", ByBytes::remap, ByRanges::remap),
                 target("dlopen", open, open),
                 target("dlsym", symbol, symbol)};
}

std::size_t hookSetFor(const Sampling& sampling) {
    return sampler::costRule(sampling) == CostRule::ByRanges ? ByRanges::kHookSet : ByBytes::kHookSet;
}

}  // namespace

void native::install(const Sampling& sampling) {
    if (!got::isSupported()) throw std::runtime_error("heapprof cannot record native allocations on this machine");
    if (!s_targets[kMalloc].name) {
        fillTargets();
        got::resolve(s_targets);
    }
    const std::size_t hookSet = hookSetFor(sampling);
    while (!begin()) sched_yield();
    __atomic_store_n(&s_active, hookSet, __ATOMIC_RELAXED);
    redirectAll(hookSet);
    end();
}

void native::uninstall() {
    if (__atomic_load_n(&s_active, __ATOMIC_RELAXED) == kNoHookSet) return;
    while (!begin()) sched_yield();
    __atomic_store_n(&s_active, kNoHookSet, __ATOMIC_RELAXED);
    got::restore(s_targets);
    end();
}

bool native::suit(const Sampling& sampling) {
    const std::size_t active = __atomic_load_n(&s_active, __ATOMIC_RELAXED);
    return active == kNoHookSet || active == hookSetFor(sampling);
}

void native::leave() { __atomic_store_n(&s_active, kNoHookSet, __ATOMIC_RELAXED); }

std::size_t native::count() { return s_targets[kMalloc].name ? got::count(s_targets) : 0; }

void native::afterForkInChild() noexcept { end(); }

}  // namespace heapprof
