// The last chunk of a log, and what may become of it under its readers: it counts on what is lost, is sealed, damaged,
// cut off.
#include <fcntl.h>
#include <unistd.h>

#include <QtTest>
#include <memory>

#include "core/bytes/hash.h"
#include "core/capture/capture.h"
#include "core/capture/mark_reader.h"
#include "core/digest/digest_builder.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// The open chunk of a log whose writer still has it, for others to write to.
class OpenChunk {
public:
    explicit OpenChunk(const std::filesystem::path& log) : m_log(log), m_descriptor(::open(log.c_str(), O_RDWR)) {
        const Contents bytes = readFile(log);
        for (std::uint64_t at = sizeof(FileHeader);; at = alignToChunk(m_start + m_header.payloadLength)) {
            std::memcpy(&m_header, bytes.data() + at, sizeof m_header);
            m_offset = at;
            m_start = at + sizeof m_header;
            if (!m_header.sealed()) break;
        }
        for (m_end = m_start; bytes[m_end] != 0;) m_end += records::length(bytes[m_end]);
    }
    ~OpenChunk() { ::close(m_descriptor); }
    OpenChunk(const OpenChunk&) = delete;
    OpenChunk& operator=(const OpenChunk&) = delete;

    /// Of its last record.
    std::uint64_t end() const { return m_end; }
    /// As the writer does when the disk is full: a record at the end, which goes on counting.
    void lose(std::uint64_t events) {
        Contents bytes(9, records::Lost << 2);
        std::memcpy(&bytes[1], &events, sizeof events);
        write(m_end, bytes.data(), bytes.size());
        m_lost = 9;
    }
    void seal(std::int64_t lastTime) {
        const Contents bytes = readFile(m_log);
        m_header.flags = kChunkSealed;
        m_header.payloadLength = static_cast<std::uint32_t>(m_end + m_lost - m_start);
        m_header.lastTime = lastTime;
        m_header.payloadHash = hashBytes(bytes.data() + m_start, m_header.payloadLength);
        m_header.headerHash = hashBytes(&m_header, offsetof(ChunkHeader, headerHash));
        write(m_offset, &m_header, sizeof m_header);
    }
    void damage(std::uint64_t offset) {
        const std::uint8_t wrong = readFile(m_log)[offset] ^ 0x40;
        write(offset, &wrong, 1);
    }
    void cutAt(std::uint64_t offset) {
        if (::ftruncate(m_descriptor, static_cast<off_t>(offset)) != 0) qFatal("the file cannot be cut");
    }

private:
    void write(std::uint64_t offset, const void* bytes, std::size_t length) {
        if (::pwrite(m_descriptor, bytes, length, static_cast<off_t>(offset)) != static_cast<ssize_t>(length))
            qFatal("the file cannot be written");
    }

    std::filesystem::path m_log;
    int m_descriptor;
    ChunkHeader m_header;
    std::uint64_t m_offset = 0, m_start = 0, m_end = 0, m_lost = 0;
};

std::string described(const EventReader& reader) {
    return reader.damage().empty() ? std::string() : describe(reader.damage()[0]);
}

/// A program that is still recording, and a reader of what it has recorded.
struct Followed {
    explicit Followed(const TemporaryFolder& folder)
        : model(folder / "x", Sampling::everything()), capture(Capture::open(folder / "x")), reader(capture->events()) {
        for (int i = 0; i < 20; ++i) model.addTrace(1 + i % 5);
        model.run(50'000);
        read = readAll(*reader);
    }
    ~Followed() { model.finish(); }

    RecordedModel model;
    std::shared_ptr<Capture> capture;
    std::unique_ptr<EventReader> reader;
    std::vector<Event> read;
};

std::uint64_t lossesIn(const std::vector<Mark>& marks) {
    std::uint64_t lost = 0;
    for (const Mark& mark : marks)
        if (mark.kind == MarkKind::Lost) lost += mark.value;
    return lost;
}

}  // namespace

