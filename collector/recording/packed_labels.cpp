#include "collector/recording/packed_labels.h"

#include <algorithm>

#include "collector/sampling/thread_state.h"

namespace heapprof::packed_labels {
namespace {

std::string cut(std::string_view text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return std::string(text.substr(0, size));
}

}  // namespace

std::string with(std::string_view before, const Labels& added) {
    const SuppressHooks suppress;  // what is used here is not the program's
    Labels labels;
    const auto add = [&](std::string_view name, std::string_view value) {
        std::string own = cut(name, kMaxName);
        if (std::ranges::none_of(labels, [&](const auto& label) { return label.first == own; }))
            labels.emplace_back(std::move(own), cut(value, kMaxValue));
    };
    for (const auto& [name, value] : added) add(name, value);
    forEach(before, add);
    if (labels.size() > kMaxLabels) labels.resize(kMaxLabels);  // without outer ones
    std::ranges::sort(labels);
    std::string text;
    for (const auto& [name, value] : labels) {
        text += static_cast<char>(name.size());
        text += static_cast<char>(value.size());
        text += name;
        text += value;
    }
    return text;
}

}  // namespace heapprof::packed_labels
