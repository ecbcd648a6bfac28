// Under which labels a thread allocates: those the program has set, and the asyncio task it runs.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string_view>

#include "collector/memory/mapped_array.h"
#include "collector/memory/mapped_index.h"
#include "collector/memory/mapped_map.h"
#include "collector/memory/text_pool.h"
#include "core/capture/metadata_writer.h"
#include "core/units.h"

namespace heapprof {

/// Belongs to one recording; the owner locks. For hooks: allocates nothing.
class TraceLabels {
public:
    /// Most sets with a task of its own; the task of further ones is called "other".
    static constexpr std::uint32_t kMost = 16384;

    /// The calling thread's labels; a new set is written to `metadata`. `python`: its state, which has a context.
    LabelSetIndex current(ThreadIndex thread, const PyThreadState* python, MetadataWriter& metadata) noexcept;

    /// Whether to ask what task the thread runs: it has changed its context since anybody did, or ran none then. A step
    /// of a task enters the context first, and the task some allocations later.
    bool isTaskUnknown(ThreadIndex thread, const PyThreadState* python) const noexcept {
        constexpr unsigned kChances = 8;
        if (thread.value >= m_tasks.capacity()) return true;
        const Task& task = m_tasks[thread.value];
        return task.contextVersion != python->context_ver || (task.name.value == 0 && task.asked < kChances);
    }
    /// Tells what task the thread runs in its present context; empty: none.
    void runs(ThreadIndex thread, const PyThreadState* python, std::string_view task,
              MetadataWriter& metadata) noexcept;

private:
    struct Task {
        std::uint64_t contextVersion = 0;
        StringIndex name;
        std::uint32_t asked = 0;  // in this context, in vain
    };
    struct Key {
        std::uint32_t labels;  // see label_sets
        StringIndex task;

        bool operator==(const Key&) const = default;
        std::uint64_t hash() const { return mix(std::uint64_t{labels} << 32 | task.value); }
    };
    LabelSetIndex define(const Key& key, MetadataWriter& metadata) noexcept;

    MappedArray<Task> m_tasks;    // by thread
    MappedNumbering<Key> m_sets;  // as the capture numbers them
    TextPool m_texts;
};

}  // namespace heapprof
