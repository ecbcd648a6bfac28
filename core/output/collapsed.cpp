#include <map>
#include <ostream>

#include "core/output/exports.h"
#include "core/output/text.h"

namespace heapprof {

void writeCollapsed(std::ostream& out, const Snapshot& snapshot, const TraceTable& traces) {
    std::map<std::string, std::int64_t> stacks;
    for (const auto& [trace, usage] : snapshot.traces) {
        if (usage.bytes == 0) continue;
        std::string text;
        for (const FrameIndex frame : traces.frames(trace)) {
            std::string name = frameText(traces, frame);
            for (char& c : name)
                if (c == ';') c = ':';
            if (!text.empty()) text += ';';
            text += name;
        }
        stacks[text.empty() ? "(no Python stack)" : text] += usage.bytes;
    }
    for (const auto& [text, bytes] : stacks)
        if (bytes > 0) out << text << ' ' << bytes << '\n';
}

}  // namespace heapprof
