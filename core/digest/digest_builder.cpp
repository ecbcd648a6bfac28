#include "core/digest/digest_builder.h"

#include <algorithm>
#include <utility>

#include "core/capture/event_loop.h"
#include "core/digest/digest_file.h"

namespace heapprof {
namespace {

constexpr std::size_t kBatch = 1024;  // events until something else is looked at
constexpr std::uint64_t kEventsPerProgress = 100'000;
constexpr std::uint64_t kFirstRowLength = 512;  // events
constexpr std::size_t kRowsPerDoubling = 1024;
constexpr unsigned kMaxDoublings = 24;
/// A segment ends with the row in which its changes become more than these, and twice as many as there are traces: so
/// key frames stay a minor part of a digest, and reading all of a segment takes a millisecond or two.
constexpr std::size_t kChangesPerSegment = std::size_t{1} << 17;

/// `value`, or its negative when `minus` is -1 and not 0.
constexpr std::int64_t withSign(std::int64_t value, std::int64_t minus) { return (value ^ minus) - minus; }

std::uint64_t rowLength(std::size_t row) {
    return kFirstRowLength << std::min<std::size_t>(row / kRowsPerDoubling, kMaxDoublings);
}

std::shared_ptr<const Segment> segmentInMemory(std::vector<std::uint8_t> bytes) {
    auto owned = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    return std::make_shared<const Segment>(*owned, owned, "digest in memory", 0);
}

}  // namespace

/// The state of a build: live memory per trace, the row and the segment being filled, and where they go.
class DigestBuilder::Work {
public:
    Work(std::shared_ptr<Capture> capture, Start start);

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
    void goOnFrom(const DigestFile& file);
    template <bool exact>
    struct Applier;
    template <bool exact>
    std::size_t apply(std::size_t most);
    std::uint32_t knownTrace(TraceIndex trace);
    bool hasLearntLateTraces();
    void knowTraces(std::size_t count);
    void beginRow();
    void endRow();
    void finishRow();
    Row finishedRow() const;
    void flushSegment(bool complete);
    void encodeFinishedRows();
    DigestExtent extent(bool complete) const;

    std::shared_ptr<const Weights> m_weights;
    BigTable<TraceValue> m_values;  // indexed by trace: before the first row of the segment being filled
    bool m_mayLearnTraces = true;   // whether reading the .hpm file again can help with an unknown trace
    std::uint64_t m_unknownTraceEvents = 0;
    std::uint32_t m_greatestUnknownTrace = 0;
    std::size_t m_unknownTraceReport = 0;  // 1 + its place in m_damage, once there is one

    std::vector<Row> m_rows;  // finished ones, all segments
    std::vector<std::shared_ptr<const Segment>> m_segments;
    std::vector<std::uint8_t> m_keyFrame;  // before the first row of the segment being filled
    ChangeLog m_changes;                   // of that segment
    std::size_t m_segmentStart = 0;        // its first row

