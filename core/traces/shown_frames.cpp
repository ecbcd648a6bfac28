#include "core/traces/shown_frames.h"

#include <algorithm>

#include "core/traces/frame_grouping.h"

namespace heapprof {
namespace {

/// Whether `path` is `end` or ends with "/" and that.
bool isOrEndsWith(std::string_view path, std::string_view end) {
    return path.ends_with(end) && (path.size() == end.size() || path[path.size() - end.size() - 1] == '/');
}

/// By a rule that holds for all versions of the package. Its public modules, which read captures, have names that a
/// folder of the program's may hold as well; what they allocate is what the program asked of them.
bool isOurs(std::string_view file) {
    const auto slash = file.rfind('/');
    if (slash == std::string_view::npos) return false;
    return (isOrEndsWith(file.substr(0, slash), "heapprof") && file.substr(slash + 1).starts_with('_')) ||
           isOrEndsWith(file, "heapprof/follow/sitecustomize.py");
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
