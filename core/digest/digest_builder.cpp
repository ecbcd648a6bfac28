#include "core/digest/digest_builder.h"

#include <algorithm>
#include <utility>

#include "core/capture/event_loop.h"
#include "core/digest/digest_file.h"
#include "core/digest/parallel_digestion.h"
#include "core/digest/segment_builder.h"

namespace heapprof {
namespace {

constexpr std::uint64_t kEventsPerProgress = 100'000;
constexpr std::uint64_t kWorthSharing = std::uint64_t{1} << 20;    // bytes of a log
constexpr std::size_t kBucketsUntilSharing = 8 * kSegmentBuckets;  // after threads could not do any

std::shared_ptr<const Segment> segmentInMemory(std::vector<std::uint8_t> bytes) {
    auto owned = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    return std::make_shared<const Segment>(*owned, owned, "digest in memory", 0);
}

/// Whether there is more in the .hpm file than was known of it.
bool hasNewTraces(Capture& capture) {
    try {
        return capture.refresh();
    } catch (const FileError&) {  // what is unknown stays so; the events must not be lost
        return false;
    }
}

/// Whether the capture holds all that the digest speaks of. Another process may have written it just now: so what is
/// known of the capture may be older, and is looked at after the digest.
bool holds(Capture& capture, const DigestExtent& extent) {
    const auto knowsTraces = [&] { return extent.traces <= capture.info()->traces->traceCount(); };
    if (!knowsTraces()) hasNewTraces(capture);
    return extent.position.offset <= capture.eventsLength() && knowsTraces() && !extent.foundUnknown;
}

/// Whether the log holds no event behind `position`. A writer that has its file's length already fills it up, and it
/// may have lost its lock.
bool isEnd(const Capture& capture, const EventPosition& position) {
    const auto reader = capture.events();
    reader->seek(position);
    Event event;
    return reader->read({&event, 1}) == 0;
}

}  // namespace

/// The state of a build: live memory per trace, the segment being filled, and where it goes.
class DigestBuilder::Work {
public:
    Work(std::shared_ptr<Capture> capture, Start start, unsigned threads);

    void run(const std::stop_token& stop, const std::function<void(const DigestProgress&)>& report);
    std::shared_ptr<const Digest> digest();
    DigestProgress progress() const;

    std::shared_ptr<Capture> m_capture;
    std::unique_ptr<DigestFile> m_file;  // null: in memory only
    std::string m_whyNoFile;
    std::unique_ptr<EventReader> m_reader;
    std::vector<Damage> m_damage;

private:
    void openFile(Start start);
    void startAnew();
    void replaceFile();
    void goOnFrom(const DigestFile& file);
    void dropShortSegment();
    void beginSegment(const EventPosition& position, const Amount& total);
    bool digestInParallel(const std::stop_token& stop, const std::function<void(const DigestProgress&)>& report);
    TraceIndex knownTrace(TraceIndex trace);
    bool hasLearntLateTraces();
    bool knowsRules(const CaptureInfo& info) const { return info.metadata.sampling == m_rules; }
    DigestIdentity identity() const { return DigestIdentity::of(m_capture->info()->metadata.uuid, m_rules); }
    void encodeEndedBuckets();
    void growTraces(std::size_t count);
    void flushSegment(bool complete);
    void append(std::span<const Bucket> buckets, const SegmentChanges& changes, bool complete);

    const unsigned m_threads;
    SamplingRules m_rules;  // by which amounts are scaled
    std::shared_ptr<const Weights> m_weights;
    BigTable<Amount> m_values;     // indexed by trace: before the first bucket of the segment being filled
    bool m_mayLearnTraces = true;  // whether reading the .hpm file again can help with an unknown trace
    bool m_hasOtherRules = false;  // a trace was met by whose rule nothing has been weighed
    std::uint64_t m_unknownTraceEvents = 0;
    std::uint32_t m_greatestUnknownTrace = 0;
    std::size_t m_unknownTraceReport = 0;  // 1 + its place in m_damage, once there is one

