#include "collector/hooks/allocator_hooks.h"

#include <Python.h>

#include <array>

#include "collector/cpython/domain_hook.h"
#include "collector/hooks/recording_hook.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"

// Each block counts once, at the size the program asked for. With CPython's own layering - OBJ and MEM serve requests
// up to 512 bytes from arenas and pass larger ones on to RAW - tail-calling hooks are used: those of OBJ and MEM count
// up to 512 bytes and jump to the original without a stack frame of their own; RAW counts what arrives there. For any
// other layering (debug hooks, which ask for more than the program did; PYTHONMALLOC=malloc; somebody's allocator), and
// when everything is recorded anyway, marking hooks count every request where it enters and mark the thread's inner
// requests as counted. The layering is probed, not assumed.
//
// What Python asks the C allocator for passes the hooks of native_hooks.cpp, too, and must not count there again.
// Marking hooks mark it as above. Of the tail-calling hooks only RAW's ask the C allocator, and they note in two stores
// what they pass on: a request that ends the countdown there is compared with the note. (That such a request consumes
// twice changes no probability: the countdown has no memory.)
//
// Where the sampling rule is switched to one of another kind, its hooks are put above those in place, and pass by them
// once they count: so no free of a recorded block goes unseen, also by a thread without the GIL.
namespace heapprof {
namespace {

enum class Style { TailCalling, Marking };

constexpr std::size_t kMaxSmall = 512;  // pymalloc's own limit in all versions
static_assert(kMaxSmall == RangeCosts::kMaxSmall);
constexpr int kNoHookSet = -1;

/// The index in kHookSets of the hooks for this rule.
constexpr int hookSetOf(CostRule costRule, Style style) {
    return costRule == CostRule::None ? 4
                                      : (costRule == CostRule::ByRanges ? 1 : 0) + (style == Style::Marking ? 2 : 0);
}

/// Index of the hook set of the rule in force, and the one before it that may lie below. For holders of the GIL.
constinit int s_current = kNoHookSet, s_former = kNoHookSet;
/// A bit for each hook set that reports frees: all that have reported allocations of the recording. The others only
/// pass on. A free that passes two of them is known to the first alone.
constinit unsigned s_active = 0;
/// The one that reports allocations: kNoHookSet while paused.
constinit int s_counting = kNoHookSet;

template <CostRule costRule, Style style, PyMemAllocatorDomain domain>
struct Hook : RecordingHook<Hook<costRule, style, domain>>, DomainHook<Hook<costRule, style, domain>, domain> {
    using DomainHook<Hook, domain>::original;
    static constexpr Domain kDomain = Domain::Python;
    static constexpr bool kHoldsGil = domain != PYMEM_DOMAIN_RAW;
    static constexpr int kHookSet = hookSetOf(costRule, style);
    static constexpr bool kRaw = domain == PYMEM_DOMAIN_RAW;
    static constexpr bool kMarks = style == Style::Marking;
    static constexpr bool kAll = costRule == CostRule::None;
    static_assert(kMarks || !kAll);

    static bool counts(std::size_t size) { return kRaw || kMarks || size <= kMaxSmall; }

    static bool consumes(std::size_t size) {
        if constexpr (kAll) return false;
        return consume(costOf<costRule>(size));
    }

    /// For a request that ended the countdown: resamples, and returns whether to record it.
    static bool shouldRecord(std::size_t size) {
        ThreadState& thread = t_state;
        if (HookProbe* const probe = ownProbe()) [[unlikely]]
            return answer(*probe, size);
        if constexpr (kAll) {
            if (thread.epoch != currentEpoch()) [[unlikely]]
                sampler::join(thread);
        } else {
            if (!sampler::shouldSample<costRule>(thread, size)) return false;
        }
        return __atomic_load_n(&s_counting, __ATOMIC_RELAXED) == kHookSet && counts(size) && !thread.hooksSuppressed &&
               !thread.inside;
    }

    [[gnu::noinline, gnu::cold]] static bool answer(HookProbe& probe, std::size_t size) {
        probe.reached |= 1u << (kHookSet * 3 + domain);
        if (kRaw && size >= probe.size) probe.rawSize = size;
        return false;
    }

