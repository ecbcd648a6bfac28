// Big captures that no one records by hand: Zipf-distributed traces, short and long lifetimes, phases.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "core/bytes/varint.h"

namespace heapprof::benchmarks {

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

/// Writes FILEBASE.hpm and .hpd in version 1 with `events` events over `traces` traces, as heapprof 1.0.2 would.
inline void generateV1(const std::filesystem::path& filebase, std::uint64_t events, std::uint32_t traces) {
    std::FILE* metadata = std::fopen((filebase.string() + ".hpm").c_str(), "wb");
    std::FILE* log = std::fopen((filebase.string() + ".hpd").c_str(), "wb");
    const std::uint8_t header[] = {0, 0, 0, 1, 0, 0, 0, 0, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
    std::fwrite(header, 1, sizeof header, metadata);
    std::mt19937_64 random(42);
    for (std::uint32_t i = 0; i < traces; ++i) {
        for (std::uint32_t frame = 0, depth = 5 + i % 20; frame < depth; ++frame) {
            const std::string file =
                "/srv/app/package" + std::to_string(i % 40) + "/module" + std::to_string((i + frame) % 300) + ".py";
            std::uint8_t bytes[2 * kMaxVarintLength];
            const std::uint8_t* end = writeVarint(writeVarint(bytes, 2 + (i * 7 + frame * 13) % 900), file.size());
            std::fwrite(bytes, 1, static_cast<std::size_t>(end - bytes), metadata);
            std::fwrite(file.data(), 1, file.size(), metadata);
        }
        std::fputc(0, metadata);
    }
    const ZipfTraces zipf(traces);
    struct Block {
        std::uint32_t trace, size;
    };
    std::vector<Block> live;
    const auto write = [&](std::uint32_t word, std::uint64_t micros, std::uint32_t size) {
        std::uint8_t record[4 + 3 * kMaxVarintLength] = {
            static_cast<std::uint8_t>(word >> 24), static_cast<std::uint8_t>(word >> 16),
            static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
        const std::uint8_t* end =
            writeVarint(writeVarint(writeVarint(record + 4, micros / 1'000'000), micros % 1'000'000), size);
        std::fwrite(record, 1, static_cast<std::size_t>(end - record), log);
    };
    for (std::uint64_t i = 0; i < events; ++i) {
        const std::uint64_t step = random() % 1024 == 0 ? random() % 200'000 : random() % 4;
        const bool grows = i * 7 / events % 2 == 0;  // phases
        if (live.size() > 1000 && random() % 100 < (grows ? 49u : 51u)) {
            const std::size_t back = random() % 8 ? random() % 200 : random() % live.size();
            std::swap(live[live.size() - 1 - back], live.back());
            write(0x40000000 | live.back().trace, step, live.back().size);
            live.pop_back();
        } else {
            const Block block{1 + zipf(random),
                              static_cast<std::uint32_t>(random() % 50 ? 16 + random() % 500 : random() % 300'000)};
            live.push_back(block);
            write(block.trace, step, block.size);
        }
    }
    std::fclose(metadata);
    std::fclose(log);
}

}  // namespace heapprof::benchmarks