    std::size_t m_sharesFrom = 0;  // number of the bucket from which threads may be of use again

    std::vector<Bucket> m_buckets;  // of finished segments
    std::vector<std::shared_ptr<const Segment>> m_segments;
    std::vector<std::uint8_t> m_keyFrame;  // before the first bucket of the segment being filled
    SegmentBuilder m_builder;
    bool m_complete = false;
    unsigned m_revision = 0;
    std::uint64_t m_logLength = 0;
    std::shared_ptr<const Digest> m_published;
    // The buckets of the segment being filled that have ended, encoded when somebody asked for them, and the key frame
    // behind them: so an event that joins the bucket being filled costs those who follow little more than that bucket.
    std::shared_ptr<const Segment> m_endedBuckets;
    std::vector<std::uint8_t> m_openKeyFrame;
};

DigestBuilder::Work::Work(std::shared_ptr<Capture> capture, Start start, unsigned threads)
    : m_capture(std::move(capture)),
      m_reader(m_capture->events()),
      m_threads(threads),
      m_rules(m_capture->info()->metadata.sampling),
      m_weights(std::make_shared<const Weights>(m_rules)),
      m_keyFrame(encodeKeyFrame({})),
      m_builder(m_weights) {
    m_logLength = m_reader->length();
    growTraces(0);
    beginSegment({}, {});
    openFile(start);
}

/// Finds a digest to continue, or a place for a new one.
void DigestBuilder::Work::openFile(Start start) {
    for (const auto& path : DigestFile::candidates(*m_capture)) {
        if (start == Start::Continue) {
            if (auto file = DigestFile::open(path, identity(), true); file && holds(*m_capture, file->extent())) {
                try {
                    goOnFrom(*file);
                    m_file = std::move(file);
                    return;
                } catch (const FileError&) {
                    startAnew();  // damaged: it is replaced below
                }
            } else if (auto held = file ? nullptr : DigestFile::open(path, identity(), false)) {
                if (held->extent().complete && held->extent().logLength == m_logLength &&
                    holds(*m_capture, held->extent())) {
                    try {
                        goOnFrom(*held);  // there is nothing to append
                        m_whyNoFile.clear();
                        return;
                    } catch (const FileError&) {
                        startAnew();
                    }
                }
                m_whyNoFile = path.string() + ": is being written by another process, or cannot be written";
                continue;
            }
        }
        try {
            if (path.parent_path().filename() == "heapprof") std::filesystem::create_directories(path.parent_path());
            m_file = DigestFile::create(path, identity());
            m_whyNoFile.clear();
            return;
        } catch (const std::exception& error) {
            m_whyNoFile = error.what();
        }
    }
}

/// By what is known of the capture by now.
void DigestBuilder::Work::startAnew() {
    const auto info = m_capture->info();
    m_rules = info->metadata.sampling;
    m_weights = std::make_shared<const Weights>(m_rules);
    m_builder = SegmentBuilder(m_weights);
    m_hasOtherRules = false;
    m_values.clear();
    growTraces(info->traces->traceCount());
    m_sharesFrom = 0;
    m_buckets.clear();
    m_segments.clear();
    m_complete = false;
    ++m_revision;
    m_reader = m_capture->events();
    m_damage.clear();
    m_unknownTraceEvents = m_unknownTraceReport = 0;
    m_greatestUnknownTrace = 0;
    beginSegment({}, {});
}

void DigestBuilder::Work::replaceFile() {
    startAnew();
    m_file.reset();  // which has what is not so any more, should none take its place
    openFile(Start::Anew);
}

void DigestBuilder::Work::goOnFrom(const DigestFile& file) {
    m_segments = file.segments();
    for (const auto& segment : m_segments) segment->appendBuckets(m_buckets);
    m_logLength = m_reader->length();
    m_complete = file.extent().complete && file.extent().logLength == m_logLength;
    if (!m_complete) dropShortSegment();
    const Digest known(m_weights, m_capture->info()->traces->traceCount(), m_buckets, m_segments, false);
    growTraces(known.traceCount());
    std::ranges::fill(m_values, Amount{});
    for (const auto& [trace, amount] : known.stateAfter(m_buckets.size())) m_values[trace.value] = amount;
    const Bucket last = m_buckets.empty() ? Bucket{} : m_buckets.back();
    if (file.extent().foundDamage) {  // read once more: what it says of the damage is not kept
        const auto pass = [](const Event&) {};
        visitEvents(*m_reader, last.end.events, pass);
        if (m_reader->position() != last.end)
            throw FileError(FileError::Kind::Damaged, m_capture->eventsPath().string(),
                            "has lost more since it was digested", last.end.offset);
    } else if (!m_buckets.empty()) {
        m_reader->seek(last.end);
    }
    beginSegment(last.end, last.total);
}

/// The last segment may have ended where somebody cancelled. It is made again, so that short ones do not pile up.
void DigestBuilder::Work::dropShortSegment() {
    if (m_segments.empty()) return;
    const Segment& last = *m_segments.back();
    const std::uint64_t start = last.firstBucket() == 0 ? 0 : m_buckets[last.firstBucket() - 1].end.events;
    if (isFullSegment(last.bucketCount(), m_buckets.back().end.events - start, m_capture->info()->traces->traceCount()))
        return;
    m_buckets.resize(last.firstBucket());
    m_segments.pop_back();
}

void DigestBuilder::Work::beginSegment(const EventPosition& position, const Amount& total) {
    m_keyFrame = encodeKeyFrame(m_values);
    m_endedBuckets.reset();
    m_builder.begin(m_buckets.size(), position, total);
}

void DigestBuilder::Work::run(const std::stop_token& stop, const std::function<void(const DigestProgress&)>& report) {
    const bool isBeingWritten =
        m_capture->isBeingWritten();  // asked first: what is written later may still be read now
    m_mayLearnTraces = true;
    if (hasLearntLateTraces() || !knowsRules(*m_capture->info())) replaceFile();
    const SegmentBuilder::TraceResolver resolve = [&](TraceIndex trace) { return knownTrace(trace); };
    std::uint64_t nextReport = m_builder.position().events + kEventsPerProgress;
    bool reachedEnd = false;
    while (!stop.stop_requested()) {
        if (m_builder.events() == 0 && digestInParallel(stop, report)) continue;
        m_mayLearnTraces |= isBeingWritten;
        const bool isEnd = m_builder.read(*m_reader, resolve) == 0;
        if (m_hasOtherRules) {  // another fixed point, perhaps: what was added up is of no use
            replaceFile();
            continue;
        }
        if (isEnd) {
            reachedEnd = true;
            break;
        }
        m_published.reset();
        m_complete = false;
        if (m_builder.isFull()) flushSegment(false);
        if (report && m_builder.position().events >= nextReport) {
            nextReport = m_builder.position().events + kEventsPerProgress;
            m_logLength = m_reader->length();
            report(progress());
        }
    }
    m_logLength = m_reader->length();
    const bool complete = reachedEnd && !isBeingWritten;
    // While the program runs the file waits for whole segments; the rest is kept when the log or the user ends the
    // build.
    if (!reachedEnd || complete) flushSegment(complete);
    if (report) report(progress());
}

/// Appends as many whole segments as several threads can; false when they cannot do any.
bool DigestBuilder::Work::digestInParallel(const std::stop_token& stop,
                                           const std::function<void(const DigestProgress&)>& report) {
    const std::uint64_t length = m_reader->length(), read = m_builder.position().offset;
    if (m_threads < 2 || length < read || length - read < kWorthSharing || m_buckets.size() < m_sharesFrom)
        return false;
    const auto info = m_capture->info();
    if (!knowsRules(*info)) {
        replaceFile();
        return true;
    }
    growTraces(info->traces->traceCount());
    const std::size_t buckets = m_buckets.size();
    ParallelDigestion digestion(*m_capture, m_weights, m_builder.traceCount() - 1, buckets, m_builder.position(),
                                m_threads, stop);
    while (auto part = digestion.next()) {
        if (part->start != m_builder.position()) break;
        const Amount before = m_builder.total();
        for (Bucket& bucket : part->buckets) {
            bucket.total += before;
            bucket.min = wrappingAdd(bucket.min, before.bytes);
            bucket.max = wrappingAdd(bucket.max, before.bytes);
        }
        m_complete = false;
        m_logLength = m_reader->length();
        append(part->buckets, part->changes, false);
        if (report) report(progress());
    }
    if (m_buckets.size() == buckets) {
        m_sharesFrom = buckets + kBucketsUntilSharing;
        return false;
    }
    m_reader->seek(m_builder.position());
    return true;
}

/// The trace itself once the .hpm file, read again, knows it; otherwise the unknown one. Traces of another rule than
/// were known come with that rule.
TraceIndex DigestBuilder::Work::knownTrace(TraceIndex trace) {
    if (trace.value > m_capture->info()->traces->traceCount() && m_mayLearnTraces)
        m_mayLearnTraces = hasNewTraces(*m_capture);
    const auto info = m_capture->info();
    const std::size_t traceCount = info->traces->traceCount();
    m_hasOtherRules |= !knowsRules(*info);
    if (m_hasOtherRules) return TraceIndex(0);
    growTraces(traceCount);
    if (trace.value <= traceCount) return trace;
    ++m_unknownTraceEvents;
    m_greatestUnknownTrace = std::max(m_greatestUnknownTrace, trace.value);
    if (m_unknownTraceReport == 0) {
        m_damage.push_back({m_capture->eventsPath().string(), m_builder.position().offset, 0, {}});
        m_unknownTraceReport = m_damage.size();
    }
    m_damage[m_unknownTraceReport - 1].reason =
        std::to_string(m_unknownTraceEvents) +
        " events name stack traces that the .hpm file does not hold; they are shown as unknown";
    return TraceIndex(0);
}

/// Whether the .hpm file, which came later than the log, holds by now all that it did not hold then.
bool DigestBuilder::Work::hasLearntLateTraces() {
    if (m_unknownTraceEvents == 0) return false;
    hasNewTraces(*m_capture);
    return m_greatestUnknownTrace <= m_capture->info()->traces->traceCount();
}

/// Makes room for traces 0 to `count`.
void DigestBuilder::Work::growTraces(std::size_t count) {
    m_builder.growTraces(count + 1);
    m_values.resize(m_builder.traceCount());
}

/// Ends the segment being filled, with the bucket being filled, and keeps both.
void DigestBuilder::Work::flushSegment(bool complete) {
    m_builder.endBucket();
    if (m_builder.events() == 0 && complete == m_complete) return;
    append(m_builder.buckets(), m_builder.changes(), complete);
}

/// Keeps a segment, or only whether the digest is complete when there are no buckets. The next one begins.
void DigestBuilder::Work::append(std::span<const Bucket> buckets, const SegmentChanges& changes, bool complete) {
    m_complete = complete;
    m_published.reset();
    const EventPosition end = buckets.empty() ? m_builder.position() : buckets.back().end;
    std::vector<std::uint8_t> bytes;
    if (!buckets.empty())
        bytes = encodeSegment(m_segments.empty() ? 0 : m_segments.back()->offset(), m_buckets.size(), buckets,
                              m_keyFrame, changes);
    std::shared_ptr<const Segment> segment;
    if (m_file) {
        try {
            segment =
                m_file->append(bytes, {m_buckets.size() + buckets.size(), complete, end, m_logLength,
                                       m_values.size() - 1, !m_reader->damage().empty(), m_unknownTraceEvents > 0});
        } catch (const FileError& error) {  // a full disk, say: what is there stays, the rest lives in memory
            m_whyNoFile = error.what();
            m_file.reset();
        }
    }
    if (buckets.empty()) return;
    m_segments.push_back(segment ? std::move(segment) : segmentInMemory(std::move(bytes)));
    m_buckets.insert(m_buckets.end(), buckets.begin(), buckets.end());
    changes.addTo(m_values);
    beginSegment(end, buckets.back().total);
}

void DigestBuilder::Work::encodeEndedBuckets() {
    const SegmentChanges changes = m_builder.changes();
    m_endedBuckets = segmentInMemory(encodeSegment(0, m_buckets.size(), m_builder.buckets(), m_keyFrame, changes));
    BigTable<Amount> values = m_values;
    changes.addTo(values);
    m_openKeyFrame = encodeKeyFrame(values);
}

std::shared_ptr<const Digest> DigestBuilder::Work::digest() {
    if (m_published) return m_published;
    std::vector<Bucket> buckets = m_buckets;
    std::vector<std::shared_ptr<const Segment>> segments = m_segments;
    if (const std::vector<Bucket>& ended = m_builder.buckets(); !ended.empty()) {
        if (!m_endedBuckets || m_endedBuckets->bucketCount() != ended.size()) encodeEndedBuckets();
        buckets.insert(buckets.end(), ended.begin(), ended.end());
        segments.push_back(m_endedBuckets);
    }
    if (const std::optional<Bucket> bucket = m_builder.openBucket()) {
        segments.push_back(
            segmentInMemory(encodeSegment(0, buckets.size(), std::span(&*bucket, 1),
                                          m_endedBuckets ? m_openKeyFrame : m_keyFrame, m_builder.openChanges())));
        buckets.push_back(*bucket);
    }
    m_published = std::make_shared<const Digest>(m_weights, m_values.size() - 1, std::move(buckets),
                                                 std::move(segments), m_complete, m_revision);
    return m_published;
}

DigestProgress DigestBuilder::Work::progress() const {
    const EventPosition& position = m_builder.position();
    return {position.events, std::min(position.offset, m_logLength), m_logLength, Micros(position.time)};
}

DigestBuilder::DigestBuilder(std::shared_ptr<Capture> capture, Start start, unsigned threads)
    : m_work(std::make_unique<Work>(std::move(capture), start, threads)) {}
DigestBuilder::~DigestBuilder() = default;

unsigned DigestBuilder::usualThreads() { return std::clamp(std::thread::hardware_concurrency(), 1u, 3u); }

void DigestBuilder::run(std::stop_token stop, const std::function<void(const DigestProgress&)>& progress) {
    m_work->run(stop, progress);
}
std::shared_ptr<const Digest> DigestBuilder::digest() { return m_work->digest(); }
DigestProgress DigestBuilder::progress() const { return m_work->progress(); }

std::vector<Damage> DigestBuilder::damage() const {
    std::vector<Damage> all = m_work->m_reader->damage();
    all.insert(all.end(), m_work->m_damage.begin(), m_work->m_damage.end());
    return all;
}

std::optional<std::filesystem::path> DigestBuilder::file() const {
    if (!m_work->m_file) return std::nullopt;
    return m_work->m_file->path();
}
const std::string& DigestBuilder::whyNoFile() const { return m_work->m_whyNoFile; }

std::shared_ptr<const Digest> openDigest(Capture& capture) {
    const auto info = capture.info();
    for (const auto& path : DigestFile::candidates(capture)) {
        const auto file = DigestFile::open(path, DigestIdentity::of(info->metadata), false);
        if (!file || !holds(capture, file->extent())) continue;
        const DigestExtent& extent = file->extent();
        try {
            const auto segments = file->segments();
            std::vector<Bucket> buckets;
            for (const auto& segment : segments) segment->appendBuckets(buckets);
            const bool complete = extent.complete && !extent.foundDamage &&
                                  extent.logLength == capture.eventsLength() && isEnd(capture, extent.position);
            return std::make_shared<const Digest>(std::make_shared<const Weights>(info->metadata.sampling),
                                                  static_cast<std::size_t>(extent.traces), std::move(buckets), segments,
                                                  complete);
        } catch (const FileError&) {
            continue;  // damaged: as good as absent, it is built anew
        }
    }
    return nullptr;
}

}  // namespace heapprof
