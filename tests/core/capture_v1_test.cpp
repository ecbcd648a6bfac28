// Genuine captures of heapprof 1.0.2 against what an independent decoder says of them.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "core/capture/events_v1.h"
#include "core/digest/digest_builder.h"
#include "core/state/snapshot.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

const QStringList kCaptures{"a_tiny", "c_spike_all", "e_names", "g_trunc_b", "h_default", "i_huge"};

QJsonObject truthOf(const QString& name) {
    QFile file(QString::fromStdString(captureV1(name.toStdString() + ".fixed.json").string()));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

void compareEvents(const QJsonArray& truth, std::span<const Event> events) {
    QCOMPARE(static_cast<qsizetype>(events.size()), truth.size());
    for (qsizetype i = 0; i < truth.size(); ++i) {
        const QJsonArray record = truth[i].toArray();
        const Event& event = events[static_cast<std::size_t>(i)];
        const auto size = static_cast<qint64>(event.size);
        QCOMPARE(event.time.count, record[0].toInteger());
        QCOMPARE(qint64{event.trace.value}, record[1].toInteger());
        QCOMPARE(event.kind == EventKind::Free ? -size : size, record[2].toInteger());
    }
}

}  // namespace

class CaptureV1Test : public QObject {
    Q_OBJECT

    void eachCapture() {
        QTest::addColumn<QString>("name");
        for (const QString& name : kCaptures) QTest::newRow(qPrintable(name)) << name;
    }

private slots:
    void eventsAndTracesEqualTheTruth_data() { eachCapture(); }
    void eventsAndTracesEqualTheTruth() {
        QFETCH(QString, name);
        const QJsonObject truth = truthOf(name);
        QVERIFY(!truth.isEmpty());
        const auto capture = Capture::open(captureV1(name.toStdString()));
        const auto events = readAll(*capture->events());
        QCOMPARE(static_cast<qint64>(events.size()), truth["hpd"]["events"].toInteger());
        const auto& traces = *capture->info()->traces;
        QCOMPARE(static_cast<qint64>(traces.traceCount()), truth["hpm"]["traces"].toInteger());
        const QJsonArray first = truth["firstEvents"].toArray(), last = truth["lastEvents"].toArray();
        compareEvents(first, std::span(events).first(static_cast<std::size_t>(first.size())));
        compareEvents(last, std::span(events).last(static_cast<std::size_t>(last.size())));

        const QJsonArray stacks = truth["firstRawTraces"].toArray();
        for (qsizetype i = 0; i < stacks.size(); ++i) {
            const auto frames = traces.frames(TraceIndex(static_cast<std::uint32_t>(i + 1)));
            const QJsonArray stack = stacks[i].toArray();
            QCOMPARE(static_cast<qsizetype>(frames.size()), stack.size());
            for (qsizetype f = 0; f < stack.size(); ++f) {
                const FrameIndex frame = frames[static_cast<std::size_t>(f)];
                QCOMPARE(QString::fromStdString(traces.file(frame)), stack[f][0].toString());
                QCOMPARE(qint64{traces.frame(frame).line}, stack[f][1].toInteger());
            }
        }
    }

    void totalsOfEverySnapshotEqualTheTruth_data() { eachCapture(); }
    void totalsOfEverySnapshotEqualTheTruth() {
        QFETCH(QString, name);
        const QJsonObject truth = truthOf(name);
        const TemporaryFolder folder;
        const auto capture = Capture::open(copyOfV1(folder, name.toStdString()));
        DigestBuilder builder(capture);
        builder.run();
        const auto digest = builder.digest();
        QVERIFY(digest->complete());
        const QJsonArray totals = truth["totals_unscaled"].toArray();
        const std::int64_t interval = truth["interval_ms"].toInteger() * 1000;
        for (qsizetype i = 0; i < totals.size(); ++i)
            QCOMPARE(qint64{snapshotAt(recordingOf(capture, digest), Micros((i + 1) * interval)).total.bytes},
                     totals[i].toInteger());
        QCOMPARE(qint64{snapshotAt(recordingOf(capture, digest), Micros(INT64_MAX)).total.bytes},
                 truth["live_bytes_end_unscaled"].toInteger());
    }

