#include "core/traces/shown_frames.h"

#include <algorithm>
#include <array>

#include "core/traces/frame_grouping.h"

namespace heapprof {
namespace {

/// Modules of the package that run inside a recorded program.
constexpr std::array kOwnModules{"__init__.py", "__main__.py",  "_children.py",   "_following.py",
                                 "_marking.py", "_sampling.py", "_self_check.py", "_statistics.py"};

bool isOurs(std::string_view file) {
    constexpr std::string_view kPackage = "heapprof/";
    const auto slash = file.rfind('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view folder = file.substr(0, slash + 1);
    return folder.ends_with(kPackage) && (folder.size() == kPackage.size() || folder[slash - kPackage.size()] == '/') &&
           std::ranges::find(kOwnModules, file.substr(slash + 1)) != kOwnModules.end();
}

}  // namespace

bool isInternal(std::string_view file) { return file.starts_with("<frozen ") || isOurs(file); }

bool HiddenFrames::hides(std::string_view file) const {
    if (isInternal(file)) return internal;
    if (!standardLibrary && !sitePackages && modules.empty()) return false;
    const ModuleName module = moduleOf(file);
    return (standardLibrary && module.kind == ModuleKind::StandardLibrary) ||
           (sitePackages && module.kind == ModuleKind::SitePackages) ||
           std::ranges::find(modules, module.name) != modules.end();
}

ShownFrames::ShownFrames(const TraceTable& traces, const HiddenFrames& hidden)
    : m_traces(traces), m_isShown(traces.frameCount(), true) {
    if (hidden == HiddenFrames::none()) return;
    for (std::uint32_t i = 0; i < m_isShown.size(); ++i) m_isShown[i] = !hidden.hides(traces.file(FrameIndex(i)));
}

NodeIndex ShownFrames::innermost(NodeIndex node) const {
    while (node.value != 0 && !isShown(m_traces.node(node).frame)) node = m_traces.node(node).parent;
    return node;
}

std::vector<FrameIndex> ShownFrames::of(TraceIndex trace) const {
    std::vector<FrameIndex> frames = m_traces.frames(trace);
    std::erase_if(frames, [this](FrameIndex frame) { return !isShown(frame); });
    return frames;
}

}  // namespace heapprof
