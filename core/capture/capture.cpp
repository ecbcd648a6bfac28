#include "core/capture/capture.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/bytes/hash.h"
#include "core/bytes/input_file.h"
#include "core/capture/chunk_reader.h"
#include "core/capture/events_v1.h"
#include "core/capture/events_v2_reader.h"
#include "core/capture/mark_reader.h"
#include "core/capture/metadata_v1.h"
#include "core/capture/metadata_v2_reader.h"

namespace heapprof {
namespace {

namespace fs = std::filesystem;

fs::path withEnding(const fs::path& filebase, const char* ending) {
    fs::path path = filebase;
    path += ending;
    return path;
}

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// Where the log of FILEBASE.hpm is when a recording that went on in new files was killed before all names had been
/// changed: see RecordingPlan::rename(), collector/recording/recording_plan.cpp.
std::vector<fs::path> otherLogsOf(const fs::path& filebase) {
    std::vector<fs::path> logs{withEnding(filebase, ".next.hpd")};
    if (filebase.extension() == ".previous")
        logs.push_back(withEnding(fs::path(filebase).replace_extension(), ".next.hpd"));
    return logs;
}

bool isLogOf(const fs::path& path, const Uuid& uuid) {
    try {
        return readFileHeader(InputFile(path), kEventsMagic).uuid == uuid;
    } catch (const FileError&) {
        return false;
    }
}

/// FILEBASE.hpd, unless the log is under another name.
fs::path logOf(const fs::path& filebase, const Metadata& metadata) {
    const fs::path usual = withEnding(filebase, ".hpd");
    if (metadata.version == 1 || isLogOf(usual, metadata.uuid)) return usual;
    for (const fs::path& other : otherLogsOf(filebase))
        if (isLogOf(other, metadata.uuid)) return other;
    return usual;
}

/// FILEBASE of what a user named: one of the three files, or FILEBASE itself.
fs::path filebaseOf(const fs::path& path) {
    const std::string ending = path.extension().string();
    const fs::path bare =
        ending == ".hpm" || ending == ".hpd" || ending == ".hpc" ? fs::path(path).replace_extension() : path;
    const bool hasMetadata = isThere(withEnding(bare, ".hpm"));
    const bool hasEvents = isThere(withEnding(bare, ".hpd"));
    if (hasMetadata && (hasEvents || std::ranges::any_of(otherLogsOf(bare), isThere))) return bare;
    using Kind = FileError::Kind;
    if (hasMetadata)
        throw FileError(Kind::Missing, withEnding(bare, ".hpd").string(),
                        "is missing: a capture is this file and the .hpm file beside it");
    if (hasEvents)
        throw FileError(Kind::Missing, withEnding(bare, ".hpm").string(),
                        "is missing: a capture is this file and the .hpd file beside it");
    if (!isThere(path)) throw FileError(Kind::NotFound, path.string(), "no such file");
    if (bare != path)
        throw FileError(Kind::Missing, bare.string() + ".hpm and .hpd", "are missing: a digest alone cannot be shown");
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) throw FileError(Kind::IsDirectory, path.string(), "is a directory");
    throw FileError(Kind::NotACapture, path.string(), "is not a heapprof capture (its name ends in .hpm or .hpd)");
}

std::unique_ptr<MetadataSource> readMetadata(const std::shared_ptr<const InputFile>& file) {
    std::array<std::uint8_t, 8> start{};
    const std::size_t count = file->readAt(0, start);
    constexpr std::array<std::uint8_t, 4> kVersion1{0, 0, 0, 1};
    if (count >= 4 && std::memcmp(start.data(), kVersion1.data(), 4) == 0) return std::make_unique<MetadataV1>(file);
    return std::make_unique<MetadataV2>(file);
}

/// Version 1 has no identity of its own: the start clock, to the nanosecond, stands in.
Uuid uuidOfV1(std::int64_t wallStart) {
    Uuid uuid{};
    const std::uint64_t halves[2] = {static_cast<std::uint64_t>(wallStart), hashBytes(&wallStart, sizeof wallStart)};
    std::memcpy(uuid.data(), halves, sizeof halves);
    return uuid;
}

}  // namespace

Capture::Capture(fs::path filebase, V1Sampling v1Sampling) : m_filebase(std::move(filebase)), m_v1Sampling(v1Sampling) {
    m_metadataFile = std::make_shared<const InputFile>(metadataPath());
    m_source = readMetadata(m_metadataFile);
    m_eventsPath = logOf(m_filebase, m_source->metadata());
    m_log = std::make_shared<const InputFile>(m_eventsPath);
    m_lengthSeen = m_log->size();
    m_sampling = m_source->metadata().recordedSampling;
    settleV1Sampling();
    publish();
    events();  // throws when the log is unusable
}

Capture::~Capture() = default;

std::shared_ptr<Capture> Capture::open(const fs::path& path, V1Sampling v1Sampling) {
    return std::shared_ptr<Capture>(new Capture(fs::absolute(filebaseOf(path)), v1Sampling));
}