    void unsampledCaptureIsRecognised() {
        const auto capture = Capture::open(captureV1("h_default"));
        const auto info = capture->info();
        QVERIFY(info->metadata.sampling == Sampling::everything());
        QCOMPARE(info->metadata.recordedSampling.ranges.size(), std::size_t{2});
        QCOMPARE(info->metadata.warnings.size(), std::size_t{1});
        QVERIFY(info->metadata.warnings[0].find("did not sample") != std::string::npos);
    }
    void theTableCanBeTrustedOnDemand() {
        const TemporaryFolder folder;
        const auto capture = Capture::open(copyOfV1(folder, "h_default"), V1Sampling::TrustTable);
        QVERIFY(capture->info()->metadata.warnings.empty());
        DigestBuilder builder(capture);
        builder.run();
        const Snapshot end = snapshotAt(recordingOf(capture, builder), Micros(INT64_MAX));
        QVERIFY(end.total.bytes > 100 * truthOf("h_default")["live_bytes_end_unscaled"].toInteger());
        QVERIFY(end.total.bytesVariance > 0);
    }
    void trulySampledTableIsTrusted() {  // {64: 0}: nothing below 64 bytes is there, and nothing contradicts the table
        const auto info = Capture::open(captureV1("g_trunc_b"))->info();
        QVERIFY(info->metadata.sampling == info->metadata.recordedSampling);
        QVERIFY(info->metadata.warnings.empty());
    }
    void eventsOfUnknownTracesAreReported() {
        const TemporaryFolder folder;
        DigestBuilder builder(Capture::open(copyOfV1(folder, "i_huge")));
        builder.run();
        QCOMPARE(builder.damage().size(), std::size_t{1});
        QVERIFY(builder.damage()[0].reason.starts_with("14 events name stack traces"));
    }

