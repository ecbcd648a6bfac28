#include "collector/hooks/allocator_hooks.h"

#include <Python.h>

#include <array>

#include "collector/cpython/domain_hook.h"
#include "collector/hooks/recording_hook.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"

// Each block counts once, at the size the program asked for. With CPython's own layering - OBJ and MEM serve requests
// up to 512 bytes from arenas and pass larger ones on to RAW - the OBJ and MEM hooks count up to 512 bytes and jump to
// the original without a stack frame of their own; RAW counts what arrives there. For any other layering (debug hooks,
// which ask for more than the program did; PYTHONMALLOC=malloc; somebody's allocator), and when everything is recorded
// anyway, hooks of a second kind count every request where it enters and tell the thread's inner requests that they are
// counted already. Which layering there is, is tried out, not assumed.
//
// What Python asks the C allocator for passes the hooks of native_hooks.cpp, too, and must not count there again. The
// second kind of hooks says so as above. In the first kind RAW is the only one to ask the C allocator, and it notes in
// two stores what it passes on: only if such a request cannot pay a second time is it compared with the note. (That it
// pays twice changes no probability: the budget has no memory.)
namespace heapprof {
namespace {

enum class Style { Jumping, Flagging };

constexpr std::size_t kGreatestSmall = 512;  // pymalloc's own limit in all versions
static_assert(kGreatestSmall == RangePrices::kGreatestSmall);
constexpr int kNoFamily = -1;

/// Of the hooks for this rule: their place in kFamilies.
constexpr int familyOf(Pricing pricing, Style style) {
    return pricing == Pricing::None ? 4 : (pricing == Pricing::ByRanges ? 1 : 0) + (style == Style::Flagging ? 2 : 0);
}

/// Index of the hooks that report; all others only pass on.
constinit int s_active = kNoFamily;
/// The same for allocations alone.
constinit int s_counting = kNoFamily;

template <Pricing pricing, Style style, PyMemAllocatorDomain domain>
struct Hook : RecordingHook<Hook<pricing, style, domain>>, DomainHook<Hook<pricing, style, domain>, domain> {
    using DomainHook<Hook, domain>::original;
    static constexpr Domain kDomain = Domain::Python;
    static constexpr bool kHoldsGil = domain != PYMEM_DOMAIN_RAW;
    static constexpr int kFamily = familyOf(pricing, style);
    static constexpr bool kRaw = domain == PYMEM_DOMAIN_RAW;
    static constexpr bool kFlags = style == Style::Flagging;
    static constexpr bool kAll = pricing == Pricing::None;
    static_assert(kFlags || !kAll);

    static bool counts(std::size_t size) { return kRaw || kFlags || size <= kGreatestSmall; }

    static bool pays(std::size_t size) {
        if constexpr (kAll) return false;
        return pay(priceOf<pricing>(size));
    }

    /// The request could not pay. Draws anew, and says whether to record it.
    static bool chosen(std::size_t size) {
        ThreadState& thread = t_state;
        if (thread.probe) [[unlikely]]
            return answer(*thread.probe, size);
        if constexpr (kAll) {
            if (thread.epoch != currentEpoch()) [[unlikely]]
                sampler::join(thread);
        } else {
            if (!sampler::triggers<pricing>(thread, size)) return false;
        }
        return __atomic_load_n(&s_counting, __ATOMIC_RELAXED) == kFamily && counts(size) && !thread.nested &&
               !thread.inside;
    }

    [[gnu::noinline, gnu::cold]] static bool answer(HookProbe& probe, std::size_t size) {
        probe.reached |= 1u << (kFamily * 3 + domain);
        if (kRaw && size >= probe.size) probe.rawSize = size;
        return false;
    }

    static bool forgets() { return __atomic_load_n(&s_active, __ATOMIC_RELAXED) == kFamily && !t_state.nested; }

    template <typename Call>
    static void* passOn(std::size_t size, Call call) {
        if constexpr (kFlags) {
            const Nested nested;
            return call();
        }
        if constexpr (kRaw) t_state.passOn(size, budgetInUse());
        return call();
    }

    static void* passOnRealloc(void* block, std::size_t size) {
        // A small request for a large block goes on to RAW, although it is counted here.
        if (!kRaw && counts(size)) {
            const Nested nested;
            return original.realloc(original.ctx, block, size);
        }
        return passOn(size, [=] { return original.realloc(original.ctx, block, size); });
    }

    template <typename Call>
    static void* callOriginal(Call call) {
        if constexpr (kFlags || kRaw) {
            const Nested nested;
            return call();
        }
        return call();
    }

    static void* reallocOriginal(void* block, std::size_t size) {
        if (!counts(size)) return original.realloc(original.ctx, block, size);
        const Nested nested;
        return original.realloc(original.ctx, block, size);
    }
    static bool isStillThere(std::size_t) { return true; }
    static void freeOriginal(void* block) { original.free(original.ctx, block); }

