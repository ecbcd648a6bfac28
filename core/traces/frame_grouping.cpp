#include "core/traces/frame_grouping.h"

#include <unordered_map>

#include "core/traces/shown_frames.h"

namespace heapprof {

FrameGrouping::FrameGrouping(const TraceTable& traces, Grouping by) : m_by(by), m_group(traces.frameCount()) {
    std::unordered_map<std::string_view, std::uint32_t> modules;
    for (std::uint32_t i = 0; i < m_group.size(); ++i) {
        const FrameIndex frame(i);
        switch (by) {
            case Grouping::Line:
                m_group[i] = i;
                break;
            case Grouping::Function:
                m_group[i] = traces.frame(frame).function.value;
                break;
            case Grouping::File:
                m_group[i] = traces.function(traces.frame(frame).function).file.value;
                break;
            case Grouping::Module: {
                const auto next = static_cast<std::uint32_t>(modules.size());
                m_group[i] = modules.try_emplace(moduleOf(traces.file(frame)).name, next).first->second;
                break;
            }
        }
    }
}

std::vector<bool> FrameGrouping::framesWith(const std::vector<bool>& frames) const {
    std::vector<bool> isGroupMeant;
    for (std::uint32_t i = 0; i < m_group.size() && i < frames.size(); ++i) {
        if (!frames[i]) continue;
        if (m_group[i] >= isGroupMeant.size()) isGroupMeant.resize(m_group[i] + 1);
        isGroupMeant[m_group[i]] = true;
    }
    std::vector<bool> result(m_group.size());
    for (std::uint32_t i = 0; i < m_group.size(); ++i)
        result[i] = m_group[i] < isGroupMeant.size() && isGroupMeant[m_group[i]];
    return result;
}

std::vector<bool> FrameGrouping::framesOnLine(const TraceTable& traces, LineIndex line) const {
    std::vector<bool> onLine(m_group.size());
    for (std::uint32_t i = 0; i < m_group.size(); ++i) onLine[i] = traces.lineOf(FrameIndex(i)) == line;
    return framesWith(onLine);
}

std::vector<bool> ownFrames(const TraceTable& traces) {
    std::vector<bool> isOwn(traces.frameCount());
    for (std::uint32_t i = 0; i < isOwn.size(); ++i)
        isOwn[i] = moduleOf(traces.file(FrameIndex(i))).kind == ModuleKind::Own;
    return isOwn;
}

ModuleName moduleOf(std::string_view file) {
    if (isInternal(file)) return {file, ModuleKind::Internal};
    ModuleKind kind = ModuleKind::Own;
    std::string_view rest = file;
    const auto after = [&](std::string_view marker, ModuleKind found) {
        const auto at = file.rfind(marker);
        if (at == std::string_view::npos) return false;
        rest = file.substr(at + marker.size());
        kind = found;
        return true;
    };
    if (!after("/site-packages/", ModuleKind::SitePackages) && !after("/dist-packages/", ModuleKind::SitePackages)) {
        const auto lib = file.rfind("/lib/python");
        const auto slash = lib == std::string_view::npos ? lib : file.find('/', lib + 11);
        if (slash != std::string_view::npos) {
            rest = file.substr(slash + 1);
            kind = ModuleKind::StandardLibrary;
        }
    }
    if (kind == ModuleKind::Own) {
        const auto slash = rest.rfind('/');
        if (slash != std::string_view::npos) rest = rest.substr(slash + 1);
    } else {
        rest = rest.substr(0, rest.find('/'));
    }
    const auto dot = rest.rfind('.');
    return {dot == std::string_view::npos || dot == 0 ? rest : rest.substr(0, dot), kind};
}

}  // namespace heapprof
