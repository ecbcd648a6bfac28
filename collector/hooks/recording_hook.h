// The way of a request through a hook that records, the same for Python's allocators and for C's.
#pragma once

#include <cstddef>

#include "collector/memory/block_table.h"
#include "collector/recording/recorder.h"

namespace heapprof {

/// A request that can pay, and a free of no recorded block, is a jump to the original: these functions are inlined into
/// hooks that have no stack frame of their own. All else is a call out of line.
///
/// `Hook` derives from this and says, beside kDomain and kHoldsGil:
/// * pays(size): whether the request is let through; chosen(size), when it is not: whether it is to be recorded;
/// * forgets(): whether it reports frees;
/// * passOn(size, call), passOnRealloc(block, size): makes the request that has paid;
/// * callOriginal(call), reallocOriginal(block, size), freeOriginal(block): make a request out of line;
/// * isStillThere(size): whether the block is, when realloc() returned nothing.
template <typename Hook>
struct RecordingHook {
    template <typename Call>
    static void* allocate(std::size_t size, Call call) {
        if (!Hook::pays(size)) [[unlikely]]
            return slow(size, call);
        return Hook::passOn(size, call);
    }

    template <typename Call>
    [[gnu::noinline]] static void* slow(std::size_t size, Call call) {
        const bool record = Hook::chosen(size);
        void* const block = Hook::callOriginal(call);
        if (record && block) recorder::allocated(block, size, Hook::kHoldsGil, Hook::kDomain);
        return block;
    }

    static void* reallocate(void* block, std::size_t size) {
        const bool known = g_filter.mayContain(block);
        const bool paid = Hook::pays(size);
        if (known || !paid) [[unlikely]]
            return slowRealloc(block, size, paid);
        return Hook::passOnRealloc(block, size);
    }

    [[gnu::noinline]] static void* slowRealloc(void* block, std::size_t size, bool paid) {
        const bool record = !paid && Hook::chosen(size);
        // Before the call: another thread may be given the address as soon as it is free.
        RecordedBlock before;
        const bool wasRecorded = block && Hook::forgets() && recorder::freed(block, before);
        void* const moved = Hook::reallocOriginal(block, size);
        if (!moved && wasRecorded && Hook::isStillThere(size)) recorder::restored(before);
        if (moved && record) recorder::allocated(moved, size, Hook::kHoldsGil, Hook::kDomain);
        return moved;
    }

    static void release(void* block) {
        if (g_filter.mayContain(block)) [[unlikely]]
            return slowFree(block);
        Hook::freeOriginal(block);
    }

    [[gnu::noinline]] static void slowFree(void* block) {
        RecordedBlock ended;
        if (Hook::forgets()) recorder::freed(block, ended);
        Hook::freeOriginal(block);
        recorder::givenBack(ended.size);
    }
};

}  // namespace heapprof