    static bool reportsFrees() {
        return (__atomic_load_n(&s_active, __ATOMIC_RELAXED) & 1u << kHookSet) && !t_state.hooksSuppressed;
    }

    template <typename Call>
    static void* passOn(std::size_t size, Call call) {
        if constexpr (kMarks) {
            const SuppressHooks suppress;
            return call();
        }
        if constexpr (kRaw) t_state.notePassedOn(size, bytesUntilSample());
        return call();
    }

    static void* passOnRealloc(void* block, std::size_t size) {
        // A small request for a large block goes on to RAW, although it is counted here.
        if (!kRaw && counts(size)) {
            const SuppressHooks suppress;
            return original.realloc(original.ctx, block, size);
        }
        return passOn(size, [=] { return original.realloc(original.ctx, block, size); });
    }

    template <typename Call>
    static void* callOriginal(Call call) {
        if constexpr (kMarks || kRaw) {
            const SuppressHooks suppress;
            return call();
        }
        return call();
    }

    static void* reallocOriginal(void* block, std::size_t size) {
        if (!counts(size)) return original.realloc(original.ctx, block, size);
        const SuppressHooks suppress;
        return original.realloc(original.ctx, block, size);
    }
    static bool isStillThere(std::size_t) { return true; }
    static void freeOriginal(void* block) { original.free(original.ctx, block); }

