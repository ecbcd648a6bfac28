// Captures made of thin air for the flow graph's tests.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gui/document/instant_result.h"

namespace heapprof::gui::test {

/// Collects stacks with their bytes at one or two instants and makes the result that a view is given.
class FlowMaker {
public:
    struct Call {
        std::string file;
        std::uint32_t line;
        std::string function;
    };

    /// Outermost call first; `bytes` per instant, without any where the trace has none then.
    void add(const std::vector<Call>& stack, const std::vector<std::int64_t>& bytes) {
        NodeIndex node;
        for (const Call& call : stack) {
            const FunctionIndex function =
                m_table->internFunction({m_table->internString(call.file), m_table->internString(call.function), 1});
            node = m_table->internNode(node, m_table->internFrame({function, call.line}));
        }
        const TraceIndex trace = m_table->addTrace({node, ThreadIndex(), Domain::Python});
        m_snapshots.resize(bytes.size());
        for (std::size_t t = 0; t < bytes.size(); ++t) {
            if (bytes[t] == 0) continue;
            const Estimate usage{bytes[t], bytes[t] / 100 + 1, 0.01 * static_cast<double>(bytes[t]) * 4096, 1};
            m_snapshots[t].traces.push_back({trace, usage});
            m_snapshots[t].total += usage;
        }
    }

    LineIndex line(const std::string& file, std::uint32_t number) const {
        return m_table->findLine(file, number).value();
    }

    std::shared_ptr<const InstantResult> result() {
        auto info = std::make_shared<CaptureInfo>();
        info->traces = m_table;
        info->metadata.uuid[0] = static_cast<std::uint8_t>(m_table->lineCount());  // other lines: another capture
        for (std::size_t t = 0; t < m_snapshots.size(); ++t)
            m_snapshots[t].time = Micros(12'345'000 + 40'000'000 * static_cast<std::int64_t>(t));
        auto result = std::make_shared<InstantResult>();
        result->info = info;
        if (!m_snapshots.empty()) result->shown = std::make_shared<const Snapshot>(m_snapshots.back());
        if (m_snapshots.size() == 2) {
            result->compareTime = m_snapshots.front().time;
            result->before = std::make_shared<const Snapshot>(m_snapshots.front());
            result->after = std::make_shared<const Snapshot>(m_snapshots.back());
        }
        return result;
    }

private:
    std::shared_ptr<TraceTableBuilder> m_table = std::make_shared<TraceTableBuilder>();
    std::vector<Snapshot> m_snapshots;
};

/// A small data pipeline: two ways into one reader, a join that keeps everything, a recursive walk.
inline FlowMaker pipeline(std::size_t instants = 1) {
    const std::string home = "/home/ada/src/aquarium/";
    const FlowMaker::Call main{home + "main.py", 41, "main"}, run{home + "pipeline/run.py", 112, "Pipeline.run"},
        read{home + "pipeline/read.py", 27, "read_records"}, parse{home + "pipeline/parse.py", 58, "parse_record"},
        split{home + "pipeline/parse.py", 61, "split_keys"}, join{home + "pipeline/join.py", 88, "join_orders"},
        sorted{home + "pipeline/join.py", 93, "join_orders"}, report{home + "report.py", 17, "write_report"},
        json{"/usr/lib/python3.11/json/decoder.py", 353, "JSONDecoder.raw_decode"},
        walk{home + "pipeline/tree.py", 12, "walk"}, leaf{home + "pipeline/tree.py", 15, "walk"};
    const auto amounts = [&](std::int64_t before, std::int64_t after) {
        return instants == 2 ? std::vector{before, after} : std::vector{after};
    };
    FlowMaker maker;
    maker.add({main, run, read, json}, amounts(40'000'000, 42'000'000));
    maker.add({main, run, parse, json}, amounts(30'000'000, 65'000'000));
    maker.add({main, run, parse, split}, amounts(90'000'000, 20'000'000));
    maker.add({main, run, join, sorted}, amounts(10'000'000, 410'000'000));
    maker.add({main, run, join, parse, split}, amounts(5'000'000, 80'000'000));
    maker.add({main, report}, amounts(15'000'000, 21'000'000));
    maker.add({main, report, walk, walk, walk, leaf}, amounts(25'000'000, 30'000'000));
    return maker;
}

/// `count` lines that call each other at random, with cycles.
inline FlowMaker tangle(std::size_t count, std::size_t stacks, unsigned seed = 7) {
    std::mt19937 random(seed);
    FlowMaker maker;
    std::vector<FlowMaker::Call> lines;
    for (std::size_t i = 0; i < count; ++i)
        lines.push_back({"/srv/app/package_" + std::to_string(i % 9) + "/module_" + std::to_string(i % 31) + ".py",
                         static_cast<std::uint32_t>(10 + i), "function_" + std::to_string(i)});
    for (std::size_t s = 0; s < stacks; ++s) {
        std::vector<FlowMaker::Call> stack{lines[0]};
        std::size_t at = 0;
        while (stack.size() < 12) {
            at = at * 2 + 1 + random() % 2;
            if (at >= count) break;
            stack.push_back(lines[at]);
            if (random() % 6 == 0) stack.push_back(lines[random() % count]);
        }
        maker.add(stack, {static_cast<std::int64_t>(1000 + random() % 100'000)});
    }
    return maker;
}

/// `count` lines and about as many different calls between them as `stacks`: nearly any line calls nearly any other.
inline FlowMaker thicket(std::size_t count, std::size_t stacks) {
    std::mt19937 random(7);
    FlowMaker maker;
    const auto line = [](std::size_t i) {
        return FlowMaker::Call{"/srv/app/thicket.py", static_cast<std::uint32_t>(10 + i), "f" + std::to_string(i)};
    };
    for (std::size_t s = 0; s < stacks; ++s)
        maker.add({line(0), line(s % count), line(random() % count)},
                  {static_cast<std::int64_t>(1000 + random() % 100'000)});
    return maker;
}

}  // namespace heapprof::gui::test
