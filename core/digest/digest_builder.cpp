#include "core/digest/digest_builder.h"

#include <algorithm>
#include <utility>

#include "core/digest/digest_file.h"

namespace heapprof {
namespace {

constexpr std::size_t kBatch = 1024;  // events that fit the first-level cache
constexpr std::uint64_t kEventsPerProgress = 100'000;
constexpr std::uint64_t kFirstRowLength = 512;  // events
constexpr std::size_t kRowsPerDoubling = 1024;
constexpr unsigned kMaxDoublings = 24;

/// `value`, or its negative when `minus` is -1 and not 0.
constexpr std::int64_t withSign(std::int64_t value, std::int64_t minus) { return (value ^ minus) - minus; }

std::uint64_t rowLength(std::size_t row) {
    return kFirstRowLength << std::min<std::size_t>(row / kRowsPerDoubling, kMaxDoublings);
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
    /// What the row being filled has done to a trace.
    struct alignas(32) InRow {
        std::int64_t allocated = 0;
        std::int64_t freed = 0;
        std::int64_t blocks = 0;
        std::uint64_t isTouched = 0;
    };
    struct Variances {
        std::int64_t bytes = 0, blocks = 0;
    };

    void openFile(Start start);
    void startAnew();
    void goOnFrom(const DigestFile& file);
    template <bool exact>
    void apply(std::span<const Event> events);
    std::uint32_t knownTrace(TraceIndex trace);
    void knowTraces(std::size_t count);
    void beginRow();
    void endRow();
    TraceChange rowChange(std::uint32_t trace) const;
    void finishRow();
    Row finishedRow() const;
    void flushSegment(bool complete);
    DigestExtent extent(bool complete) const;

    std::shared_ptr<const Weights> m_weights;
    std::vector<TraceValue> m_values;    // indexed by trace: after the last finished row
    std::vector<InRow> m_inRow;          // indexed by trace
    std::vector<Variances> m_variances;  // the same, unless everything was recorded
    bool m_mayLearnTraces = true;        // whether reading the .hpm file again can help with an unknown trace
    std::uint64_t m_unknownTraceEvents = 0;
    std::size_t m_unknownTraceReport = 0;  // 1 + its place in m_damage, once there is one

    std::vector<Row> m_rows;  // finished ones, all segments
    std::vector<std::shared_ptr<const Segment>> m_segments;
    std::vector<std::uint8_t> m_keyFrame;  // before the first row of the segment being filled
    ChangeLog m_changes;                   // of that segment
    std::size_t m_segmentStart = 0;        // its first row

    Row m_row;  // being filled
    std::uint64_t m_rowEvents = 0;
    std::vector<std::uint32_t> m_touched;  // traces that changed in it, and one place more
    std::size_t m_touchedCount = 0;
    TraceValue m_total;        // of all traces
    EventPosition m_position;  // behind the last event applied
    bool m_complete = false;
    std::uint64_t m_logLength = 0;
    std::shared_ptr<const Digest> m_published;
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
    m_segmentStart = 0;
    m_total = {};
    m_position = {};
    m_complete = false;
    m_reader = m_capture->events();
    beginRow();
}

void DigestBuilder::Work::goOnFrom(const DigestFile& file) {
    m_segments = file.segments();
    for (const auto& segment : m_segments) segment->appendRows(m_rows);
    const Digest known(m_weights, m_capture->info()->traces->traceCount(), m_rows, m_segments, false);
    m_values = known.stateAfter(m_rows.size());
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
    std::vector<Event> events(kBatch);
    std::uint64_t nextReport = m_position.events + kEventsPerProgress;
    bool reachedEnd = false;
    while (!stop.stop_requested()) {
        // A batch never passes the end of a row, so that a row ends at a position of the reader.
        const std::uint64_t room = rowLength(m_rows.size()) - m_rowEvents;
        const std::size_t count =
            m_reader->read(std::span(events).first(static_cast<std::size_t>(std::min<std::uint64_t>(room, kBatch))));
        if (count == 0) {
            reachedEnd = true;
            break;
        }
        m_published.reset();
        m_complete = false;
        m_mayLearnTraces |= isBeingWritten;
        if (m_weights->exact())
            apply<true>(std::span(events).first(count));
        else
            apply<false>(std::span(events).first(count));
        m_position = m_reader->position();
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

template <bool exact>
void DigestBuilder::Work::apply(std::span<const Event> events) {
    if (m_rowEvents == 0) {
        m_row.firstTime = events.front().time.count;
        m_row.greatestTime = m_rows.empty() ? 0 : m_rows.back().end.time;
    }
    m_rowEvents += events.size();
    std::span<InRow> inRow = m_inRow;  // these in registers while the events pass
    std::uint32_t* touched = m_touched.data();
    std::size_t touchedCount = m_touchedCount;
    Row row = m_row;
    TraceValue total = m_total;
    constexpr std::size_t kAhead = 8;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Event& event = events[i];
        const std::uint32_t next = events[std::min(i + kAhead, events.size() - 1)].trace.value;
        __builtin_prefetch(&inRow[next < inRow.size() ? next : 0]);
        std::uint32_t trace = event.trace.value;
        if (trace >= inRow.size()) [[unlikely]] {
            trace = knownTrace(event.trace);
            inRow = m_inRow;
            touched = m_touched.data();
        }
        const Weight weight = exact ? Weight{static_cast<std::int64_t>(event.size & 0x3fffffffffffffff), 1, 0, 0}
                                    : m_weights->of(event.size);
        // Without branches: whether an event allocates or frees, and whether its row has met its trace, is as good as
        // random.
        const std::int64_t freed = event.kind == EventKind::Free ? -1 : 0;
        InRow& in = inRow[trace];
        touched[touchedCount] = trace;
        touchedCount += 1 - in.isTouched;
        in.isTouched = 1;
        const std::int64_t bytes = withSign(weight.bytes, freed), blocks = withSign(weight.blocks, freed);
        const std::int64_t allocated = weight.bytes & ~freed;
        in.allocated = wrappingAdd(in.allocated, allocated);
        in.freed = wrappingAdd(in.freed, weight.bytes & freed);
        in.blocks = wrappingAdd(in.blocks, blocks);
        if constexpr (!exact) {
            const std::int64_t bytesVariance = withSign(weight.bytesVariance, freed);
            const std::int64_t blocksVariance = withSign(weight.blocksVariance, freed);
            Variances& variances = m_variances[trace];
            variances.bytes = wrappingAdd(variances.bytes, bytesVariance);
            variances.blocks = wrappingAdd(variances.blocks, blocksVariance);
            total.bytesVariance = wrappingAdd(total.bytesVariance, bytesVariance);
            total.blocksVariance = wrappingAdd(total.blocksVariance, blocksVariance);
        }
        total.bytes = wrappingAdd(total.bytes, bytes);
        total.blocks = wrappingAdd(total.blocks, blocks);
        row.allocated = wrappingAdd(row.allocated, allocated);
        row.greatestTime = total.bytes > row.greatest ? event.time.count : row.greatestTime;
        row.greatest = std::max(row.greatest, total.bytes);
        row.least = std::min(row.least, total.bytes);
    }
    m_touchedCount = touchedCount;
    m_total = total;
    m_row = row;
}

/// The trace itself once the .hpm file, read again, knows it; otherwise the unknown one.
std::uint32_t DigestBuilder::Work::knownTrace(TraceIndex trace) {
    if (trace.value > m_capture->info()->traces->traceCount() && m_mayLearnTraces)
        m_mayLearnTraces = m_capture->refresh();
    const std::size_t traceCount = m_capture->info()->traces->traceCount();
    if (m_inRow.size() <= traceCount) knowTraces(traceCount);
    if (trace.value <= traceCount) return trace.value;
    ++m_unknownTraceEvents;
    if (m_unknownTraceReport == 0) {
        m_damage.push_back({m_capture->eventsPath().string(), m_position.offset, 0, {}});
        m_unknownTraceReport = m_damage.size();
    }
    m_damage[m_unknownTraceReport - 1].reason =
        std::to_string(m_unknownTraceEvents) +
        " events name stack traces that the .hpm file does not hold; they are shown as unknown";
    return 0;
}

/// Makes room for traces 0 to `count`.
void DigestBuilder::Work::knowTraces(std::size_t count) {
    m_values.resize(count + 1);
    m_inRow.resize(count + 1);
    m_touched.resize(count + 2);
    if (!m_weights->exact()) m_variances.resize(count + 1);
}

void DigestBuilder::Work::beginRow() {
    m_row = {};
    m_row.least = m_row.greatest = m_total.bytes;
    m_rowEvents = 0;
    for (const std::uint32_t trace : std::span(m_touched).first(m_touchedCount)) {
        m_inRow[trace] = {};
        if (!m_variances.empty()) m_variances[trace] = {};
    }
    m_touchedCount = 0;
}

TraceChange DigestBuilder::Work::rowChange(std::uint32_t trace) const {
    const InRow& in = m_inRow[trace];
    const Variances variances = m_variances.empty() ? Variances{} : m_variances[trace];
    return {TraceIndex(trace),
            static_cast<std::uint32_t>(m_rows.size() - m_segmentStart),
            {wrappingSubtract(in.allocated, in.freed), in.blocks, variances.bytes, variances.blocks},
            in.allocated};
}

Row DigestBuilder::Work::finishedRow() const {
    Row row = m_row;
    row.end = m_position;
    row.bytes = m_total.bytes;
    row.blocks = m_total.blocks;
    row.bytesVariance = m_total.bytesVariance;
    row.blocksVariance = m_total.blocksVariance;
    return row;
}

/// The row being filled joins its segment.
void DigestBuilder::Work::finishRow() {
    for (const std::uint32_t trace : std::span(m_touched).first(m_touchedCount)) {
        const TraceChange change = rowChange(trace);
        m_values[trace] += change.delta;
        m_changes.add(change);
    }
    m_rows.push_back(finishedRow());
    beginRow();
}

void DigestBuilder::Work::endRow() {
    finishRow();
    if (m_rows.size() - m_segmentStart == kSegmentRows) flushSegment(false);
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
                              std::span(m_rows).subspan(m_segmentStart), m_keyFrame, m_changes);
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
    if (!segment) {
        auto owned = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
        segment = std::make_shared<const Segment>(*owned, owned, "digest in memory", 0);
    }
    m_segments.push_back(std::move(segment));
    m_segmentStart = m_rows.size();
    m_changes.clear();
    m_keyFrame = encodeKeyFrame(m_values);
}

std::shared_ptr<const Digest> DigestBuilder::Work::digest() {
    if (m_published) return m_published;
    std::vector<Row> rows = m_rows;
    std::vector<std::shared_ptr<const Segment>> segments = m_segments;
    ChangeLog changes = m_changes;
    if (m_rowEvents > 0) {  // as if the row being filled ended here
        for (const std::uint32_t trace : std::span(m_touched).first(m_touchedCount)) changes.add(rowChange(trace));
        rows.push_back(finishedRow());
    }
    if (rows.size() > m_segmentStart) {
        auto owned = std::make_shared<const std::vector<std::uint8_t>>(
            encodeSegment(0, m_segmentStart, std::span(rows).subspan(m_segmentStart), m_keyFrame, changes));
        segments.push_back(std::make_shared<const Segment>(*owned, owned, "digest in memory", 0));
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
