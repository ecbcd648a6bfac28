// A random but reproducible program: writes a version 2 capture through the real writers, and keeps the truth of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/event.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/mark.h"
#include "core/capture/metadata_writer.h"
#include "core/state/snapshot.h"
#include "tests/core/written_block.h"

namespace heapprof::test {

/// The uuid of a model's capture.
inline Uuid uuidOf(std::uint32_t seed) {
    Uuid uuid{};
    for (std::size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<std::uint8_t>(seed + i);
    return uuid;
}

/// The process that a model records.
struct ModelProcess {
    std::uint64_t pid = 4711;
    std::optional<std::uint32_t> ancestor{};  ///< its seed
    std::int64_t wallStart = 1'700'000'000'000'000'000;
    std::uint64_t monotonicStart = 5'000'000'000;
    std::string host = "mill";
    std::vector<std::string> arguments{};
    std::uint64_t parentPid = 0;
    std::uint64_t ancestorPid = 1;
    std::string elsewhere{};
};

class RecordedModel {
public:
    /// Every run() makes the switches of `rules`, whatever their times, and adds traces after each.
    RecordedModel(std::filesystem::path filebase, const SamplingRules& rules, std::uint32_t seed = 1,
                  const ModelProcess& process = {})
        : m_random(seed), m_switches(rules.switches), m_rules(rules.first) {
        FileHeader header;
        header.uuid = uuidOf(seed);
        header.wallStart = static_cast<std::uint64_t>(process.wallStart);
        header.monotonicStart = process.monotonicStart;
        m_metadata.create((filebase.string() + ".hpm").c_str(), withMagic(header, kMetadataMagic));
        ProcessInfo info;
        info.pid = process.pid;
        info.parentPid = process.parentPid;
        info.host = process.host;
        info.arguments = process.arguments;
        m_metadata.process(info);
        if (process.ancestor) m_metadata.ancestor({uuidOf(*process.ancestor), process.ancestorPid});
        if (!process.elsewhere.empty()) m_metadata.elsewhere(process.elsewhere);
        m_metadata.sampling(rules.first, 0);
        m_metadata.clock(Micros(1));
        m_metadata.thread(ThreadIndex(1), 4711, "MainThread", Micros(0));
        m_log.create((filebase.string() + ".hpd").c_str(), withMagic(header, kEventsMagic), *m_weights);
    }

    /// Traces that are added from here on are of this rule.
    void switchTo(const Sampling& sampling) {
        m_rules.switches.push_back({m_metadata.nextTrace(), m_time, sampling});
        m_metadata.rule(sampling, m_time);
        auto weights = std::make_unique<const Weights>(m_rules);
        m_log.weighBy(*weights);
        m_weights = std::move(weights);
        m_log.mark(records::Switches, m_metadata.string(describe(sampling)), ThreadIndex(1));
    }
    const SamplingRules& rules() const { return m_rules; }

    /// Defines a trace of `depth` frames of random lines, below an earlier trace's stack for every second one.
    TraceIndex addTrace(int depth, Domain domain = Domain::Python) {
        const StringIndex file = m_metadata.string("/srv/app/module" + std::to_string(m_random() % 7) + ".py");
        const StringIndex name = m_metadata.string("function" + std::to_string(m_random() % 50));
        const FunctionIndex function = m_metadata.function(file, name, 1);
        std::vector<MetadataWriter::Frame> frames;
        for (int i = 0; i < depth; ++i) frames.push_back({function, 1 + static_cast<std::uint32_t>(m_random() % 30)});
        const TraceIndex trace = m_metadata.trace(ThreadIndex(1), domain, m_lastLeaf, frames);
        m_lastLeaf = m_random() % 2 && !frames.empty() ? NodeIndex(m_metadata.nextNode().value - 1) : NodeIndex(0);
        m_traces.push_back(trace);
        return trace;
    }
    /// Of one frame.
    TraceIndex addTraceOf(const std::string& file, std::uint32_t line) {
        const FunctionIndex function = m_metadata.function(m_metadata.string(file), m_metadata.string("run"), 1);
        const std::vector<MetadataWriter::Frame> frames{{function, line}};
        m_traces.push_back(m_metadata.trace(ThreadIndex(1), Domain::Python, NodeIndex(0), frames));
        m_lastLeaf = NodeIndex(0);
        return m_traces.back();
    }

    /// Gives labels to a trace that has none, as names and values.
    void label(TraceIndex trace, const std::vector<std::pair<std::string, std::string>>& labels) {
        std::vector<MetadataWriter::Label> set;
        for (const auto& [name, value] : labels) set.push_back({m_metadata.string(name), m_metadata.string(value)});
        m_metadata.labels(trace, m_metadata.labelSet(set));
    }

    /// Says that events happened within `resolution` after their times. Otherwise they happened at their times.
    void recordsResolution(Micros resolution) { m_metadata.clock(resolution); }
    void recordsDomains(std::initializer_list<Domain> domains) { m_metadata.domains(domains); }
    void addThread(std::uint32_t number) {
        m_metadata.thread(ThreadIndex(number), 5000 + number, "Thread-" + std::to_string(number), m_time);
    }

    /// Records `count` events: allocations and frees of random live blocks, and now and then time passes.
    void run(std::size_t count, std::uint64_t sizeLimit = 5000, int freePercent = 48) {
        const std::size_t part = count / (m_switches.size() + 1) + 1;
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0 && i % part == 0) {
                switchTo(m_switches[i / part - 1].sampling);
                for (int depth = 0; depth < 15; ++depth) addTrace(depth % 5);
            }
            if (m_random() % 64 == 0) {
                m_time += Micros(static_cast<std::int64_t>(m_random() % (m_random() % 16 == 0 ? 40'000'000 : 3000)));
                m_log.setTime(m_time);
            }
            if (!m_live.empty() && m_random() % 100 < static_cast<unsigned>(freePercent)) {
                // Any, or one of the newest; it changes places with the newest, so that none has to move up.
                const std::size_t reach = m_random() % 4 ? std::min<std::size_t>(m_live.size(), 20) : m_live.size();
                const std::size_t last = m_live.size() - 1;
                std::swap(m_live[last], m_live[last - m_random() % reach]);
                freeBlock(last);
            } else {
                allocate(
                    m_traces[m_random() % m_traces.size()],
                    m_random() % 3 ? m_random() % std::max<std::uint64_t>(sizeLimit / 50, 1) : m_random() % sizeLimit);
            }
        }
    }
    void allocate(TraceIndex trace, std::uint64_t size) {
        m_live.push_back({m_log.allocation(trace, size), trace, size});
        record(EventKind::Allocation, trace, size, 0);
    }
    void freeBlock(std::size_t position) {
        const WrittenBlock block = m_live[position];
        m_live.erase(m_live.begin() + static_cast<std::ptrdiff_t>(position));
        const std::uint64_t distance = m_log.nextOrdinal() - 1 - block.ordinal;
        m_log.free(block.ordinal, block.trace, block.size);
        record(EventKind::Free, block.trace, block.size, distance);
    }
    /// One of the kinds in turn; returns what readers are to make of it.
    Mark addMark(std::uint32_t i) {
        const std::string text = "mark " + std::to_string(i);
        switch (i % 4) {
            case 0:
                m_log.resident(std::uint64_t{i} << 33, i);
                return {m_time, MarkKind::Resident, "", (std::uint64_t{i} << 33) - i, i};
            case 1:
                m_log.collection(i % 3, Micros(i * 1'000'000'000LL));
                return {m_time, MarkKind::Collection, std::to_string(i % 3), i * 1'000'000'000ULL};
            case 2:
                m_log.mark(records::PhaseBegins, m_metadata.string(text), ThreadIndex(1));
                return {m_time, MarkKind::PhaseBegins, text, 1};
            default:
                m_log.mark(records::Pauses, {}, ThreadIndex(70'000));
                return {m_time, MarkKind::Pauses, "", 70'000};
        }
    }
    void passTime(Micros time) {
        m_time += time;
        m_log.setTime(m_time);
    }
    void finish() {
        m_metadata.end(m_time, MetadataWriter::EndReason::Stopped);
        m_log.close();
        m_metadata.close();
    }

    const std::vector<Event>& events() const { return m_events; }
    std::size_t liveCount() const { return m_live.size(); }
    /// Live bytes by trace after all events with time <= `time`.
    std::map<std::uint32_t, std::int64_t> liveAt(Micros time) const {
        std::map<std::uint32_t, std::int64_t> live;
        for (const Event& event : m_events)
            if (event.time <= time)
                live[event.trace.value] +=
                    (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
        std::erase_if(live, [](const auto& entry) { return entry.second == 0; });
        return live;
    }

private:
    void record(EventKind kind, TraceIndex trace, std::uint64_t size, std::uint64_t distance) {
        Event event;
        event.time = m_time;
        event.kind = kind;
        event.trace = trace;
        event.size = size;
        event.distance = distance;
        m_events.push_back(event);
    }

    std::mt19937 m_random;
    std::vector<SamplingRules::Switch> m_switches;
    SamplingRules m_rules;
    std::unique_ptr<const Weights> m_weights = std::make_unique<const Weights>(m_rules);
    MetadataWriter m_metadata;
    EventsV2Writer m_log;
    NodeIndex m_lastLeaf;
    std::vector<TraceIndex> m_traces;
    std::vector<WrittenBlock> m_live;
    std::vector<Event> m_events;
    Micros m_time;
};

/// All events a reader has for now.
inline std::vector<Event> readAll(EventReader& reader, std::size_t batch = 777) {
    std::vector<Event> all, events(batch);
    while (const std::size_t count = reader.read(events))
        all.insert(all.end(), events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
    return all;
}

/// A snapshot's live bytes by trace, as RecordedModel::liveAt() has them.
inline std::map<std::uint32_t, std::int64_t> asMap(const Snapshot& snapshot) {
    std::map<std::uint32_t, std::int64_t> live;
    for (const auto& [trace, usage] : snapshot.traces)
        if (usage.bytes != 0) live[trace.value] = usage.bytes;
    return live;
}

/// With traces of all depths, and some events.
struct RecordedProgram : RecordedModel {
    RecordedProgram(const std::filesystem::path& filebase, std::size_t events)
        : RecordedModel(filebase, Sampling::everything()) {
        for (int i = 0; i < 120; ++i) addTrace(1 + i % 9);
        run(events);
    }
};

}  // namespace heapprof::test
