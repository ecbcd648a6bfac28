#include "gui/source/path_rules.h"

#include <filesystem>

namespace heapprof::gui {
namespace {

namespace fs = std::filesystem;

/// Without a slash at its end, "." and "..".
fs::path normal(std::string_view text) {
    fs::path path = fs::path(text).lexically_normal();
    return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

/// The folder of `archive`'s name above `path`; `path` itself when there is none.
fs::path aboveNamed(const fs::path& path, const fs::path& name) {
    for (fs::path above = path; above.has_relative_path(); above = above.parent_path())
        if (above.filename() == name) return above;
    return path;
}

}  // namespace

std::optional<std::string> mappedPath(const PathRules& rules, std::string_view file) {
    const fs::path path = normal(file);
    const fs::path* longest = nullptr;
    std::optional<std::string> result;
    std::vector<fs::path> beginnings;
    beginnings.reserve(rules.size());
    for (const PathRule& rule : rules) {
        const fs::path& from = beginnings.emplace_back(normal(rule.from));
        if (from.empty() || rule.to.empty() || (longest && from.native().size() <= longest->native().size())) continue;
        const fs::path rest = path.lexically_relative(from);
        if (rest.empty() || *rest.begin() == "..") continue;
        longest = &from;
        result = (rest == "." ? normal(rule.to) : normal(rule.to) / rest).string();
    }
    return result;
}

PathRule ruleBetween(std::string_view recorded, std::string_view chosen) {
    fs::path from = normal(recorded), to = normal(chosen);
    if (from.filename() != to.filename()) from = aboveNamed(from, to.filename());
    // One component stays, lest the rule is about every file there is.
    while (from.has_filename() && from.filename() == to.filename() && from.parent_path() != from.root_path() &&
           from.parent_path().has_relative_path() && to.parent_path() != to.root_path()) {
        from = from.parent_path();
        to = to.parent_path();
    }
    return {from.string(), to.string()};
}

}  // namespace heapprof::gui