    static void* malloc(void*, std::size_t size) {
        const auto call = [size] { return original.malloc(original.ctx, size); };
        if constexpr (pricing == Pricing::ByRanges && style == Style::Jumping && !kRaw)
            if (size > kGreatestSmall) return call();  // RAW asks for the price, and counts
        return Hook::allocate(size, call);
    }
    static void* calloc(void*, std::size_t count, std::size_t each) {
        // Python has checked the product.
        return Hook::allocate(count * each, [=] { return original.calloc(original.ctx, count, each); });
    }
    static void* realloc(void*, void* block, std::size_t size) { return Hook::reallocate(block, size); }
    static void free(void*, void* block) { Hook::release(block); }
};

/// The three hooks of one pricing and style, without their types.
struct HookInstaller {
    PyMemAllocatorDomain domain;
    void (*install)();
    bool (*uninstall)();
};
struct Family {
    std::array<HookInstaller, 3> hooks;
};

template <Pricing pricing, Style style>
constexpr Family family() {
    using Raw = Hook<pricing, style, PYMEM_DOMAIN_RAW>;
    using Mem = Hook<pricing, style, PYMEM_DOMAIN_MEM>;
    using Obj = Hook<pricing, style, PYMEM_DOMAIN_OBJ>;
    return {{{{PYMEM_DOMAIN_RAW, Raw::install, Raw::uninstall},
              {PYMEM_DOMAIN_MEM, Mem::install, Mem::uninstall},
              {PYMEM_DOMAIN_OBJ, Obj::install, Obj::uninstall}}}};
}

constexpr std::array<Family, 5> kFamilies{
    family<Pricing::ByBytes, Style::Jumping>(), family<Pricing::ByRanges, Style::Jumping>(),
    family<Pricing::ByBytes, Style::Flagging>(), family<Pricing::ByRanges, Style::Flagging>(),
    family<Pricing::None, Style::Flagging>()};

/// Makes one request of the domain and sees which hooks it passes.
HookProbe probe(PyMemAllocatorDomain domain, std::size_t size) {
    HookProbe result;
    result.size = size;
    t_state.probe = &result;
    budgetInUse() = -1;
    void* block = domain == PYMEM_DOMAIN_RAW   ? PyMem_RawMalloc(size)
                  : domain == PYMEM_DOMAIN_MEM ? PyMem_Malloc(size)
                                               : PyObject_Malloc(size);
    t_state.probe = nullptr;
    domain == PYMEM_DOMAIN_RAW   ? PyMem_RawFree(block)
    : domain == PYMEM_DOMAIN_MEM ? PyMem_Free(block)
                                 : PyObject_Free(block);
    return result;
}

/// Hooks that an earlier recording had to leave behind below somebody else's still work: once is enough.
void put(int index) {
    for (const HookInstaller& hook : kFamilies[static_cast<std::size_t>(index)].hooks)
        if (!(probe(hook.domain, 1).reached & 1u << (index * 3 + hook.domain))) hook.install();
}

void takeAway(int index) {
    for (const HookInstaller& hook : kFamilies[static_cast<std::size_t>(index)].hooks) hook.uninstall();
}

/// Whether OBJ and MEM keep exactly the requests up to kGreatestSmall and pass the others on as they are, and RAW
/// passes all on as they are, if to the C allocator at all.
bool ordinaryLayering() {
    for (const auto domain : {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ}) {
        for (const std::size_t size : {std::size_t{1}, std::size_t{64}, kGreatestSmall}) {
            const std::size_t raw = probe(domain, size).rawSize;
            if (raw >= size && raw <= size + 256) return false;
        }
        for (const std::size_t size : {kGreatestSmall + 1, std::size_t{100'000}})
            if (probe(domain, size).rawSize != size) return false;
    }
    for (const std::size_t size : {std::size_t{1}, std::size_t{100'000}}) {
        const std::size_t native = probe(PYMEM_DOMAIN_RAW, size).nativeSize;
        if (native != size && native != 0) return false;
    }
    return true;
}

constinit destructor s_codeDealloc = nullptr;

}  // namespace

void hooks::install(const Sampling& sampling) {
    const Pricing pricing = sampler::pricing(sampling);
    const int flagging = familyOf(pricing, Style::Flagging);
    int chosen = flagging;
    if (pricing != Pricing::None) {
        const int jumping = familyOf(pricing, Style::Jumping);
        put(jumping);
        if (ordinaryLayering())
            chosen = jumping;
        else
            takeAway(jumping);
    }
    if (chosen == flagging) put(flagging);
    __atomic_store_n(&s_active, chosen, __ATOMIC_RELEASE);
    setPaused(false);
}

void hooks::uninstall() {
    const int active = __atomic_exchange_n(&s_active, kNoFamily, __ATOMIC_ACQ_REL);
    setPaused(true);
    if (active != kNoFamily) takeAway(active);
}

void hooks::setPaused(bool paused) { __atomic_store_n(&s_counting, paused ? kNoFamily : s_active, __ATOMIC_RELAXED); }

void hooks::watchCode() {
    if (s_codeDealloc) return;
    s_codeDealloc = PyCode_Type.tp_dealloc;
    PyCode_Type.tp_dealloc = [](PyObject* code) {
        recorder::forget(reinterpret_cast<PyCodeObject*>(code));
        s_codeDealloc(code);
    };
}

}  // namespace heapprof