    Row m_row;  // being filled
    std::uint64_t m_rowEvents = 0;
    TraceValue m_total;        // of all traces: bytes now, the rest before the row being filled
    EventPosition m_position;  // behind the last event applied
    bool m_complete = false;
    std::uint64_t m_logLength = 0;
    std::shared_ptr<const Digest> m_published;
    // The finished rows of the segment being filled, encoded when somebody asked for them, and the key frame behind
    // them: so an event that joins the row being filled costs those who follow little more than that row.
    std::shared_ptr<const Segment> m_finishedRows;
    std::vector<std::uint8_t> m_openKeyFrame;
};

DigestBuilder::Work::Work(std::shared_ptr<Capture> capture, Start start)
    : m_capture(std::move(capture)),
      m_reader(m_capture->events()),
      m_weights(std::make_shared<const Weights>(m_capture->info()->metadata.sampling)),
      m_keyFrame(encodeKeyFrame({})),
      m_changes(!m_weights->exact()) {
    m_logLength = m_reader->length();
    knowTraces(0);
    beginRow();
    openFile(start);
}

/// Finds a digest to continue, or a place for a new one.
void DigestBuilder::Work::openFile(Start start) {
    const DigestIdentity identity = DigestIdentity::of(m_capture->info()->metadata);
    for (const auto& path : DigestFile::candidates(*m_capture)) {
        if (start == Start::Continue) {
            if (auto file = DigestFile::open(path, identity, true);
                file && file->extent().position.offset <= m_logLength) {
                try {
                    goOnFrom(*file);
                    m_file = std::move(file);
                    return;
                } catch (const FileError&) {
                    startAnew();  // damaged: it is replaced below
                }
            } else if (!file && DigestFile::open(path, identity, false)) {
                m_whyNoFile = path.string() + ": is being written by another process, or cannot be written";
                continue;
            }
        }
        try {
            if (path.parent_path().filename() == "heapprof") std::filesystem::create_directories(path.parent_path());
            m_file = DigestFile::create(path, identity);
            m_whyNoFile.clear();
            return;
        } catch (const std::exception& error) {
            m_whyNoFile = error.what();
        }
    }
}

void DigestBuilder::Work::startAnew() {
    m_values.clear();
    knowTraces(m_capture->info()->traces->traceCount());
    m_rows.clear();
    m_segments.clear();
    m_keyFrame = encodeKeyFrame({});
    m_changes.clear();
    m_segmentStart = 0;
    m_total = {};
    m_position = {};
    m_complete = false;
    m_reader = m_capture->events();
    m_damage.clear();
    m_unknownTraceEvents = m_unknownTraceReport = 0;
    m_greatestUnknownTrace = 0;
    beginRow();
}

void DigestBuilder::Work::goOnFrom(const DigestFile& file) {
    m_segments = file.segments();
    for (const auto& segment : m_segments) segment->appendRows(m_rows);
    const Digest known(m_weights, m_capture->info()->traces->traceCount(), m_rows, m_segments, false);
    const std::vector<TraceValue> values = known.stateAfter(m_rows.size());
    m_values.assign(values.begin(), values.end());
    knowTraces(m_values.size() - 1);
    m_keyFrame = encodeKeyFrame(m_values);
    m_segmentStart = m_rows.size();
    if (!m_rows.empty()) {
        const Row& last = m_rows.back();
        m_total = {last.bytes, last.blocks, last.bytesVariance, last.blocksVariance};
    }
    m_position = file.extent().position;
    m_complete = file.extent().complete && file.extent().logLength == m_logLength;
    m_reader->seek(m_position);
    beginRow();
}

void DigestBuilder::Work::run(const std::stop_token& stop, const std::function<void(const DigestProgress&)>& report) {
    const bool isBeingWritten =
        m_capture->isBeingWritten();  // asked first: what is written later may still be read now
    m_mayLearnTraces = true;
    if (hasLearntLateTraces()) {
        startAnew();
        openFile(Start::Anew);
    }
    std::uint64_t nextReport = m_position.events + kEventsPerProgress;
    bool reachedEnd = false;
    while (!stop.stop_requested()) {
        // A batch never passes the end of a row, so that a row ends at a position of the reader, and its first event
        // comes alone, for the same reason.
        const bool isFirst = m_rowEvents == 0;
        const std::uint64_t most =
            isFirst ? 1 : std::min<std::uint64_t>(rowLength(m_rows.size()) - m_rowEvents, kBatch);
        m_mayLearnTraces |= isBeingWritten;
        const std::size_t count = m_weights->exact() ? apply<true>(static_cast<std::size_t>(most))
                                                     : apply<false>(static_cast<std::size_t>(most));
        if (count == 0) {
            reachedEnd = true;
            break;
        }
        m_published.reset();
        m_complete = false;
        m_position = m_reader->position();
        if (isFirst) m_row.firstTime = m_position.time;
        if (m_rowEvents == rowLength(m_rows.size())) endRow();
        if (report && m_position.events >= nextReport) {
            nextReport = m_position.events + kEventsPerProgress;
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

/// What an event does to the row being filled. Copied into the decoder's loop and back.
template <bool exact>
struct DigestBuilder::Work::Applier {
    Work* work;
    const Weights* weights;
    ChangeLog::Adder adder;
    std::int64_t bytes;  // of all traces
    std::int64_t least, greatest, greatestTime;

    /// Without branches: whether an event allocates or frees, and whether its row has met its trace, is as good as
    /// random.
    void operator()(const Event& event) {
        std::uint32_t trace = event.trace.value;
        if (trace >= adder.traceCount()) [[unlikely]] {
            Applier other = *this;  // so that nobody knows where this one is, and it can stay in registers
            trace = other.learn(event.trace);
            *this = other;
        }
        const Weight weight = exact ? Weights::ofExact(event.size) : weights->of(event.size);
        const auto isFree = static_cast<std::int64_t>(event.kind);
        const std::uint32_t place = adder.placeOf(trace);
        ChangeLog::Change& change = adder.change(place);
        std::int64_t& amount = change.amounts[isFree];
        amount = wrappingAdd(amount, weight.bytes);
        change.blocks = wrappingAdd(change.blocks, withSign(weight.blocks, -isFree));
        if constexpr (!exact) {
            ChangeLog::Variances& variances = adder.variances(place);
            variances.bytes = wrappingAdd(variances.bytes, withSign(weight.bytesVariance, -isFree));
            variances.blocks = wrappingAdd(variances.blocks, withSign(weight.blocksVariance, -isFree));
        }
        bytes = wrappingAdd(bytes, withSign(weight.bytes, -isFree));
        greatestTime = bytes > greatest ? event.time.count : greatestTime;
        greatest = std::max(greatest, bytes);
        least = std::min(least, bytes);
    }
    [[gnu::noinline]] std::uint32_t learn(TraceIndex trace) {
        work->m_changes.take(adder);
        const std::uint32_t known = work->knownTrace(trace);
        adder = work->m_changes.adder(kBatch);
        return known;
    }
};

/// Applies the next events, at most `most` of them; returns how many.
template <bool exact>
std::size_t DigestBuilder::Work::apply(std::size_t most) {
    Applier<exact> applier{this,        m_weights.get(), m_changes.adder(kBatch), m_total.bytes,
                           m_row.least, m_row.greatest,  m_row.greatestTime};
    const std::size_t count = visitEvents(*m_reader, most, applier);
    m_changes.take(applier.adder);
    m_rowEvents += count;
    m_total.bytes = applier.bytes;
    m_row.least = applier.least;
    m_row.greatest = applier.greatest;
    m_row.greatestTime = applier.greatestTime;
    return count;
}

/// The trace itself once the .hpm file, read again, knows it; otherwise the unknown one.
std::uint32_t DigestBuilder::Work::knownTrace(TraceIndex trace) {
    if (trace.value > m_capture->info()->traces->traceCount() && m_mayLearnTraces) {
        try {
            m_mayLearnTraces = m_capture->refresh();
        } catch (const FileError&) {  // the trace stays unknown; the events of this batch must not be lost
            m_mayLearnTraces = false;
        }
    }
    const std::size_t traceCount = m_capture->info()->traces->traceCount();
    knowTraces(traceCount);
    if (trace.value <= traceCount) return trace.value;
    ++m_unknownTraceEvents;
    m_greatestUnknownTrace = std::max(m_greatestUnknownTrace, trace.value);
    if (m_unknownTraceReport == 0) {
        m_damage.push_back({m_capture->eventsPath().string(), m_position.offset, 0, {}});
        m_unknownTraceReport = m_damage.size();
    }
    m_damage[m_unknownTraceReport - 1].reason =
        std::to_string(m_unknownTraceEvents) +
        " events name stack traces that the .hpm file does not hold; they are shown as unknown";
    return 0;
}

/// Whether the .hpm file, which came later than the log, holds by now all that it did not hold then.
bool DigestBuilder::Work::hasLearntLateTraces() {
    if (m_unknownTraceEvents == 0) return false;
    m_capture->refresh();
    return m_greatestUnknownTrace <= m_capture->info()->traces->traceCount();
}

/// Makes room for traces 0 to `count`.
void DigestBuilder::Work::knowTraces(std::size_t count) {
    m_changes.knowTraces(count + 1);
    m_values.resize(m_changes.traceCount());
}

void DigestBuilder::Work::beginRow() {
    m_row = {};
    m_finishedRows.reset();
    m_row.least = m_row.greatest = m_total.bytes;
    m_row.greatestTime = m_rows.empty() ? 0 : m_rows.back().end.time;
    m_rowEvents = 0;
}

/// The row being filled, as if it ended here.
Row DigestBuilder::Work::finishedRow() const {
    const auto [delta, allocated] = m_changes.rowSum();
    Row row = m_row;
    row.end = m_position;
    row.bytes = m_total.bytes;
    row.blocks = wrappingAdd(m_total.blocks, delta.blocks);
    row.bytesVariance = wrappingAdd(m_total.bytesVariance, delta.bytesVariance);
    row.blocksVariance = wrappingAdd(m_total.blocksVariance, delta.blocksVariance);
    row.allocated = allocated;
    return row;
}

/// The row being filled joins its segment.
void DigestBuilder::Work::finishRow() {
    const Row row = finishedRow();
    m_changes.endRow(static_cast<std::uint32_t>(m_rows.size() - m_segmentStart));
    m_total = {row.bytes, row.blocks, row.bytesVariance, row.blocksVariance};
    m_rows.push_back(row);
    beginRow();
}

void DigestBuilder::Work::endRow() {
    finishRow();
    if (m_rows.size() - m_segmentStart == kSegmentRows ||
        m_changes.size() > std::max(kChangesPerSegment, 2 * m_values.size()))
        flushSegment(false);
}

DigestExtent DigestBuilder::Work::extent(bool complete) const {
    return {m_rows.size(), complete, m_position, m_logLength};
}

/// Ends the segment being filled, with the row being filled, and keeps both.
void DigestBuilder::Work::flushSegment(bool complete) {
    if (m_rowEvents > 0) finishRow();
    const bool isNew = m_rows.size() > m_segmentStart;
    if (!isNew && complete == m_complete) return;
    m_complete = complete;
    m_published.reset();
    std::vector<std::uint8_t> bytes;
    if (isNew)
        bytes = encodeSegment(m_file ? m_file->lastSegmentOffset() : 0, m_segmentStart,
                              std::span(m_rows).subspan(m_segmentStart), m_keyFrame, m_changes, m_values);
    std::shared_ptr<const Segment> segment;
    if (m_file) {
        try {
            segment = m_file->append(bytes, extent(complete));
        } catch (const FileError& error) {  // a full disk, say: what is there stays, the rest lives in memory
            m_whyNoFile = error.what();
            m_file.reset();
        }
    }
    if (!isNew) return;
    m_segments.push_back(segment ? std::move(segment) : segmentInMemory(std::move(bytes)));
    m_segmentStart = m_rows.size();
    m_finishedRows.reset();
    m_changes.clear();
    m_keyFrame = encodeKeyFrame(m_values);
}

void DigestBuilder::Work::encodeFinishedRows() {
    BigTable<TraceValue> values = m_values;
    m_changes.withoutOpenRow([&] {
        m_finishedRows = segmentInMemory(
            encodeSegment(0, m_segmentStart, std::span(m_rows).subspan(m_segmentStart), m_keyFrame, m_changes, values));
    });
    m_openKeyFrame = encodeKeyFrame(values);
}

std::shared_ptr<const Digest> DigestBuilder::Work::digest() {
    if (m_published) return m_published;
    std::vector<Row> rows = m_rows;
    std::vector<std::shared_ptr<const Segment>> segments = m_segments;
    if (m_rows.size() > m_segmentStart) {
        if (!m_finishedRows) encodeFinishedRows();
        segments.push_back(m_finishedRows);
    }
    if (m_rowEvents > 0) {
        rows.push_back(finishedRow());
        segments.push_back(
            segmentInMemory(encodeSegment(0, m_rows.size(), std::span(rows).last(1),
                                          m_finishedRows ? m_openKeyFrame : m_keyFrame, m_changes.openRow())));
    }
    m_published = std::make_shared<const Digest>(m_weights, m_values.size() - 1, std::move(rows), std::move(segments),
                                                 m_complete);
    return m_published;
}

DigestProgress DigestBuilder::Work::progress() const {
    return {m_position.events, std::min(m_position.offset, m_logLength), m_logLength, Micros(m_position.time)};
}

DigestBuilder::DigestBuilder(std::shared_ptr<Capture> capture, Start start)
    : m_work(std::make_unique<Work>(std::move(capture), start)) {}
DigestBuilder::~DigestBuilder() = default;

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

std::shared_ptr<const Digest> openDigest(const Capture& capture) {
    const auto info = capture.info();
    const std::uint64_t logLength = capture.eventsLength();
    for (const auto& path : DigestFile::candidates(capture)) {
        const auto file = DigestFile::open(path, DigestIdentity::of(info->metadata), false);
        if (!file || file->extent().position.offset > logLength) continue;
        try {
            const auto segments = file->segments();
            std::vector<Row> rows;
            for (const auto& segment : segments) segment->appendRows(rows);
            const bool complete = file->extent().complete && file->extent().logLength == logLength;
            return std::make_shared<const Digest>(std::make_shared<const Weights>(info->metadata.sampling),
                                                  info->traces->traceCount(), std::move(rows), segments, complete);
        } catch (const FileError&) {
            continue;  // damaged: as good as absent, it is built anew
        }
    }
    return nullptr;
}

}  // namespace heapprof
