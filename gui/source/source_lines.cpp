#include "gui/source/source_lines.h"

#include <algorithm>
#include <map>

namespace heapprof::gui {
namespace {

constexpr std::size_t kMaxFiles = 64;
constexpr std::size_t kLongestText = 400;

std::string trimmed(const std::string& line) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos) return {};
    std::size_t end = std::min(line.find_last_not_of(' ') + 1, begin + kLongestText);
    while (end < line.size() && (line[end] & 0xC0) == 0x80) --end;  // whole characters
    return line.substr(begin, end - begin);
}

}  // namespace

std::vector<std::string> readSourceLines(const std::vector<SourcePlace>& places, std::stop_token stop) {
    std::vector<std::string> texts(places.size());
    std::map<std::string, std::vector<std::size_t>> wanted;  // file -> places
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i].line != 0 && (wanted.size() < kMaxFiles || wanted.contains(places[i].source.file)))
            wanted[places[i].source.file].push_back(i);
    for (const auto& [name, wantedPlaces] : wanted) {
        if (stop.stop_requested()) break;
        const auto file = readSourceFile(places[wantedPlaces.front()].source);
        for (const std::size_t i : wantedPlaces)
            if (places[i].line <= file->lines.size()) texts[i] = trimmed(file->lines[places[i].line - 1]);
    }
    return texts;
}

}  // namespace heapprof::gui
