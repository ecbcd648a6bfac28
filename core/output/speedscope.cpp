#include <nlohmann/json.hpp>
#include <ostream>

#include "core/output/exports.h"
#include "core/text/text.h"
#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

using Json = nlohmann::ordered_json;

/// One "sampled" profile of the traces whose amount has the given sign.
Json sampledProfile(const Snapshot& snapshot, const TraceTable& traces, const std::string& name, Measure measure,
                    int sign, std::vector<std::uint32_t>& numberOfFrame, Json& frames) {
    constexpr std::uint32_t kNew = ~std::uint32_t{0};
    numberOfFrame.resize(traces.frameCount() + 1, kNew);
    const auto number = [&](std::size_t slot, const auto& describeFrame) {
        if (numberOfFrame[slot] == kNew) {
            numberOfFrame[slot] = static_cast<std::uint32_t>(frames.size());
            frames.push_back(describeFrame());
        }
        return numberOfFrame[slot];
    };
    const ShownFrames shown(traces);
    Json samples = Json::array(), weights = Json::array();
    std::int64_t total = 0;
    WholeAmounts whole(measure);
    for (const auto& [trace, usage] : snapshot.traces) {
        if (sign * usage.of(measure) <= 0) continue;
        const std::int64_t amount = sign * whole.of(usage);
        Json stack = Json::array();
        for (const FrameIndex frame : shown.of(trace))
            stack.push_back(number(frame.value, [&] {
                const std::string& function = traces.functionName(frame);
                const std::uint32_t line = traces.frame(frame).line;
                Json entry{{"name", function.empty() ? lineText(traces, traces.lineOf(frame)) : printable(function)},
                           {"file", printable(traces.file(frame))}};
                if (line != 0) entry["line"] = line;
                return entry;
            }));
        if (stack.empty())
            stack.push_back(number(traces.frameCount(), [] { return Json{{"name", "(no Python stack)"}}; }));
        samples.push_back(std::move(stack));
        weights.push_back(amount);
        total += amount;
    }
    return {{"type", "sampled"},
            {"name", name},
            {"unit", measure == Measure::ByteCount ? "bytes" : "none"},
            {"startValue", 0},
            {"endValue", total},
            {"samples", std::move(samples)},
            {"weights", std::move(weights)}};
}

}  // namespace

void writeSpeedscope(std::ostream& out, const Snapshot& snapshot, const TraceTable& traces, const std::string& title,
                     Measure measure) {
    const std::string name = printable(title);
    bool shrinks = false;
    for (const auto& entry : snapshot.traces) shrinks |= entry.usage.of(measure) < 0;
    std::vector<std::uint32_t> numberOfFrame;
    Json frames = Json::array(), profiles = Json::array();
    profiles.push_back(
        sampledProfile(snapshot, traces, shrinks ? name + " - grown" : name, measure, 1, numberOfFrame, frames));
    if (shrinks)
        profiles.push_back(sampledProfile(snapshot, traces, name + " - shrunk", measure, -1, numberOfFrame, frames));
    const Json document{{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                        {"exporter", "heapprof"},
                        {"name", name},
                        {"activeProfileIndex", 0},
                        {"shared", {{"frames", std::move(frames)}}},
                        {"profiles", std::move(profiles)}};
    out << document.dump() << '\n';
}

}  // namespace heapprof
