// Results for the views, made without any capture on disk.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

/// Collects stacks; every call of a maker gives a new result over them.
class MadeCapture {
public:
    struct Place {
        std::string file;
        std::string function;
        std::uint32_t line;
    };

    FrameIndex frame(const Place& place) {
        const StringIndex file = m_traces->internString(place.file);
        const StringIndex name = m_traces->internString(place.function);
        auto& function = m_functions[{file.value, name.value}];
        if (function.value == 0) function = m_traces->internFunction({file, name, place.line > 5 ? place.line - 5 : 1});
        return m_traces->internFrame({function, place.line});
    }
    TraceIndex trace(const std::vector<FrameIndex>& stack, std::uint32_t thread = 0) {
        NodeIndex node;
        for (const FrameIndex each : stack) node = m_traces->internNode(node, each);
        return m_traces->addTrace({node, ThreadIndex(thread), Domain::Python});
    }
    ThreadIndex thread(const std::string& name) { return m_traces->addThread({1234, name, {}}); }
    TraceTableBuilder& traces() { return *m_traces; }

    void setUsage(TraceIndex trace, std::int64_t bytes, std::int64_t blocks = 1, double error = 0) {
        m_usage[trace] = {bytes, blocks, error * error, 0};
    }
    Snapshot snapshot(Micros time = Micros(12'345'000)) const {
        Snapshot snapshot;
        snapshot.time = time;
        for (const auto& [trace, usage] : m_usage) {
            if (usage.bytes == 0 && usage.blocks == 0) continue;
            snapshot.traces.push_back({trace, usage});
            snapshot.total += usage;
        }
        return snapshot;
    }
    std::shared_ptr<const InstantResult> result(const CallTreeOptions& options = {}) const {
        return make(snapshot(), std::nullopt, options);
    }
    std::shared_ptr<const InstantResult> differenceFrom(const Snapshot& before,
                                                        const CallTreeOptions& options = {}) const {
        return make(difference(before, snapshot()), before, options);
    }

private:
    std::shared_ptr<const InstantResult> make(Snapshot shown, const std::optional<Snapshot>& before,
                                              const CallTreeOptions& options) const {
        auto info = std::make_shared<CaptureInfo>();
        info->traces = m_traces;
        auto result = std::make_shared<InstantResult>();
        result->info = info;
        if (before) {
            result->compareTime = before->time;
            result->before = std::make_shared<const Snapshot>(*before);
            result->after = std::make_shared<const Snapshot>(snapshot());
        }
        result->shown = std::make_shared<const Snapshot>(std::move(shown));
        result->treeOptions = options;
        return result;
    }

    std::shared_ptr<TraceTableBuilder> m_traces = std::make_shared<TraceTableBuilder>();
    std::map<std::pair<std::uint32_t, std::uint32_t>, FunctionIndex> m_functions;
    std::map<TraceIndex, Estimate> m_usage;
};

/// A program of its own, standard and installed modules: some hundred stacks under a few lines of main.
inline MadeCapture makeSampleCapture(unsigned seed = 1, int stacks = 400) {
    MadeCapture made;
    std::mt19937 random(seed);
    const std::vector<std::string> files{
        "/home/ada/aquarium/main.py",
        "/home/ada/aquarium/pipeline.py",
        "/home/ada/aquarium/storage/split.py",
        "/usr/lib/python3.11/json/decoder.py",
        "/usr/lib/python3.11/threading.py",
        "/usr/lib/python3.11/pickle.py",
        "/home/ada/venv/lib/python3.11/site-packages/numpy/core/numeric.py",
        "/home/ada/venv/lib/python3.11/site-packages/google/cloud/bigtable/row_data.py"};
    const std::vector<std::string> functions{"run",    "Reader.load", "parse_rows", "decode",
                                             "_build", "copy_buffer", "merge"};
    const ThreadIndex mainThread = made.thread("MainThread"), worker = made.thread("Worker-1");
    for (int i = 0; i < stacks; ++i) {
        std::vector<FrameIndex> stack{made.frame({files[0], "<module>", static_cast<std::uint32_t>(42 + random() % 3)}),
                                      made.frame({"<frozen importlib._bootstrap>", "_call_with_frames_removed", 241})};
        std::size_t file = 0;
        const std::size_t depth = 1 + random() % 14;
        for (std::size_t d = 0; d < depth; ++d) {
            file = std::min(files.size() - 1, file + random() % 3);
            if (random() % 9 == 0) file = random() % files.size();
            const auto function = (file * 3 + d) % functions.size();
            stack.push_back(made.frame(
                {files[file], functions[function], static_cast<std::uint32_t>(20 + 40 * function + random() % 2)}));
        }
        const auto bytes = static_cast<std::int64_t>(std::pow(10.0, 3.0 + 4.0 * (random() % 1000) / 1000.0));
        made.setUsage(made.trace(stack, (random() % 4 ? mainThread : worker).value), bytes, 1 + bytes / 700,
                      std::sqrt(static_cast<double>(bytes)) * 20);
    }
    made.setUsage(made.trace({}), 2'500'000, 300);
    return made;
}

/// A tree of about `nodes` nodes over 2,000 lines of code.
inline MadeCapture makeBigCapture(std::size_t nodes) {
    MadeCapture made;
    std::mt19937 random(7);
    std::vector<FrameIndex> frames;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        const std::string number = std::to_string(i / 20);
        const std::string file = i % 3 == 0   ? "/home/ada/app/module" + number + ".py"
                                 : i % 3 == 1 ? "/usr/lib/python3.11/standard" + number + ".py"
                                              : "/venv/lib/python3.11/site-packages/package" + number + "/code.py";
        frames.push_back(made.frame({file, "function" + std::to_string(i / 4), 10 + i}));
    }
    std::vector<FrameIndex> stack;
    while (made.traces().nodeCount() < nodes) {
        // Goes on from a random depth of the last stack, so that stacks share their outer frames.
        stack.resize(std::min<std::size_t>(stack.size(), random() % 40));
        const std::size_t depth = 10 + random() % 35;
        while (stack.size() < depth) stack.push_back(frames[random() % frames.size()]);
        const auto bytes = static_cast<std::int64_t>(1 + (random() % 1000) * (random() % 1000));
        made.setUsage(made.trace(stack), bytes, 1 + bytes / 600);
    }
    return made;
}

}  // namespace heapprof::gui
