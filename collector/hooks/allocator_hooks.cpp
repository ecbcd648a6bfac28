#include "collector/hooks/allocator_hooks.h"

#include <Python.h>

#include <array>

#include "collector/memory/block_table.h"
#include "collector/recording/recorder.h"
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
//
// Hooks ignore the context they get and use that of the saved original: PyMem_SetAllocator is not atomic, and threads
// without the GIL may see the new context with the old function or the reverse. The context is therefore left as it
// was.
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
struct Hook {
    static constexpr int kFamily = familyOf(pricing, style);
    static constexpr bool kRaw = domain == PYMEM_DOMAIN_RAW;
    static constexpr bool kFlags = style == Style::Flagging;
    static constexpr bool kAll = pricing == Pricing::None;
    static_assert(kFlags || !kAll);

    static inline constinit PyMemAllocatorEx original{};

    static PyMemAllocatorEx allocator() { return {original.ctx, malloc, calloc, realloc, free}; }

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

    template <typename Request>
    [[gnu::noinline]] static void* slow(std::size_t size, Request request) {
        const bool record = chosen(size);
        void* block;
        if constexpr (kFlags || kRaw) {
            const Nested nested;
            block = request();
        } else {
            block = request();
        }
        if (record && block) recorder::allocated(block, size, !kRaw, Domain::Python);
        return block;
    }

    /// A request that could pay.
    template <typename Request>
    static void* passOn(std::size_t size, Request request) {
        if constexpr (kFlags) {
            const Nested nested;
            return request();
        }
        if constexpr (kRaw) t_state.passOn(size, budgetInUse());
        return request();
    }

    static void* malloc(void*, std::size_t size) {
        const auto request = [size] { return original.malloc(original.ctx, size); };
        if constexpr (pricing == Pricing::ByRanges && style == Style::Jumping && !kRaw)
            if (size > kGreatestSmall) return request();  // RAW asks for the price, and counts
        if (!pays(size)) [[unlikely]]
            return slow(size, request);
        return passOn(size, request);
    }

    static void* calloc(void*, std::size_t count, std::size_t each) {
        const auto request = [=] { return original.calloc(original.ctx, count, each); };
        if (!pays(count * each)) [[unlikely]]  // Python has checked the product
            return slow(count * each, request);
        return passOn(count * each, request);
    }

    static void* realloc(void*, void* block, std::size_t size) {
        const bool known = g_filter.mayContain(block);
        const bool paid = pays(size);
        if (known || !paid) [[unlikely]]
            return slowRealloc(block, size, paid);
        // A small request for a large block goes on to RAW, although it is counted here.
        if (!kRaw && counts(size)) {
            const Nested nested;
            return original.realloc(original.ctx, block, size);
        }
        return passOn(size, [=] { return original.realloc(original.ctx, block, size); });
    }

    [[gnu::noinline]] static void* slowRealloc(void* block, std::size_t size, bool paid) {
        const bool record = !paid && chosen(size);
        // Before the call: another thread may be given the address as soon as it is free.
        RecordedBlock before;
        const bool wasRecorded = block && forgets() && recorder::freed(block, before);
        void* moved;
        if (counts(size)) {
            const Nested nested;
            moved = original.realloc(original.ctx, block, size);
        } else {
            moved = original.realloc(original.ctx, block, size);
        }
        if (!moved && wasRecorded) recorder::restored(before);
        if (moved && record) recorder::allocated(moved, size, !kRaw, Domain::Python);
        return moved;
    }

    static void free(void*, void* block) {
        if (g_filter.mayContain(block)) [[unlikely]]
            return slowFree(block);
        original.free(original.ctx, block);
    }

    [[gnu::noinline]] static void slowFree(void* block) {
        RecordedBlock ended;
        if (forgets()) recorder::freed(block, ended);
        original.free(original.ctx, block);
        recorder::givenBack(ended.size);
    }

    static bool forgets() { return __atomic_load_n(&s_active, __ATOMIC_RELAXED) == kFamily && !t_state.nested; }
};

/// The three hooks of one pricing and style, without their types.
struct DomainHook {
    PyMemAllocatorDomain domain;
    PyMemAllocatorEx* original;
    PyMemAllocatorEx (*allocator)();
};
struct Family {
    std::array<DomainHook, 3> hooks;
};

template <Pricing pricing, Style style>
constexpr Family family() {
    using Raw = Hook<pricing, style, PYMEM_DOMAIN_RAW>;
    using Mem = Hook<pricing, style, PYMEM_DOMAIN_MEM>;
    using Obj = Hook<pricing, style, PYMEM_DOMAIN_OBJ>;
    return {{{{PYMEM_DOMAIN_RAW, &Raw::original, Raw::allocator},
              {PYMEM_DOMAIN_MEM, &Mem::original, Mem::allocator},
              {PYMEM_DOMAIN_OBJ, &Obj::original, Obj::allocator}}}};
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
    for (const DomainHook& hook : kFamilies[static_cast<std::size_t>(index)].hooks) {
        if (probe(hook.domain, 1).reached & 1u << (index * 3 + hook.domain)) continue;
        PyMem_GetAllocator(hook.domain, hook.original);
        PyMemAllocatorEx ours = hook.allocator();
        PyMem_SetAllocator(hook.domain, &ours);
    }
}

void takeAway(int index) {
    for (const DomainHook& hook : kFamilies[static_cast<std::size_t>(index)].hooks) {
        PyMemAllocatorEx current;
        PyMem_GetAllocator(hook.domain, &current);
        if (current.malloc == hook.allocator().malloc) PyMem_SetAllocator(hook.domain, hook.original);
    }
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
