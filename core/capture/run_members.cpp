#include "core/capture/run_members.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace heapprof {
namespace {

namespace fs = std::filesystem;

/// Without the digits it ends in; none when it ends in no digit.
std::string_view withoutNumber(std::string_view name) {
    const std::size_t last = name.find_last_not_of("0123456789");
    return last == std::string_view::npos || last + 1 == name.size() ? std::string_view() : name.substr(0, last + 1);
}

/// OUT of OUT.1234 and OUT.1234-2; otherwise the name itself.
std::string_view withoutProcess(std::string_view name) {
    std::string_view rest = withoutNumber(name);
    if (rest.ends_with('-')) rest = withoutNumber(rest.substr(0, rest.size() - 1));
    return rest.size() > 1 && rest.ends_with('.') ? rest.substr(0, rest.size() - 1) : name;
}

fs::path folderOf(const fs::path& filebase) {
    return filebase.has_parent_path() ? filebase.parent_path() : fs::path(".");
}

std::vector<fs::path> relativesBeside(const fs::path& filebase) {
    const std::string name = filebase.filename().string();
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator entry(folderOf(filebase), error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() != ".hpm") continue;
        const std::string other = entry->path().stem().string();
        const std::string_view common = withoutProcess(other);
        if (other == name || common == name || common == withoutProcess(name) || other == withoutProcess(name))
            found.push_back(filebase.parent_path() / other);
    }
    std::ranges::sort(found);
    return found;
}

/// By the clock that nobody sets, if it is the same one: that of one machine.
Micros startAfter(const Metadata& first, const Metadata& other) {
    const bool isSameClock = first.process && other.process && first.process->host == other.process->host;
    const std::uint64_t after =  // what a file says may be anything
        isSameClock ? other.monotonicStart - first.monotonicStart
                    : static_cast<std::uint64_t>(other.wallStart) - static_cast<std::uint64_t>(first.wallStart);
    return Micros(static_cast<std::int64_t>(after) / 1000);
}

/// When its recording began, where it has been in other files before.
Micros begun(const Metadata& first, const Metadata& other) {
    return startAfter(first, other) - (other.continues ? other.continues->before : Micros());
}

using ByIdentity = std::map<Uuid, std::size_t>;

/// The farthest ancestor that is known of, whether its capture is there or not.
Uuid originOf(Uuid uuid, const ByIdentity& known, std::span<const Metadata* const> all) {
    for (std::size_t steps = 0; steps < known.size(); ++steps) {  // what a file says may be a circle
        const auto found = known.find(uuid);
        if (found == known.end() || !all[found->second]->ancestor) break;
        uuid = all[found->second]->ancestor->uuid;
    }
    return uuid;
}

bool descends(Uuid uuid, Uuid from, const ByIdentity& known, std::span<const Metadata* const> all) {
    for (std::size_t steps = 0; uuid != from && steps < known.size(); ++steps) {
        const auto found = known.find(uuid);
        if (found == known.end() || !all[found->second]->ancestor) break;
        uuid = all[found->second]->ancestor->uuid;
    }
    return uuid == from;
}

/// A program is told by its environment whom it descends from, and a process made by fork() has that of its parent:
/// where one of those has started the program, only the numbers of processes tell. One of `earlier`, or none.
std::optional<std::size_t> forkedAncestor(const Metadata& own, Micros start, const std::vector<RunMember>& earlier,
                                          const ByIdentity& known, std::span<const Metadata* const> all) {
    if (!own.process || own.ancestor->pid == own.process->parentPid || own.ancestor->pid == own.process->pid) return {};
    for (const std::uint64_t pid : {own.process->parentPid, own.process->pid}) {
        for (std::size_t i = earlier.size(); i-- > 0;) {
            const Metadata& other = *all[earlier[i].which];
            const bool isOver = other.cleanEnd && earlier[i].start + *other.cleanEnd < start;
            if (other.process && other.process->pid == pid && other.process->host == own.process->host && !isOver &&
                descends(other.identity(), own.ancestor->uuid, known, all))
                return i;
        }
    }
    return {};
}

}  // namespace

std::vector<fs::path> possibleRelatives(const fs::path& filebase, const fs::path& elsewhere) {
    std::vector<fs::path> found = relativesBeside(filebase);
    std::erase(found, filebase);
    std::error_code error;
    if (elsewhere.empty() || fs::equivalent(folderOf(filebase), folderOf(elsewhere), error)) return found;
    std::ranges::copy(relativesBeside(elsewhere), std::back_inserter(found));
    return found;
}

std::vector<RunMember> runMembers(std::span<const Metadata* const> all) {
    ByIdentity known;
    for (std::size_t i = 0; i < all.size(); ++i) known.try_emplace(all[i]->identity(), i);
    const Uuid origin = originOf(all.front()->identity(), known, all);
    std::vector<std::size_t> chosen;
    for (const auto& [uuid, which] : known)
        if (originOf(uuid, known, all) == origin) chosen.push_back(which);
    const auto first = std::ranges::min_element(chosen, {}, [&](std::size_t which) {
        return std::pair(all[which]->ancestor.has_value(), all[which]->wallStart);
    });
    const Metadata& zero = *all[*first];
    std::ranges::sort(chosen, {},
                      [&](std::size_t which) { return std::pair(begun(zero, *all[which]), all[which]->identity()); });
    Micros begin = startAfter(zero, *all[chosen.front()]);
    for (const std::size_t which : chosen) begin = std::min(begin, startAfter(zero, *all[which]));
    std::vector<RunMember> members;
    std::map<Uuid, std::size_t> places;
    for (const std::size_t which : chosen) {
        const Metadata& own = *all[which];
        const Micros start = startAfter(zero, own) - begin;
        std::optional<std::size_t> parent;
        if (own.ancestor) {
            parent = forkedAncestor(own, start, members, known, all);
            if (const auto named = places.find(own.ancestor->uuid); !parent && named != places.end())
                parent = named->second;
        }
        places.emplace(own.identity(), members.size());
        members.push_back({which, parent, start});
    }
    return members;
}

}  // namespace heapprof
