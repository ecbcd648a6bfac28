#include <map>
#include <ostream>

#include "core/output/exports.h"
#include "core/text/text.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

void writeCollapsed(std::ostream& out, const Snapshot& snapshot, const TraceTable& traces, Measure measure) {
    const ShownFrames shown(traces);
    std::map<std::string, Estimate> stacks;
    for (const auto& [trace, usage] : snapshot.traces) {
        if (usage.of(measure) == 0) continue;
        std::string text;
        for (const FrameIndex frame : shown.of(trace)) {
            std::string name = frameText(traces, frame);
            for (char& c : name)
                if (c == ';') c = ':';
            if (!text.empty()) text += ';';
            text += name;
        }
        stacks[text.empty() ? "(no Python stack)" : text] += usage;
    }
    WholeAmounts whole(measure);
    for (const auto& [text, usage] : stacks)
        if (usage.of(measure) > 0) out << text << ' ' << whole.of(usage) << '\n';
}

}  // namespace heapprof
