#include "core/capture/capture_set.h"

#include <algorithm>
#include <map>
#include <string_view>

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

/// The names, without ending, of the captures in the folder that may be of the same run.
std::vector<std::string> relativesOf(const fs::path& filebase) {
    const std::string name = filebase.filename().string();
    std::vector<std::string> names;
    std::error_code error;
    const fs::path folder = filebase.has_parent_path() ? filebase.parent_path() : fs::path(".");
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".hpm") continue;
        const std::string other = entry.path().stem().string();
        const std::string_view common = withoutProcess(other);
        if (other != name && (common == name || common == withoutProcess(name) || other == withoutProcess(name)))
            names.push_back(other);
    }
    std::ranges::sort(names);
    return names;
}

const Metadata& metadataOf(const std::shared_ptr<const CaptureInfo>& info) { return info->metadata; }

/// By the clock that nobody sets, if it is the same one: that of one machine.
Micros startAfter(const Metadata& first, const Metadata& other) {
    const bool isSameClock = first.process && other.process && first.process->host == other.process->host;
    const std::uint64_t after =  // what a file says may be anything
        isSameClock ? other.monotonicStart - first.monotonicStart
                    : static_cast<std::uint64_t>(other.wallStart) - static_cast<std::uint64_t>(first.wallStart);
    return Micros(static_cast<std::int64_t>(after) / 1000);
}

/// All captures at hand, by identity.
class Family {
public:
    void add(std::shared_ptr<Capture> capture) {
        auto info = capture->info();
        const Uuid uuid = metadataOf(info).uuid;
        m_all.try_emplace(uuid, Relative{std::move(capture), std::move(info)});
    }

    /// The farthest ancestor that is known of, whether its capture is there or not.
    Uuid originOf(Uuid uuid) const {
        for (std::size_t steps = 0; steps < m_all.size(); ++steps) {  // what a file says may be a circle
            const auto found = m_all.find(uuid);
            if (found == m_all.end() || !metadataOf(found->second.info).ancestor) break;
            uuid = metadataOf(found->second.info).ancestor->uuid;
        }
        return uuid;
    }

    /// Those of one origin, as CaptureSet has them.
    std::vector<CaptureSet::Member> descendantsOf(const Uuid& origin) const {
        std::vector<const Relative*> chosen;
        for (const auto& [uuid, relative] : m_all)
            if (originOf(uuid) == origin) chosen.push_back(&relative);
        const auto first = std::ranges::min_element(chosen, {}, [](const Relative* relative) {
            return std::pair(relative->info->metadata.ancestor.has_value(), relative->info->metadata.wallStart);
        });
        const Metadata& zero = metadataOf((*first)->info);
        const auto startOf = [&](const Relative* relative) { return startAfter(zero, metadataOf(relative->info)); };
        std::ranges::sort(chosen, {}, [&](const Relative* relative) {
            return std::pair(startOf(relative), metadataOf(relative->info).uuid);
        });
        std::vector<CaptureSet::Member> members;
        std::map<Uuid, std::size_t> places;
        for (const Relative* relative : chosen) {
            const auto& ancestor = metadataOf(relative->info).ancestor;
            const auto parent = ancestor ? places.find(ancestor->uuid) : places.end();
            places.emplace(metadataOf(relative->info).uuid, members.size());
            members.push_back({relative->capture, parent != places.end() ? std::optional(parent->second) : std::nullopt,
                               startOf(relative) - startOf(chosen.front())});
        }
        return members;
    }

private:
    struct Relative {
        std::shared_ptr<Capture> capture;
        std::shared_ptr<const CaptureInfo> info;
    };
    std::map<Uuid, Relative> m_all;
};

}  // namespace

CaptureSet CaptureSet::open(const fs::path& path, std::stop_token stop) {
    CaptureSet set;
    Family family;
    const auto asked = Capture::open(path);
    family.add(asked);
    for (const std::string& name : relativesOf(asked->filebase())) {
        if (stop.stop_requested()) break;
        try {
            family.add(Capture::open(asked->filebase().parent_path() / name));
        } catch (const FileError& error) {
            set.m_problems.emplace_back(error.what());
        }
    }
    set.m_members = family.descendantsOf(family.originOf(asked->info()->metadata.uuid));
    return set;
}

}  // namespace heapprof
