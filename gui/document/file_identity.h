// Whether a path still names the file it named before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace heapprof::gui {

/// What distinguishes one file from another that takes its name.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    bool operator==(const FileIdentity&) const = default;
};

/// Unset when there is no such file, or the system does not tell files apart.
std::optional<FileIdentity> identityOf(const std::filesystem::path& path);

}  // namespace heapprof::gui
