#include "collector/recording/trace_labels.h"

#include <algorithm>
#include <array>

#include "collector/cpython/context_labels.h"
#include "collector/recording/packed_labels.h"
#include "core/bytes/hash.h"

namespace heapprof {
namespace {

constexpr std::string_view kTask = "task", kOther = "other";

}  // namespace

LabelSetIndex TraceLabels::current(ThreadIndex thread, const PyThreadState* python, MetadataWriter& metadata) noexcept {
    const bool isTaskKnown =
        thread.value < m_tasks.capacity() && m_tasks[thread.value].contextVersion == python->context_ver;
    const context_labels::Labels own = context_labels::in(python->context);
    const Key key{own.hash, isTaskKnown ? m_tasks[thread.value].name : StringIndex()};
    if (key == Key{}) return {};
    const std::uint32_t found = m_sets.find(key);
    return found != 0 ? LabelSetIndex(found) : define(key, own.text, metadata);
}

void TraceLabels::runs(ThreadIndex thread, const PyThreadState* python, std::string_view task,
                       MetadataWriter& metadata) noexcept {
    if (!m_tasks.reserve(thread.value + std::size_t{1})) return;
    const StringIndex name = m_sets.count() < kMost / 2 ? m_texts.intern(task, metadata) : known(task, metadata);
    Task& state = m_tasks[thread.value];
    const bool isSame = state.contextVersion == python->context_ver;
    state = {python->context_ver, name, isSame ? state.asked + 1 : 1};
}

StringIndex TraceLabels::known(std::string_view text, MetadataWriter& metadata) noexcept {
    const StringIndex found = m_texts.find(text);
    return found.value != 0 || text.empty() ? found : m_texts.intern(kOther, metadata);
}

[[gnu::noinline, gnu::cold]] LabelSetIndex TraceLabels::define(const Key& key, std::string_view text,
                                                               MetadataWriter& metadata) noexcept {
    const bool mayBeNew = m_sets.count() < kMost;
    std::array<MetadataWriter::Label, packed_labels::kMaxLabels + 1> labels;
    std::size_t count = 0;
    bool hasOwnTask = false;
    packed_labels::forEach(text, [&](std::string_view name, std::string_view value) {
        const StringIndex ownName = mayBeNew ? m_texts.intern(name, metadata) : m_texts.find(name);
        if (!mayBeNew && ownName.value == 0) return;
        const auto isSame = [&](const MetadataWriter::Label& label) { return label.name == ownName; };
        if (std::any_of(labels.begin(), labels.begin() + count, isSame)) return;  // not from us, then
        labels[count++] = {ownName, mayBeNew ? m_texts.intern(value, metadata) : known(value, metadata)};
        hasOwnTask |= name == kTask;
    });
    if (key.task.value != 0 && !hasOwnTask) labels[count++] = {m_texts.intern(kTask, metadata), key.task};
    const std::span<const MetadataWriter::Label> set(labels.data(), count);
    if (set.empty()) return {};
    if (mayBeNew) return add(key, set, metadata);
    const Key withOther{hashBytes(set.data(), set.size_bytes()), {}};
    const std::uint32_t found = m_sets.find(withOther);
    return found != 0 ? LabelSetIndex(found) : add(withOther, set, metadata);
}

LabelSetIndex TraceLabels::add(const Key& key, std::span<const MetadataWriter::Label> labels,
                               MetadataWriter& metadata) noexcept {
    if (m_sets.count() >= 2 * kMost || m_sets.add(key) == 0) return {};
    return metadata.labelSet(labels);
}

}  // namespace heapprof
