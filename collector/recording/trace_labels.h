// Under which labels a thread allocates: those the program has set, and the asyncio task it runs.
#pragma once

#include <Python.h>

#include <cstdint>
#include <span>
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
    /// From this many sets on, values that are not known yet are called "other", and names are left out; from half of
    /// them on, tasks. There are twice as many at most; what would be a further one has no labels.
    static constexpr std::uint32_t kMost = 32768;

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
        std::uint64_t labels;  // the hash of their text: see context_labels
        StringIndex task;

        bool operator==(const Key&) const = default;
        std::uint64_t hash() const { return mix(labels ^ mix(task.value)); }
    };
    LabelSetIndex define(const Key& key, std::string_view text, MetadataWriter& metadata) noexcept;
    LabelSetIndex add(const Key& key, std::span<const MetadataWriter::Label> labels, MetadataWriter& metadata) noexcept;
    /// The number of `text`, or that of "other".
    StringIndex known(std::string_view text, MetadataWriter& metadata) noexcept;

    MappedArray<Task> m_tasks;    // by thread
    MappedNumbering<Key> m_sets;  // as the capture numbers them
    TextPool m_texts;
};

}  // namespace heapprof
