#include "gui/traces/source_lines.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

constexpr std::uintmax_t kLargestFile = 4u << 20;
constexpr std::size_t kMaxFiles = 64;
constexpr std::size_t kLongestText = 400;

std::string trimmed(const std::string& line) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; };
    const auto begin = std::find_if_not(line.begin(), line.end(), isBlank);
    const auto end = std::find_if_not(line.rbegin(), std::make_reverse_iterator(begin), isBlank).base();
    return std::string(begin, end).substr(0, kLongestText);
}

}  // namespace

std::vector<std::string> readSourceLines(const std::vector<SourcePlace>& places, const std::string& directory,
                                         std::stop_token stop) {
    std::vector<std::string> texts(places.size());
    std::map<std::string, std::multimap<std::uint32_t, std::size_t>> wanted;  // file -> line -> places
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].line == 0 || places[i].file.empty() || places[i].file.front() == '<') continue;
        if (wanted.size() >= kMaxFiles && !wanted.contains(places[i].file)) continue;
        wanted[places[i].file].emplace(places[i].line, i);
    }
    for (const auto& [file, lines] : wanted) {
        if (stop.stop_requested()) break;
        const std::filesystem::path path = std::filesystem::path(directory) / file;
        std::error_code error;  // whatever is wrong with the file, it has no text for us
        if (!std::filesystem::is_regular_file(path, error) || std::filesystem::file_size(path, error) > kLargestFile) {
            continue;
        }
        std::ifstream in(path);
        std::string text;
        auto next = lines.begin();
        for (std::uint32_t number = 1; next != lines.end() && std::getline(in, text); ++number) {
            for (; next != lines.end() && next->first == number; ++next) texts[next->second] = printable(trimmed(text));
        }
    }
    return texts;
}

}  // namespace heapprof::gui
