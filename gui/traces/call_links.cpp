#include "gui/traces/call_links.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

/// The parts of "Totals.add.<locals>.each" that are names.
std::vector<std::string_view> namesIn(std::string_view qualified) {
    std::vector<std::string_view> names;
    while (!qualified.empty()) {
        const std::size_t dot = std::min(qualified.find('.'), qualified.size());
        names.push_back(qualified.substr(0, dot));
        qualified.remove_prefix(std::min(dot + 1, qualified.size()));
    }
    return names;
}

}  // namespace

std::vector<std::string> CallLinks::wordsFor(const TraceTable& traces, const Function& function) {
    const std::vector<std::string_view> names = namesIn(traces.string(function.name));
    if (names.empty()) return {};
    const std::string_view last = names.back();
    if (last == "<module>") {  // an import is written with the file's name, or that of its folder
        const std::filesystem::path file(traces.string(function.file));
        return {file.stem() == "__init__" ? file.parent_path().filename().string() : file.stem().string()};
    }
    if (last.starts_with('<')) return {};
    std::vector<std::string> words{std::string(last)};
    const bool isMaker = last == "__init__" || last == "__new__" || last == "__call__" || last == "__post_init__";
    if (isMaker && names.size() > 1) words.emplace_back(names[names.size() - 2]);
    return words;
}

CallLinks::CallLinks(const InstantResult& result, StringIndex file, std::stop_token stop) {
    const TraceTable& traces = result.traces();
    const auto isHere = [&](FrameIndex frame) { return traces.function(traces.frame(frame).function).file == file; };

    std::set<std::pair<std::uint32_t, std::uint32_t>> calls;     // number of a line, function
    std::unordered_map<std::uint32_t, std::uint32_t> positions;  // function -> position in m_functions
    const auto wanted = [&](FunctionIndex function) {
        const auto [found, isNew] = positions.emplace(function.value, static_cast<std::uint32_t>(m_functions.size()));
        if (isNew) m_functions.push_back({wordsFor(traces, traces.function(function)), {}});
        return found->second;
    };
    for (std::uint32_t i = 1; i < traces.nodeCount() && !stop.stop_requested(); ++i) {
        const TraceNode& node = traces.node(NodeIndex(i));
        if (node.parent.value == 0) continue;
        const FrameIndex caller = traces.node(node.parent).frame;
        if (!isHere(caller)) continue;
        const std::uint32_t callee = wanted(traces.frame(node.frame).function);
        // A comprehension is no call for who reads the line.
        if (traces.lineOf(caller) != traces.lineOf(node.frame)) calls.emplace(traces.frame(caller).line, callee);
    }

    std::unordered_map<std::uint32_t, std::int64_t> amounts;
    for (const LineUsage& usage : result.lines().lines)
        amounts.emplace(usage.line.value, result.amountOf(usage.cumulative));
    std::vector<bool> isSet(m_functions.size());
    for (std::uint32_t i = 0; i < traces.frameCount() && !stop.stop_requested(); ++i) {
        const FrameIndex frame(i);
        const FunctionIndex function = traces.frame(frame).function;
        const std::uint32_t position = isHere(frame) ? wanted(function) : [&] {
            const auto found = positions.find(function.value);
            return found == positions.end() ? static_cast<std::uint32_t>(-1) : found->second;
        }();
        if (position == static_cast<std::uint32_t>(-1)) continue;
        isSet.resize(m_functions.size());
        const LineIndex line = traces.lineOf(frame);
        const auto known = amounts.find(line.value);
        const std::int64_t held = known == amounts.end() ? 0 : known->second;
        Target& target = m_functions[position].target;
        const bool isGreater = std::abs(held) > std::abs(target.amount);
        const bool isEarlier = held == target.amount && traces.line(line).line < traces.line(target.line).line;
        if (!isSet[position] || isGreater || isEarlier) target = {line, {}, held};
        if (!isSet[position])
            for (const std::string& word : isHere(frame) ? m_functions[position].words : std::vector<std::string>())
                m_own.emplace(word, position);
        isSet[position] = true;
    }
    for (const auto& [function, position] : positions) {
        const std::string name = printable(traces.string(traces.function(FunctionIndex(function)).name));
        m_functions[position].target.function = name;
    }
    for (const auto& [number, position] : calls) m_callees[number].push_back(position);
    for (auto& [number, callees] : m_callees) {
        std::sort(callees.begin(), callees.end(), [this](std::uint32_t a, std::uint32_t b) {
            const Target &left = m_functions[a].target, &right = m_functions[b].target;
            return std::pair(-std::abs(left.amount), left.line) < std::pair(-std::abs(right.amount), right.line);
        });
    }
}

std::vector<CallLinks::Target> CallLinks::calleesOf(std::uint32_t number) const {
    std::vector<Target> targets;
    if (const auto found = m_callees.find(number); found != m_callees.end())
        for (const std::uint32_t callee : found->second) targets.push_back(m_functions[callee].target);
    return targets;
}

std::optional<CallLinks::Target> CallLinks::find(std::uint32_t number, std::string_view word) const {
    if (const auto callees = m_callees.find(number); callees != m_callees.end())
        for (const std::uint32_t callee : callees->second)
            if (std::ranges::find(m_functions[callee].words, word) != m_functions[callee].words.end())
                return m_functions[callee].target;
    const auto own = m_own.find(word);
    return own == m_own.end() ? std::nullopt : std::optional(m_functions[own->second].target);
}

}  // namespace heapprof::gui
