// Which frames count as one: by line, function, file or module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"

namespace heapprof {

/// What makes two frames the same. By line they must be of the same function, too.
enum class Grouping { Line, Function, File, Module };

/// Numbers the groups that the frames of a table fall into.
class FrameGrouping {
public:
    /// Of no frames.
    FrameGrouping() = default;
    FrameGrouping(const TraceTable& traces, Grouping by);

    Grouping by() const { return m_by; }
    /// The frames there were.
    std::size_t frameCount() const { return m_group.size(); }
    std::uint32_t of(FrameIndex frame) const { return m_group[frame.value]; }
    /// By frame: whether its group holds one of `frames`, also by frame.
    std::vector<bool> framesWith(const std::vector<bool>& frames) const;
    /// By frame: whether its group holds code on `line`.
    std::vector<bool> framesOnLine(const TraceTable& traces, LineIndex line) const;

private:
    Grouping m_by = Grouping::Line;
    std::vector<std::uint32_t> m_group;  // by frame
};

/// Whose code it is.
enum class ModuleKind { Own, StandardLibrary, SitePackages, Internal };
struct ModuleName {
    std::string_view name;
    ModuleKind kind;
};
/// The module a file belongs to, as far as its path tells: the package directory or file stem after the last
/// "site-packages/", "dist-packages/" or "lib/pythonX.Y/", else the stem.
ModuleName moduleOf(std::string_view file);
/// By frame: whether it is the program's own code.
std::vector<bool> ownFrames(const TraceTable& traces);

}  // namespace heapprof
