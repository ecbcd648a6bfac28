// A capture that is written for pictures: everything that they show of it is fixed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "tests/core/written_block.h"

namespace heapprof::test {

/// Recorded on the 14th of November 2023 at 22:13:20 UTC, as process 4711 on the host "mill". Whoever destroys it
/// before end() leaves a program behind that still writes, for as long as the object lives.
class PictureCapture {
public:
    struct Call {
        std::string file;
        std::uint32_t line;
        std::string function;
    };
    using Stack = std::vector<Call>;

    /// `folder` is the program's working directory, too: relative files of calls are looked for in it.
    PictureCapture(const std::filesystem::path& folder, const std::string& name, const Sampling& sampling,
                   std::vector<std::string> arguments);

    void recordsAllDomains() { m_metadata.domains({Domain::Python, Domain::Native, Domain::Mapped}); }
    void thread(std::uint32_t number, const std::string& name);
    /// Outermost call first.
    TraceIndex trace(const Stack& stack, Domain domain = Domain::Python, std::uint32_t thread = 1);

    /// What the program called the work of a trace that has no labels yet: names and values.
    void label(TraceIndex trace, const std::vector<std::pair<std::string, std::string>>& labels);

    /// Times never go back.
    void at(Micros time);
    Micros time() const { return m_time; }
    WrittenBlock allocate(TraceIndex trace, std::uint64_t size);
    void free(const WrittenBlock& block) { m_log.free(block.ordinal, block.trace, block.size); }
    /// Of the thread 1.
    void mark(records::MarkKind kind, const std::string& text);
    void collection(unsigned generation, Micros duration) { m_log.collection(generation, duration); }
    void resident(std::uint64_t bytes, ResidentKinds kinds = {}) { m_log.resident(bytes, bytes / 50, kinds); }
    /// Of a reading of where the process has its memory; the last is MemoryPart::Complete.
    void memory(MemoryPart part, std::uint64_t bytes) { m_log.memoryPart(part, bytes); }

    /// As stop() does.
    void end();

private:
    StringIndex string(const std::string& text);

    Weights m_weights;
    MetadataWriter m_metadata;
    EventsV2Writer m_log;
    std::map<std::string, StringIndex> m_strings;
    std::map<std::pair<std::string, std::string>, FunctionIndex> m_functions;
    Micros m_time;
};

}  // namespace heapprof::test
