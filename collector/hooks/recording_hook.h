// The way of a request through a hook that records, the same for Python's allocators and for C's.
#pragma once

#include <cstddef>

#include "collector/memory/block_table.h"
#include "collector/recording/recorder.h"

namespace heapprof {

/// A request that does not end the countdown, and a free of a block that is not recorded, are tail calls of the
/// original: the compiler inlines these functions into hooks without a stack frame. All else is a call out of line.
///
/// `Hook` derives from this and has, beside kDomain and kHoldsGil:
/// * consumes(size): takes the request from the countdown; false when that has ended;
/// * shouldRecord(size): whether to record the request that ended it;
/// * reportsFrees(): whether frees of recorded blocks are reported;
/// * passOn(size, call), passOnRealloc(block, size): make a request that is not recorded;
/// * callOriginal(call), reallocOriginal(block, size), freeOriginal(block): make any request, out of line;
/// * isStillThere(size): whether the block still exists after realloc() to `size` returned a null pointer.
template <typename Hook>
struct RecordingHook {
    template <typename Call>
    static void* allocate(std::size_t size, Call call) {
        if (!Hook::consumes(size)) [[unlikely]]
            return slow(size, call);
        return Hook::passOn(size, call);
    }

    template <typename Call>
    [[gnu::noinline]] static void* slow(std::size_t size, Call call) {
        const bool record = Hook::shouldRecord(size);
        void* const block = Hook::callOriginal(call);
        if (record && block) recorder::allocated(block, size, Hook::kHoldsGil, Hook::kDomain);
        return block;
    }

    static void* reallocate(void* block, std::size_t size) {
        const bool known = g_filter.mayContain(block);
        const bool consumed = Hook::consumes(size);
        if (known || !consumed) [[unlikely]]
            return slowRealloc(block, size, consumed);
        return Hook::passOnRealloc(block, size);
    }

    [[gnu::noinline]] static void* slowRealloc(void* block, std::size_t size, bool consumed) {
        const bool record = !consumed && Hook::shouldRecord(size);
        // Before the call: another thread may be given the address as soon as it is free.
        RecordedBlock before;
        const bool wasRecorded = block && Hook::reportsFrees() && recorder::freed(block, before);
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
        if (Hook::reportsFrees()) recorder::freed(block, ended);
        Hook::freeOriginal(block);
        recorder::givenBack(ended.size, Hook::kHoldsGil);
    }
};

}  // namespace heapprof
