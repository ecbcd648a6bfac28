#include "gui/source/source_lines.h"

#include <algorithm>
#include <chrono>
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

/// Whatever is wrong with the file, it has no text for us.
bool isReadable(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) <= kLargestFile;
}

std::string untabbed(const std::string& line) {
    std::string result;
    for (const char c : line.substr(0, kLongestText))
        if (c == '\t')
            result += "    ";
        else if (c != '\r')
            result += c;
    return result;
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
        if (!isReadable(path)) continue;
        std::ifstream in(path);
        std::string text;
        auto next = lines.begin();
        for (std::uint32_t number = 1; next != lines.end() && std::getline(in, text); ++number) {
            for (; next != lines.end() && next->first == number; ++next) texts[next->second] = printable(trimmed(text));
        }
    }
    return texts;
}

SourceExcerpt readSourceExcerpt(const SourcePlace& place, std::uint32_t around, const std::string& directory,
                                std::int64_t recorded) {
    SourceExcerpt result;
    if (place.line == 0 || place.file.empty() || place.file.front() == '<') return result;
    const std::filesystem::path path = std::filesystem::path(directory) / place.file;
    if (!isReadable(path)) return result;
    std::error_code error;
    const auto changed = std::chrono::file_clock::to_sys(std::filesystem::last_write_time(path, error));
    result.isNewer =
        !error && recorded != 0 &&
        std::chrono::duration_cast<std::chrono::nanoseconds>(changed.time_since_epoch()).count() > recorded;
    result.first = place.line > around ? place.line - around : 1;
    std::ifstream in(path);
    std::string text;
    for (std::uint32_t number = 1; number <= place.line + around && std::getline(in, text); ++number)
        if (number >= result.first) result.lines.push_back(printable(untabbed(text)));
    if (result.first + result.lines.size() <= place.line) result.lines.clear();
    return result;
}

}  // namespace heapprof::gui