class OpenChunkTest : public QObject {
    Q_OBJECT

private slots:
    void lostEventsAreCountedOn() {
        const TemporaryFolder folder;
        Followed followed(folder);
        OpenChunk chunk(folder / "x.hpd");
        const auto newMarks = [marks = followed.capture->markReader()] {
            std::vector<Mark> found;
            while (marks->readChunk(found)) {
            }
            return lossesIn(found);
        };
        QCOMPARE(newMarks(), std::uint64_t{0});
        chunk.lose(1);
        QCOMPARE(newMarks(), std::uint64_t{1});
        QVERIFY(readAll(*followed.reader).empty());
        chunk.lose(1000);
        QCOMPARE(newMarks(), std::uint64_t{999});
        QCOMPARE(newMarks(), std::uint64_t{0});
        chunk.seal(followed.read.back().time.count);
        QVERIFY(readAll(*followed.reader).empty());
        QCOMPARE(described(*followed.reader), std::string());
        QCOMPARE(newMarks(), std::uint64_t{0});
        QCOMPARE(lossesIn(followed.capture->marks()), std::uint64_t{1000});
    }
    void whatIsDamagedWhenItIsSealedGivesNothingMore() {
        const TemporaryFolder folder;
        Followed followed(folder);
        followed.model.run(300);
        OpenChunk chunk(folder / "x.hpd");
        chunk.seal(followed.model.events().back().time.count);
        chunk.damage(chunk.end() - 5);
        for (int i = 0; i < 3; ++i) QVERIFY(readAll(*followed.reader).empty());
        QCOMPARE(followed.reader->damage().size(), std::size_t{1});
    }
    void whatIsCutOffIsSaidInItsLength() {
        const TemporaryFolder folder;
        Followed followed(folder);
        OpenChunk chunk(folder / "x.hpd");
        const std::uint64_t length = chunk.end() - 300;
        chunk.cutAt(length);
        for (int i = 0; i < 3; ++i) QVERIFY(readAll(*followed.reader).empty());
        QCOMPARE(followed.reader->damage().size(), std::size_t{1});
        const Damage& damage = followed.reader->damage()[0];
        QVERIFY2(damage.offset <= length && damage.length <= length - damage.offset, describe(damage).c_str());
    }
    void aPositionInAChunkThatIsGoneIsNotContinued() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 200'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        const auto reader = capture->events();
        std::vector<Event> some(100'000);
        QCOMPARE(reader->read(some), some.size());
        const EventPosition position = reader->position();
        QVERIFY(position.skip > 0);
        Contents bytes = readFile(folder / "x.hpd");
        bytes[position.offset + 5000] ^= 1;
        writeFile(folder / "x.hpd", bytes);
        QVERIFY_THROWS_EXCEPTION(FileError, capture->events()->seek(position));
    }
    void aDigestIsNotCompleteWhenTheLogWentOnWithinItsLength() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 20'000);
        releaseLock(folder / "x.hpd");  // as where there are no locks
        const auto capture = Capture::open(folder / "x");
        DigestBuilder(capture).run();
        QVERIFY(openDigest(*capture)->complete());
        const std::uint64_t length = capture->eventsLength();
        model.run(1000);
        QCOMPARE(capture->eventsLength(), length);
        QVERIFY(!openDigest(*capture)->complete());
        DigestBuilder builder(capture);
        builder.run();
        QCOMPARE(builder.digest()->events(), std::uint64_t{model.events().size()});
    }
    void damageIsSaidAgainWhenADigestIsContinued() {
        const TemporaryFolder folder;
        {
            RecordedProgram model(folder / "x", 300'000);
            model.finish();
        }
        const auto capture = Capture::open(folder / "x");
        Contents bytes = readFile(folder / "x.hpd");
        bytes[capture->chunks()[3].offset + 5000] ^= 1;
        writeFile(folder / "x.hpd", bytes);
        std::vector<Damage> first;
        std::uint64_t events = 0;
        for (int i = 0; i < 2; ++i) {
            DigestBuilder builder(Capture::open(folder / "x"));
            if (i > 0) QCOMPARE(builder.progress().events, events);
            builder.run();
            QVERIFY(builder.digest()->complete());
            QCOMPARE(builder.damage().size(), std::size_t{1});
            if (i == 0) first = builder.damage();
            QCOMPARE(describe(builder.damage()[0]), describe(first[0]));
            events = builder.digest()->events();
        }
        QVERIFY(!openDigest(*capture)->complete());
    }
    void tracesThatComeLateAreLearntByTheNextBuilder() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 20'000);
        model.finish();
        const Contents metadata = readFile(folder / "x.hpm");
        std::filesystem::resize_file(folder / "x.hpm", metadata.size() / 2);
        DigestBuilder(Capture::open(folder / "x")).run();
        writeFile(folder / "x.hpm", metadata);
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        QVERIFY(builder.damage().empty());
        const Micros end = builder.digest()->lastTime();
        QCOMPARE(asMap(snapshotAt(recordingOf(capture, builder), end)), model.liveAt(end));
    }
    void aRelativeNameStaysWhatItWas() {
        const TemporaryFolder folder, elsewhere;
        RecordedProgram model(folder / "x", 2000);
        model.finish();
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(folder / "");
        const auto capture = Capture::open("x.hpm");
        std::filesystem::current_path(elsewhere / "");
        const auto files = capture->files();
        DigestBuilder(capture).run();
        std::filesystem::current_path(before);
        QVERIFY(files == Capture::Files::Kept);
        QVERIFY(std::filesystem::exists(folder / "x.hpc") && !std::filesystem::exists(elsewhere / "x.hpc"));
    }
};

QTEST_APPLESS_MAIN(OpenChunkTest)
#include "open_chunk_test.moc"
