#include "collector/recording/trace_labels.h"

#include <array>

#include "collector/cpython/context_labels.h"
#include "collector/recording/label_sets.h"

namespace heapprof {
namespace {

constexpr std::string_view kTask = "task";

}  // namespace

LabelSetIndex TraceLabels::current(ThreadIndex thread, const PyThreadState* python, MetadataWriter& metadata) noexcept {
    const bool isTaskKnown =
        thread.value < m_tasks.capacity() && m_tasks[thread.value].contextVersion == python->context_ver;
    const Key key{context_labels::numberIn(python->context), isTaskKnown ? m_tasks[thread.value].name : StringIndex()};
    if (key == Key{}) return {};
    const std::uint32_t found = m_sets.find(key);
    return found != 0 ? LabelSetIndex(found) : define(key, metadata);
}

void TraceLabels::runs(ThreadIndex thread, const PyThreadState* python, std::string_view task,
                       MetadataWriter& metadata) noexcept {
    if (!m_tasks.reserve(thread.value + std::size_t{1})) return;
    StringIndex name = m_texts.find(task);
    if (name.value == 0 && !task.empty())
        name = m_texts.intern(m_sets.count() < kMost ? task : std::string_view(label_sets::kOther), metadata);
    Task& known = m_tasks[thread.value];
    const bool isSame = known.contextVersion == python->context_ver;
    known = {python->context_ver, name, isSame ? known.asked + 1 : 1};
}

[[gnu::noinline, gnu::cold]] LabelSetIndex TraceLabels::define(const Key& key, MetadataWriter& metadata) noexcept {
    std::array<MetadataWriter::Label, label_sets::kMaxLabels + 1> labels;
    std::size_t count = 0;
    bool hasOwnTask = false;
    for (const auto& [name, value] : label_sets::at(key.labels)) {
        labels[count++] = {m_texts.intern(name, metadata), m_texts.intern(value, metadata)};
        hasOwnTask |= name == kTask;
    }
    if (key.task.value != 0 && !hasOwnTask) labels[count++] = {m_texts.intern(kTask, metadata), key.task};
    return m_sets.add(key) != 0 ? metadata.labelSet({labels.data(), count}) : LabelSetIndex();
}

}  // namespace heapprof
