#include "tests/pictures/picture_capture.h"

#include <numeric>

namespace heapprof::test {

PictureCapture::PictureCapture(const std::filesystem::path& folder, const std::string& name, const Sampling& sampling,
                               std::vector<std::string> arguments)
    : m_weights(sampling) {
    FileHeader header;
    header.uuid.fill(static_cast<std::uint8_t>(std::accumulate(name.begin(), name.end(), 1)));
    header.wallStart = 1'700'000'000'000'000'000;
    header.monotonicStart = 5'000'000'000;
    const std::string base = (folder / name).string();
    m_metadata.create((base + ".hpm").c_str(), withMagic(header, kMetadataMagic));
    m_metadata.process(
        {4711, 4700, "/opt/python/bin/python3.12", "3.12.4", "mill", folder.string(), std::move(arguments)});
    m_metadata.sampling(sampling, 0);
    thread(1, "MainThread");
    m_log.create((base + ".hpd").c_str(), withMagic(header, kEventsMagic), m_weights);
}

void PictureCapture::thread(std::uint32_t number, const std::string& name) {
    m_metadata.thread(ThreadIndex(number), 4710 + number, name, m_time);
}

TraceIndex PictureCapture::trace(const Stack& stack, Domain domain, std::uint32_t thread) {
    std::vector<MetadataWriter::Frame> frames;
    for (const Call& call : stack) {
        const auto [place, isNew] = m_functions.try_emplace({call.file, call.function});
        if (isNew) place->second = m_metadata.function(string(call.file), string(call.function), 1);
        frames.push_back({place->second, call.line});
    }
    return m_metadata.trace(ThreadIndex(thread), domain, NodeIndex(0), frames);
}

void PictureCapture::label(TraceIndex trace, const std::vector<std::pair<std::string, std::string>>& labels) {
    std::vector<MetadataWriter::Label> set;
    for (const auto& [name, value] : labels) set.push_back({string(name), string(value)});
    m_metadata.labels(trace, m_metadata.labelSet(set));
}

void PictureCapture::at(Micros time) {
    m_time = time;
    m_log.setTime(time);
}

WrittenBlock PictureCapture::allocate(TraceIndex trace, std::uint64_t size) {
    return {m_log.allocation(trace, size), trace, size};
}

void PictureCapture::mark(records::MarkKind kind, const std::string& text) {
    m_log.mark(kind, string(text), ThreadIndex(1));
}

void PictureCapture::end() {
    m_metadata.end(m_time, MetadataWriter::EndReason::Stopped);
    m_log.close();
    m_metadata.close();
}

StringIndex PictureCapture::string(const std::string& text) {
    const auto [place, isNew] = m_strings.try_emplace(text);
    if (isNew) place->second = m_metadata.string(text);
    return place->second;
}

}  // namespace heapprof::test
