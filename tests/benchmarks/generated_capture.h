// Big captures that no one records by hand: Zipf-distributed traces, short and long lifetimes, phases, hours of time.
// The same program in both versions of the format.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/bytes/varint.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"

namespace heapprof::benchmarks {

struct Shape {
    std::uint64_t events = 10'000'000;
    std::uint32_t traces = 2000;
};

/// Draws 0, 1, 2, ... with probabilities proportional to 1 / (i + 1), by inversion of the harmonic sum.
class ZipfTraces {
public:
    explicit ZipfTraces(std::uint32_t count) : m_count(count) {}
    template <typename Random>
    std::uint32_t operator()(Random& random) const {
        const double u = std::uniform_real_distribution<>(0, 1)(random);
        return std::min(m_count - 1, static_cast<std::uint32_t>(std::exp(u * std::log(m_count + 1.0))) - 1);
    }

private:
    std::uint32_t m_count;
};

struct GeneratedBlock {
    std::uint64_t ordinal;
    std::uint32_t trace, size;
};

/// Calls `allocate(step, trace, size)`, which returns an ordinal, and `free(step, block)`; steps are microseconds.
template <typename Allocate, typename Free>
void generateEvents(const Shape& shape, Allocate allocate, Free free) {
    std::mt19937_64 random(42);
    const ZipfTraces zipf(shape.traces);
    std::vector<GeneratedBlock> live;
    for (std::uint64_t i = 0; i < shape.events; ++i) {
        const std::uint64_t step = random() % 1024 == 0 ? random() % 200'000 : random() % 4;
        const bool grows = i * 7 / shape.events % 2 == 0;  // phases
        if (live.size() > 1000 && random() % 100 < (grows ? 49u : 51u)) {
            const std::size_t back = random() % 8 ? random() % 200 : random() % live.size();
            std::swap(live[live.size() - 1 - back], live.back());
            free(step, live.back());
            live.pop_back();
        } else {
            GeneratedBlock block{0, 1 + zipf(random),
                                 static_cast<std::uint32_t>(random() % 50 ? 16 + random() % 500 : random() % 300'000)};
            block.ordinal = allocate(step, block.trace, block.size);
            live.push_back(block);
        }
    }
}

class OutputFile {
public:
    explicit OutputFile(const std::string& path) : m_file(std::fopen(path.c_str(), "wb")) {
        if (!m_file) throw std::runtime_error(path + ": cannot be created");
    }
    ~OutputFile() { std::fclose(m_file); }
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    void write(const void* data, std::size_t length) { std::fwrite(data, 1, length, m_file); }

private:
    std::FILE* m_file;
};

/// FILEBASE.hpm and .hpd in version 1, as heapprof 1.0.2 would write them.
inline void generateV1(const std::filesystem::path& filebase, const Shape& shape) {
    OutputFile metadata(filebase.string() + ".hpm"), log(filebase.string() + ".hpd");
    const std::uint8_t header[] = {0, 0, 0, 1, 0, 0, 0, 0, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
    metadata.write(header, sizeof header);
    for (std::uint32_t i = 0; i < shape.traces; ++i) {
        for (std::uint32_t frame = 0, depth = 5 + i % 20; frame < depth; ++frame) {
            const std::string file =
                "/srv/app/package" + std::to_string(i % 40) + "/module" + std::to_string((i + frame) % 300) + ".py";
            std::uint8_t bytes[2 * kMaxVarintLength];
            const std::uint8_t* end = writeVarint(writeVarint(bytes, 2 + (i * 7 + frame * 13) % 900), file.size());
            metadata.write(bytes, static_cast<std::size_t>(end - bytes));
            metadata.write(file.data(), file.size());
        }
        metadata.write("", 1);
    }
    const auto write = [&](std::uint32_t word, std::uint64_t micros, std::uint32_t size) {
        std::uint8_t record[4 + 3 * kMaxVarintLength] = {
            static_cast<std::uint8_t>(word >> 24), static_cast<std::uint8_t>(word >> 16),
            static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
        const std::uint8_t* end =
            writeVarint(writeVarint(writeVarint(record + 4, micros / 1'000'000), micros % 1'000'000), size);
        log.write(record, static_cast<std::size_t>(end - record));
    };
    generateEvents(
        shape,
        [&](std::uint64_t step, std::uint32_t trace, std::uint32_t size) {
            write(trace, step, size);
            return std::uint64_t{0};
        },
        [&](std::uint64_t step, const GeneratedBlock& block) { write(0x40000000 | block.trace, step, block.size); });
}

/// FILEBASE.hpm and .hpd in version 2, by the writers of the collector; everything is recorded, and the clock ticks
/// every 4 ms. Still being written until end().
class GeneratedV2 {
public:
    GeneratedV2(const std::filesystem::path& filebase, const Shape& shape) {
        FileHeader header;
        header.uuid = {1, 2, 3};
        header.wallStart = 1'700'000'000'000'000'000;
        header.magic = kMetadataMagic;
        int error = m_metadata.create((filebase.string() + ".hpm").c_str(), header);
        header.magic = kEventsMagic;
        if (error == 0) error = m_log.create((filebase.string() + ".hpd").c_str(), header, m_weights);
        if (error != 0) throw std::runtime_error(filebase.string() + ": cannot be created");
        m_metadata.sampling(Sampling::everything(), 0);
        for (int i = 0; i < 300; ++i)
            m_functions.push_back(m_metadata.function(m_metadata.string("/srv/app/module" + std::to_string(i) + ".py"),
                                                      m_metadata.string("function" + std::to_string(i)), 1));
        for (std::uint32_t i = 0; i < shape.traces; ++i) addTrace();
        generateEvents(
            shape,
            [&](std::uint64_t step, std::uint32_t trace, std::uint32_t size) {
                passTime(step);
                return m_log.allocation(TraceIndex(trace), size);
            },
            [&](std::uint64_t step, const GeneratedBlock& block) {
                passTime(step);
                m_log.free(block.ordinal, TraceIndex(block.trace), block.size);
            });
    }

    TraceIndex addTrace() {
        MetadataWriter::Frame frames[4];
        for (auto& frame : frames)
            frame = {m_functions[m_random() % m_functions.size()], 1 + static_cast<std::uint32_t>(m_random() % 900)};
        const std::uint32_t parents = std::min<std::uint32_t>(m_metadata.nextNode().value, 1000);
        const NodeIndex parent(m_count++ % 8 ? static_cast<std::uint32_t>(m_random()) % parents : 0);
        return m_metadata.trace(ThreadIndex(1), Domain::Python, parent, frames);
    }
    void passTime(std::uint64_t micros) {
        m_now += micros;
        m_log.setTime(Micros(static_cast<std::int64_t>(m_now / 4000 * 4000)));
    }
    void allocate(TraceIndex trace, std::uint64_t size) { m_log.allocation(trace, size); }
    void end() {
        m_metadata.end(m_log.time(), EndReason::Stopped);
        m_log.close();
        m_metadata.close();
    }

private:
    Weights m_weights{Sampling::everything()};
    MetadataWriter m_metadata;
    EventsV2Writer m_log;
    std::vector<FunctionIndex> m_functions;
    std::mt19937 m_random{7};
    std::uint32_t m_count = 0;
    std::uint64_t m_now = 0;
};

}  // namespace heapprof::benchmarks
