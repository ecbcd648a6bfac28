#include "collector/recording/label_sets.h"

#include <algorithm>
#include <array>
#include <map>

#include "collector/memory/forever.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::label_sets {
namespace {

// Never destroyed: threads may still be recorded while the process exits.
constinit Forever<std::map<Labels, std::uint32_t>> s_numbers;
/// By number; hooks read it.
constinit std::array<const Labels*, 2 * kMost + 2> s_sets{};
constinit std::uint32_t s_count = 1;  // with the empty one

std::map<Labels, std::uint32_t>& numbers() {
    if (!s_numbers.value) s_numbers.value.emplace();
    return *s_numbers.value;
}

std::string cut(const std::string& text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return text.substr(0, size);
}

}  // namespace

std::uint32_t with(std::uint32_t before, const Labels& added) {
    const SuppressHooks suppress;  // what is kept here is not the program's
    Labels labels;
    const auto add = [&](const std::string& name, const std::string& value) {
        if (std::ranges::none_of(labels, [&](const auto& label) { return label.first == name; }))
            labels.emplace_back(name, value);
    };
    for (const auto& [name, value] : added) add(cut(name, kMaxName), cut(value, kMaxValue));
    for (const auto& [name, value] : at(before)) add(name, value);
    std::ranges::sort(labels);
    if (labels.size() > kMaxLabels) labels.resize(kMaxLabels);
    if (const auto found = numbers().find(labels); found != numbers().end()) return found->second;
    if (s_count > kMost)
        for (auto& label : labels) label.second = kOther;
    if (s_count >= s_sets.size()) return 0;
    const auto [entry, isNew] = numbers().try_emplace(std::move(labels), s_count);
    if (isNew) __atomic_store_n(&s_sets[s_count++], &entry->first, __ATOMIC_RELEASE);
    return entry->second;
}

const Labels& at(std::uint32_t number) noexcept {
    static constinit const Labels s_none;
    const Labels* const found = number < s_sets.size() ? __atomic_load_n(&s_sets[number], __ATOMIC_ACQUIRE) : nullptr;
    return found ? *found : s_none;
}

}  // namespace heapprof::label_sets
