// Where the files of another machine lie on this one. No Qt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapprof::gui {

/// What begins with the folders `from` in a capture begins with `to` here. Whole components: "/app" is no beginning of
/// "/apple". `from` may also be a whole file.
struct PathRule {
    std::string from, to;

    bool operator==(const PathRule&) const = default;
};
using PathRules = std::vector<PathRule>;

/// What `file` is called here: by the rule with the longest beginning; nothing when none is about it.
std::optional<std::string> mappedPath(const PathRules& rules, std::string_view file);

/// The rule that leads from `recorded`, as a capture names it, to `chosen`, the same file here. What both end with is
/// no part of it, so that it is about as many other files as can be. `chosen` may be the archive that `recorded` lies
/// in.
PathRule ruleBetween(std::string_view recorded, std::string_view chosen);

}  // namespace heapprof::gui
