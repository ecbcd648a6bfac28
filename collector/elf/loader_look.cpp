#include "collector/elf/loader_look.h"

#include <time.h>

namespace heapprof {
namespace {

/// The thread that looks, by its thread pointer; null: none does.
constinit void* s_looking = nullptr;
constinit bool s_takenForFork = false;  // belongs to it

bool take() noexcept {
    constexpr timespec kPause{0, 20'000};
    void* const self = __builtin_thread_pointer();
    for (;;) {
        void* looking = nullptr;
        if (__atomic_compare_exchange_n(&s_looking, &looking, self, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return true;
        if (looking == self) return false;
        nanosleep(&kPause, nullptr);
    }
}

void give() noexcept { __atomic_store_n(&s_looking, nullptr, __ATOMIC_RELEASE); }

}  // namespace

LoaderLook::LoaderLook() noexcept : m_isTaken(take()) {}

LoaderLook::~LoaderLook() {
    if (m_isTaken) give();
}

void LoaderLook::beforeFork() noexcept {
    if (take()) s_takenForFork = true;
}

void LoaderLook::afterForkInParent() noexcept {
    if (!s_takenForFork) return;
    s_takenForFork = false;
    give();
}

void LoaderLook::afterForkInChild() noexcept { afterForkInParent(); }

}  // namespace heapprof