fs::path Capture::metadataPath() const { return withEnding(m_filebase, ".hpm"); }
fs::path Capture::eventsPath() const { return m_eventsPath; }

std::shared_ptr<const CaptureInfo> Capture::info() const {
    const std::lock_guard lock(m_mutex);
    return m_info;
}

bool Capture::refresh() {
    const std::lock_guard lock(m_mutex);
    if (!m_source->readMore()) return false;
    publish();
    return true;
}

void Capture::settleV1Sampling() {
    if (m_source->metadata().version != 1 || m_sampling.mode == Sampling::Mode::Everything ||
        m_v1Sampling == V1Sampling::TrustTable)
        return;
    const std::string claim = describe(m_sampling);
    if (m_v1Sampling == V1Sampling::Unsampled) {
        m_warnings.push_back("Read as if everything had been recorded, as asked for; its header says: " + claim + ".");
    } else if (ignoresSampling(m_log, m_sampling)) {
        m_warnings.push_back(
            "Read as if everything had been recorded: the header says " + claim +
            ", but the events come faster than any program allocates. heapprof 1.0.2 did not sample on 64-bit Linux.");
    } else {
        return;
    }
    m_sampling = Sampling::everything();
}

void Capture::publish() {
    auto info = std::make_shared<CaptureInfo>();
    info->metadata = m_source->metadata();
    if (info->metadata.version == 1) info->metadata.sampling = m_sampling;
    info->metadata.warnings = m_warnings;
    if (info->metadata.version == 1) info->metadata.uuid = uuidOfV1(info->metadata.wallStart);
    info->traces = std::make_shared<const TraceTable>(m_source->traces());
    info->damage = m_source->damage();
    m_info = std::move(info);
}

std::unique_ptr<EventReader> Capture::events() const {
    const auto now = info();
    if (now->metadata.version == 1) return std::make_unique<EventsV1Reader>(m_log);
    return std::make_unique<EventsV2Reader>(m_log, now->metadata.uuid);
}

bool Capture::isBeingWritten() const { return info()->metadata.version != 1 && m_log->isWriteLocked(); }

std::uint64_t Capture::eventsLength() const { return m_log->size(); }

Capture::Files Capture::files() {
    if (!m_metadataFile->hasItsName() || !m_log->hasItsName()) return Files::Replaced;
    const std::uint64_t length = m_log->size();
    const bool isShorter = [&] {
        const std::lock_guard lock(m_mutex);
        return length < std::exchange(m_lengthSeen, length);
    }();
    if (isShorter) refresh();  // an orderly end cuts off what is not used, and says so before
    const Metadata& metadata = info()->metadata;
    if (isShorter && !metadata.cleanEnd && isBeingWritten()) return Files::Shrunk;
    if (metadata.version == 1) return Files::Kept;
    try {
        return readFileHeader(*m_log, kEventsMagic).uuid == metadata.uuid ? Files::Kept : Files::Replaced;
    } catch (const FileError&) {
        return Files::Replaced;  // written over
    }
}

/// What a record names lies in the .hpm file, if not yet in memory.
std::string Capture::text(std::uint32_t number) {
    const auto known = [&] {
        const std::lock_guard lock(m_mutex);
        return m_source->text(number);
    };
    std::string text = known();
    if (!text.empty() || number == 0) return text;
    refresh();
    return known();
}

std::unique_ptr<MarkReader> Capture::markReader() {
    if (info()->metadata.version == 1) return nullptr;
    return std::make_unique<MarkReader>(m_log, [this](std::uint32_t number) { return text(number); });
}

std::vector<Mark> Capture::marks() {
    const std::lock_guard lock(m_marksMutex);
    if (!m_marksReader) m_marksReader = markReader();
    if (!m_marksReader) return {};
    while (m_marksReader->readChunk(m_marks)) {
    }
    const auto traces = info()->traces;
    std::vector<Mark> threads;
    for (std::uint32_t i = 1; i < traces->threadCount(); ++i) {
        const ThreadInfo& thread = traces->thread(ThreadIndex(i));
        threads.push_back({thread.firstEvent, MarkKind::ThreadStart, thread.name, thread.nativeId});
    }
    std::ranges::sort(threads, {}, &Mark::time);
    std::vector<Mark> all;
    std::ranges::merge(m_marks, threads, std::back_inserter(all), {}, &Mark::time, &Mark::time);
    return all;
}

std::vector<Capture::Chunk> Capture::chunks(std::uint64_t from, std::uint64_t until) const {
    if (info()->metadata.version == 1) return {};
    std::vector<Chunk> chunks;
    const std::uint64_t first = std::max<std::uint64_t>(from, readFileHeader(*m_log, kEventsMagic).length);
    for (const auto& [offset, header] : readChunkHeaders(*m_log, first, until)) {
        const std::uint64_t events = 2 * header.firstOrdinal - header.blocksAtStart;  // what is not alive was freed
        chunks.push_back({offset, events, Micros(header.firstTime), Micros(header.lastTime), Bytes(header.liveAtStart),
                          Bytes(header.liveMin), Bytes(header.liveMax)});
    }
    return chunks;
}

}  // namespace heapprof