    static void* malloc(void*, std::size_t size) {
        const auto call = [size] { return original.malloc(original.ctx, size); };
        if constexpr (costRule == CostRule::ByRanges && style == Style::TailCalling && !kRaw)
            if (size > kMaxSmall) return call();  // RAW counts it
        return Hook::allocate(size, call);
    }
    static void* calloc(void*, std::size_t count, std::size_t each) {
        // Python has checked the product.
        return Hook::allocate(count * each, [=] { return original.calloc(original.ctx, count, each); });
    }
    static void* realloc(void*, void* block, std::size_t size) { return Hook::reallocate(block, size); }
    static void free(void*, void* block) { Hook::release(block); }
};

/// The three hooks of one cost rule and style, without their types.
struct HookInstaller {
    PyMemAllocatorDomain domain;
    void (*install)();
    bool (*uninstall)();
    PyMemAllocatorEx* original;
    void* (*malloc)(void*, std::size_t);
};
struct HookSet {
    std::array<HookInstaller, 3> hooks;
};

template <CostRule costRule, Style style>
constexpr HookSet hookSet() {
    using Raw = Hook<costRule, style, PYMEM_DOMAIN_RAW>;
    using Mem = Hook<costRule, style, PYMEM_DOMAIN_MEM>;
    using Obj = Hook<costRule, style, PYMEM_DOMAIN_OBJ>;
    return {{{{PYMEM_DOMAIN_RAW, Raw::install, Raw::uninstall, &Raw::original, Raw::malloc},
              {PYMEM_DOMAIN_MEM, Mem::install, Mem::uninstall, &Mem::original, Mem::malloc},
              {PYMEM_DOMAIN_OBJ, Obj::install, Obj::uninstall, &Obj::original, Obj::malloc}}}};
}

constexpr std::array<HookSet, 5> kHookSets{
    hookSet<CostRule::ByBytes, Style::TailCalling>(), hookSet<CostRule::ByRanges, Style::TailCalling>(),
    hookSet<CostRule::ByBytes, Style::Marking>(), hookSet<CostRule::ByRanges, Style::Marking>(),
    hookSet<CostRule::None, Style::Marking>()};

/// Makes one request of the domain and returns which hooks it passed.
HookProbe probe(PyMemAllocatorDomain domain, std::size_t size) {
    HookProbe result;
    result.size = size;
    g_prober = {&result, __builtin_thread_pointer()};
    bytesUntilSample() = -1;
    void* block = domain == PYMEM_DOMAIN_RAW   ? PyMem_RawMalloc(size)
                  : domain == PYMEM_DOMAIN_MEM ? PyMem_Malloc(size)
                                               : PyObject_Malloc(size);
    g_prober = {};
    domain == PYMEM_DOMAIN_RAW   ? PyMem_RawFree(block)
    : domain == PYMEM_DOMAIN_MEM ? PyMem_Free(block)
                                 : PyObject_Free(block);
    return result;
}

/// Installs the hooks that are not in place already: an earlier recording leaves them behind below another tool's.
void put(int index) {
    for (const HookInstaller& hook : kHookSets[static_cast<std::size_t>(index)].hooks)
        if (!(probe(hook.domain, 1).reached & 1u << (index * 3 + hook.domain))) hook.install();
}

void takeAway(int index) {
    for (const HookInstaller& hook : kHookSets[static_cast<std::size_t>(index)].hooks) hook.uninstall();
}

/// Whether OBJ and MEM serve exactly the requests up to kMaxSmall and pass larger ones on to RAW unchanged, and
/// RAW passes all on to the C allocator unchanged, or not at all.
bool ordinaryLayering() {
    for (const auto domain : {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ}) {
        for (const std::size_t size : {std::size_t{1}, std::size_t{64}, kMaxSmall}) {
            const std::size_t raw = probe(domain, size).rawSize;
            if (raw >= size && raw <= size + 256) return false;
        }
        for (const std::size_t size : {kMaxSmall + 1, std::size_t{100'000}})
            if (probe(domain, size).rawSize != size) return false;
    }
    for (const std::size_t size : {std::size_t{1}, std::size_t{100'000}}) {
        const std::size_t native = probe(PYMEM_DOMAIN_RAW, size).nativeSize;
        if (native != size && native != 0) return false;
    }
    return true;
}

/// Puts the hooks for the rule in place and returns their index.
int putFor(const Sampling& sampling) {
    const CostRule costRule = sampler::costRule(sampling);
    const int marking = hookSetOf(costRule, Style::Marking);
    if (costRule != CostRule::None) {
        const int tailCalling = hookSetOf(costRule, Style::TailCalling);
        put(tailCalling);
        if (ordinaryLayering()) return tailCalling;
        takeAway(tailCalling);
    }
    put(marking);
    return marking;
}

/// Has `above` pass on to what `below` passes on to, if that lies directly below: a thread without the GIL may be in
/// either, and both lead to the same. Contexts are the same, see DomainHook.
void passBy(int above, int below) {
    for (std::size_t i = 0; i < 3; ++i) {
        const HookInstaller& upper = kHookSets[static_cast<std::size_t>(above)].hooks[i];
        const HookInstaller& lower = kHookSets[static_cast<std::size_t>(below)].hooks[i];
        if (upper.original->malloc == lower.malloc) *upper.original = *lower.original;
    }
}

constinit destructor s_codeDealloc = nullptr;

}  // namespace

void hooks::install(const Sampling& sampling) {
    s_current = putFor(sampling);
    __atomic_store_n(&s_active, 1u << s_current, __ATOMIC_RELEASE);
    setPaused(false);
}

void hooks::installFurther(const Sampling& sampling) {
    const CostRule costRule = sampler::costRule(sampling);
    unsigned further = 1u << hookSetOf(costRule, Style::Marking);
    if (costRule != CostRule::None) further |= 1u << hookSetOf(costRule, Style::TailCalling);
    __atomic_fetch_or(&s_active, further, __ATOMIC_RELEASE);  // first, as realloc passes the lower ones unseen
    s_former = s_current;
    s_current = putFor(sampling);
}

void hooks::settle() {
    if (s_former != s_current) passBy(s_current, s_former);
    s_former = kNoHookSet;
}

void hooks::uninstall() {
    __atomic_store_n(&s_active, 0u, __ATOMIC_RELEASE);
    setPaused(true);
    if (s_current != kNoHookSet) takeAway(s_current);
    s_current = kNoHookSet;
}

void hooks::setPaused(bool paused) { __atomic_store_n(&s_counting, paused ? kNoHookSet : s_current, __ATOMIC_RELAXED); }

void hooks::watchCode() {
    if (s_codeDealloc) return;
    s_codeDealloc = PyCode_Type.tp_dealloc;
    PyCode_Type.tp_dealloc = [](PyObject* code) {
        recorder::forget(reinterpret_cast<PyCodeObject*>(code));
        s_codeDealloc(code);
    };
}

}  // namespace heapprof
