#include "core/state/timeline.h"

#include <algorithm>
#include <cstdlib>

#include "core/capture/capture.h"

namespace heapprof {
namespace {

/// Files say what they like; two of these can be added.
std::int64_t bounded(std::uint64_t value) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::uint64_t{1} << 61));
}

}  // namespace

std::optional<ResidentAccount> Timeline::Resident::account() const {
    if (!kinds) return std::nullopt;
    const auto file = static_cast<std::int64_t>(kinds->file), shared = static_cast<std::int64_t>(kinds->shared);
    return ResidentAccount{bytes + ofProfiler - file - shared, file, shared};
}

void TimelineBuilder::add(std::span<const Mark> marks) {
    for (const Mark& mark : marks) {
        switch (mark.kind) {
            case MarkKind::Instant:
                m_timeline.instants.push_back({mark.time, mark.text});
                break;
            case MarkKind::PhaseBegins:
                beginPhase(mark);
                break;
            case MarkKind::PhaseEnds:
                endPhase(mark);
                break;
            case MarkKind::Pauses:
                if (m_timeline.pauses.empty() || m_timeline.pauses.back().end)
                    m_timeline.pauses.push_back({mark.time, std::nullopt});
                break;
            case MarkKind::Resumes:
                if (!m_timeline.pauses.empty() && !m_timeline.pauses.back().end)
                    m_timeline.pauses.back().end = mark.time;
                break;
            case MarkKind::Switches:
                m_timeline.switches.push_back({mark.time, mark.text});
                break;
            case MarkKind::Resident:
                m_timeline.resident.push_back({mark.time, bounded(mark.value), bounded(mark.ofProfiler), mark.kinds});
                break;
            case MarkKind::ResidentPeak:
                m_timeline.residentPeak = std::max(m_timeline.residentPeak, bounded(mark.value));
                break;
            case MarkKind::Collection:
                m_timeline.collections.push_back(
                    {mark.time, Micros(bounded(mark.value)),
                     static_cast<std::uint32_t>(std::strtoul(mark.text.c_str(), nullptr, 10))});
                break;
            case MarkKind::Lost:
                m_timeline.losses.push_back({mark.time, mark.value});
                break;
            case MarkKind::Reserved:
                m_timeline.reserved.push_back({mark.time, bounded(mark.value)});
                break;
            case MarkKind::MemoryPart:
                m_reading.parts[static_cast<std::size_t>(mark.part)] = bounded(mark.value);
                m_reading.hasInUse |= mark.part == MemoryPart::MallocInUse;
                if (mark.part != MemoryPart::Complete) break;
                m_reading.time = mark.time;
                m_reading.hasInUse &= m_reading[MemoryPart::PoolsInUse].has_value();
                m_timeline.memory.push_back(m_reading);
                m_reading.hasInUse = false;
                break;
            case MarkKind::ThreadStart:
                break;
        }
    }
}

void TimelineBuilder::beginPhase(const Mark& mark) {
    std::vector<std::size_t>& open = m_open[mark.value];
    std::size_t lane = open.empty() ? 0 : m_timeline.phases[open.back()].lane + 1;
    while (lane < m_isTaken.size() && m_isTaken[lane]) ++lane;
    if (lane >= m_isTaken.size()) m_isTaken.resize(lane + 1);
    m_isTaken[lane] = true;
    open.push_back(m_timeline.phases.size());
    m_timeline.phases.push_back({mark.time, std::nullopt, mark.text, static_cast<std::uint32_t>(lane)});
}

void TimelineBuilder::endPhase(const Mark& mark) {
    // The innermost of that name: tasks that share a thread may end their phases crosswise.
    std::vector<std::size_t>& open = m_open[mark.value];
    const auto last = std::find_if(open.rbegin(), open.rend(),
                                   [&](std::size_t position) { return m_timeline.phases[position].name == mark.text; });
    if (last == open.rend()) return;
    Timeline::Phase& phase = m_timeline.phases[*last];
    phase.end = mark.time;
    m_isTaken[phase.lane] = false;
    open.erase(std::next(last).base());
}

Timeline timelineOf(Capture& capture) {
    TimelineBuilder builder;
    builder.add(capture.marks());
    return builder.timeline();
}

}  // namespace heapprof