    void everyCutOpensOrGivesOneClearError_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("ending");
        for (const char* name : {"a_tiny", "i_huge"})
            for (const char* ending : {".hpm", ".hpd"}) QTest::addRow("%s%s", name, ending) << name << ending;
    }
    void everyCutOpensOrGivesOneClearError() {
        QFETCH(QString, name);
        QFETCH(QString, ending);
        const TemporaryFolder folder;
        const std::filesystem::path filebase = copyOfV1(folder, name.toStdString());
        const std::filesystem::path cut = filebase.string() + ending.toStdString();
        const Contents whole = readFile(cut);
        std::size_t eventsBefore = 0, tracesBefore = 0, errors = 0;
        for (std::size_t length = 0; length <= whole.size(); ++length) {
            writeFile(cut, std::span(whole).first(length));
            try {
                const auto capture = Capture::open(filebase);
                const std::size_t events = readAll(*capture->events()).size(),
                                  traces = capture->info()->traces->traceCount();
                QVERIFY(events >= eventsBefore && traces >= tracesBefore);  // more bytes never show less
                eventsBefore = events;
                tracesBefore = traces;
                DigestBuilder builder(capture, DigestBuilder::Start::Anew);
                builder.run();
                QCOMPARE(builder.digest()->events(), std::uint64_t{events});
            } catch (const FileError& error) {
                ++errors;
                QCOMPARE(ending, QStringLiteral(".hpm"));
                QCOMPARE(error.path(), cut.string());
                QVERIFY(length < 21);
            }
        }
        QCOMPARE(errors, ending == QStringLiteral(".hpm") ? std::size_t{21} : std::size_t{0});
    }
    void everyLoopReadsWhatWasWritten() {
        const TemporaryFolder folder;
        std::mt19937_64 random(5);
        Contents log;
        std::vector<Event> written;
        std::int64_t clock = 0, latest = 0;
        for (int i = 0; i < 100'000; ++i) {
            const auto number = [&] {  // of any length up to nine bytes, the usual ones mostly
                return random() >> (random() % 50 ? 63 - random() % 28 : 1 + random() % 63);
            };
            const auto trace = static_cast<std::uint32_t>(random() >> 34);
            const bool isFree = random() % 2, isBackwards = random() % 40 == 0;
            const std::uint64_t seconds = random() % 30 ? 0 : random() % 1000, size = number();
            const std::uint64_t micros = random() % 100 ? random() >> (63 - random() % 22) : random() >> 20;
            const std::uint32_t word = (isBackwards ? 0x80000000 : 0) | (isFree ? 0x40000000 : 0) | trace;
            std::uint8_t record[4 + 3 * kMaxVarintLength + 2] = {
                static_cast<std::uint8_t>(word >> 24), static_cast<std::uint8_t>(word >> 16),
                static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
            std::uint8_t* end = writeVarint(writeVarint(record + 4, seconds), micros);
            if (random() % 20 == 0) {  // longer than it has to be
                end[-1] |= 0x80;
                *end++ = 0;
            }
            end = writeVarint(end, size);
            log.insert(log.end(), record, end);
            const auto whole = static_cast<std::int64_t>(seconds) * 1'000'000;
            clock += static_cast<std::int64_t>(micros) + (isBackwards ? -whole : whole);
            latest = std::max(latest, clock);
            Event event;
            event.time = Micros(latest);
            event.size = size;
            event.distance = isFree ? Event::kUnknownDistance : 0;
            event.trace = TraceIndex(trace);
            event.kind = isFree ? EventKind::Free : EventKind::Allocation;
            written.push_back(event);
        }
        writeFile(folder / "log", log);
        const auto file = std::make_shared<const InputFile>(folder / "log");
        for (const bool usesAvx2 : {false, hasAvx2()}) {
            for (const std::size_t batch : {1, 777}) {
                EventsV1Reader reader(file, usesAvx2);
                QVERIFY(readAll(reader, batch) == written);
            }
        }
    }
    void bothWaysOfDecodingAgree() {
        std::mt19937_64 random(8);
        std::vector<std::uint8_t> bytes(kWindow + kRecordsReach);
        Lengths plain, quick;
        std::size_t usual = 0;
        for (int round = 0; round < 500; ++round) {
            for (auto& byte : bytes) {  // many ends, many that go on, many zeros
                byte = static_cast<std::uint8_t>(random());
                if (round % 3 == 0) byte &= 0x7f;
                if (random() % 3 == 0) byte = 0;
            }
            const std::size_t count = 1 + random() % kWindow;
            Scalar::findRecordsV1(plain, bytes.data(), count);
            if (hasAvx2()) Avx2::findRecordsV1(quick, bytes.data(), count);
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint8_t* const numbers = bytes.data() + i + kNumbersAt;
                std::uint64_t first = 0, second = 0;
                const std::uint8_t* end = readVarint(numbers, numbers + kFastNumbers, first);
                end = end ? readVarint(end, numbers + kFastNumbers, second) : nullptr;
                const bool isFast = end && numbers[-1] == 0;
                QCOMPARE(plain[i], isFast ? end - numbers + kNumbersAt : 0);
                if (hasAvx2()) QCOMPARE(quick[i], plain[i]);
                if (!isFast) continue;
                ++usual;
                QVERIFY((Scalar::numbers(numbers, plain[i]) == NumberPair{first, second}));
                if (hasAvx2()) QVERIFY((Avx2::numbers(numbers, plain[i]) == NumberPair{first, second}));
            }
        }
        QVERIFY(usual > 10'000);
    }
    void garbageNeverHarms() {
        const TemporaryFolder folder;
        const std::filesystem::path filebase = copyOfV1(folder, "a_tiny");
        std::mt19937 random(3);
        for (const char* ending : {".hpm", ".hpd"}) {
            const std::filesystem::path path = filebase.string() + ending;
            const Contents whole = readFile(path);
            for (int round = 0; round < 400; ++round) {
                Contents changed = whole;
                for (int i = 0; i < 4; ++i) changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
                writeFile(path, changed);
                try {
                    DigestBuilder builder(Capture::open(filebase), DigestBuilder::Start::Anew);
                    builder.run();
                } catch (const FileError&) {
                }
            }
            writeFile(path, whole);
        }
    }
};

QTEST_APPLESS_MAIN(CaptureV1Test)
#include "capture_v1_test.moc"
