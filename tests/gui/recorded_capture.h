// A version 2 capture that a test writes as a program would: it can grow, end, or die.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/written_block.h"

namespace heapprof::test {

class RecordedCapture {
public:
    /// Traces come from each of `domains` in turn.
    explicit RecordedCapture(std::filesystem::path filebase, Sampling sampling = Sampling::everything(),
                             std::uint8_t seed = 1, const std::vector<Domain>& domains = {Domain::Python})
        : m_filebase(std::move(filebase)), m_weights(sampling) {
        FileHeader header;
        header.uuid.fill(seed);
        header.wallStart = 1'700'000'000'000'000'000;
        m_metadata.create((m_filebase.string() + ".hpm").c_str(), withMagic(header, kMetadataMagic));
        m_metadata.sampling(sampling, 0);
        m_metadata.thread(ThreadIndex(1), 4711, "MainThread");
        if (domains.size() > 1) m_metadata.domains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
        const FunctionIndex function =
            m_metadata.function(m_metadata.string("/srv/app/worker <b>&.py"), m_metadata.string("work"), 1);
        for (std::uint32_t i = 0; i < 40; ++i) {
            std::vector<MetadataWriter::Frame> frames{{function, 10}};
            for (std::uint32_t depth = 0; depth <= i % 5; ++depth) frames.push_back({function, 20 + i + depth});
            m_traces.push_back(m_metadata.trace(ThreadIndex(1), domains[i % domains.size()], NodeIndex(0), frames));
        }
        m_log.create((m_filebase.string() + ".hpd").c_str(), withMagic(header, kEventsMagic), m_weights);
    }

    /// Of every domain there is.
    static RecordedCapture ofAllDomains(std::filesystem::path filebase) {
        return RecordedCapture(std::move(filebase), Sampling::everything(), 1, {kDomains.begin(), kDomains.end()});
    }

    const std::filesystem::path& filebase() const { return m_filebase; }

    /// `count` allocations over `duration`; every second one ends an earlier block, so that memory grows.
    void grow(std::size_t count, Micros duration) {
        const std::int64_t begin = m_time.count;
        for (std::size_t i = 0; i < count; ++i) {
            m_time = Micros(begin + static_cast<std::int64_t>(static_cast<double>(duration.count) *
                                                              static_cast<double>(i + 1) / static_cast<double>(count)));
            m_log.setTime(m_time);
            const TraceIndex trace = m_traces[random() % m_traces.size()];
            const std::uint64_t size = 32 + random() % 1000;
            m_live.push_back({m_log.allocation(trace, size), trace, size});
            ++m_events;
            if (i % 2 == 0) continue;
            const WrittenBlock block = m_live.front();
            m_live.pop_front();
            m_log.free(block.ordinal, block.trace, block.size);
            ++m_events;
        }
    }
    /// Another thread, number 2 or above, that allocates `count` blocks over `duration`, none of which is freed.
    void growIn(std::uint32_t thread, const std::string& name, std::size_t count, Micros duration) {
        m_metadata.thread(ThreadIndex(thread), 4711 + thread, name.c_str());
        const FunctionIndex function =
            m_metadata.function(m_metadata.string("/srv/app/pool.py"), m_metadata.string("serve"), 1);
        const std::vector<MetadataWriter::Frame> frames{{function, 10 + thread}};
        const TraceIndex trace = m_metadata.trace(ThreadIndex(thread), Domain::Python, NodeIndex(0), frames);
        const Micros begin = m_time;
        for (std::size_t i = 1; i <= count; ++i) {
            m_time = begin + Micros(duration.count * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(count));
            m_log.setTime(m_time);
            m_log.allocation(trace, 100);
            ++m_events;
        }
    }
    /// Gives labels to the trace number `which`, from 0 on, that has none.
    void label(std::size_t which, const std::vector<std::pair<std::string, std::string>>& labels) {
        std::vector<MetadataWriter::Label> set;
        for (const auto& [name, value] : labels) set.push_back({m_metadata.string(name), m_metadata.string(value)});
        m_metadata.labels(m_traces[which], m_metadata.labelSet(set));
    }
    void mark(records::MarkKind kind, const std::string& text) {
        m_log.mark(kind, text.empty() ? StringIndex() : m_metadata.string(text), ThreadIndex(1));
    }
    void resident(std::uint64_t bytes) { m_log.resident(bytes); }
    void resident(std::uint64_t bytes, ResidentKinds kinds) { m_log.resident(bytes, 0, kinds); }
    /// Of a reading of where the process has its memory; the last is MemoryPart::Complete.
    void memory(std::initializer_list<std::pair<MemoryPart, std::uint64_t>> parts) {
        for (const auto& [part, bytes] : parts) m_log.memoryPart(part, bytes);
    }
    void collection(unsigned generation, Micros duration) { m_log.collection(generation, duration); }
    std::uint64_t events() const { return m_events; }
    Micros time() const { return m_time; }

    /// As stop() does.
    void end(MetadataWriter::EndReason reason = MetadataWriter::EndReason::Stopped) {
        m_metadata.end(m_time, reason);
        m_log.close();
        m_metadata.close();
    }
    /// As a killed program does: files stay as they are, and the system drops the lock.
    void die() {
        releaseLock(m_filebase.string() + ".hpd");
        m_log.abandon();
        m_metadata.abandon();
    }

private:
    std::uint32_t random() { return m_state = m_state * 1664525u + 1013904223u, m_state >> 8; }

    std::filesystem::path m_filebase;
    Weights m_weights;
    MetadataWriter m_metadata;
    EventsV2Writer m_log;
    std::vector<TraceIndex> m_traces;
    std::deque<WrittenBlock> m_live;
    std::uint32_t m_state = 1;
    Micros m_time;
    std::uint64_t m_events = 0;
};

}  // namespace heapprof::test
