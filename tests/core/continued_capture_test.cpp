// A capture that goes on where another one ended: what both have in common, and whose times.
#include <QtTest>
#include <cerrno>
#include <optional>

#include "core/capture/capture.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/written_block.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

using Frames = std::vector<MetadataWriter::Frame>;

class Chain {
public:
    explicit Chain(const TemporaryFolder& folder) : m_folder(folder) {
        m_header.uuid[0] = 1;
        m_metadata.create(path(".hpm").c_str(), withMagic(m_header, kMetadataMagic));
        m_metadata.sampling(Sampling::everything(), 0);
        createLog();
    }

    MetadataWriter& metadata() { return m_metadata; }

    /// Ends the capture, and begins the next one.
    bool goOn(const Continued& first) {
        const FileHeader header = nextHeader();
        MetadataWriter next;
        if (next.createAfter(m_metadata, path(".hpm", m_number + 1).c_str(), withMagic(header, kMetadataMagic)) != 0)
            return false;
        close(EndReason::Continued);
        m_metadata = std::move(next);
        ++m_number;
        m_header = header;
        m_metadata.continues(first);
        createLog();
        return true;
    }
    void close(EndReason reason) {
        m_metadata.end(Micros(1000), reason);
        m_log->close();
        m_metadata.close();
    }

    std::shared_ptr<const CaptureInfo> read(int number) const {
        return Capture::open(m_folder / std::to_string(number))->info();
    }

private:
    std::string path(const char* ending) const { return path(ending, m_number); }
    std::string path(const char* ending, int number) const {
        return (m_folder / std::to_string(number)).string() + ending;
    }
    FileHeader nextHeader() const {
        FileHeader header = m_header;
        ++header.uuid[0];
        return header;
    }
    void createLog() {
        m_log.emplace().create(path(".hpd").c_str(), withMagic(m_header, kEventsMagic), m_weights);
        m_log->allocation(TraceIndex(1), 10);
    }

    const TemporaryFolder& m_folder;
    FileHeader m_header;
    Weights m_weights{Sampling::everything()};
    MetadataWriter m_metadata;
    std::optional<EventsV2Writer> m_log;
    int m_number = 0;
};

std::vector<std::int64_t> firstEvents(const CaptureInfo& info) {
    std::vector<std::int64_t> times;
    for (std::uint32_t i = 1; i < info.traces->threadCount(); ++i)
        times.push_back(info.traces->thread(ThreadIndex(i)).firstEvent.count);
    return times;
}

}  // namespace

class ContinuedCaptureTest : public QObject {
    Q_OBJECT

private slots:
    void numbersGoOnAndTimesBeginAnew() {
        const TemporaryFolder folder;
        Chain chain(folder);
        MetadataWriter& metadata = chain.metadata();
        const FunctionIndex early = metadata.function(metadata.string("/srv/app.py"), metadata.string("early"), 1);
        metadata.thread(ThreadIndex(1), 101, "main", Micros(0));
        metadata.thread(ThreadIndex(2), 102, "worker", Micros(900));
        metadata.trace(ThreadIndex(1), Domain::Python, NodeIndex(0), Frames{{early, 5}});
        const Uuid first{1};
        QVERIFY(chain.goOn({first, Micros(700)}));
        const FunctionIndex late = metadata.function(metadata.string("/srv/app.py"), metadata.string("late"), 9);
        metadata.thread(ThreadIndex(3), 103, "late", Micros(300));
        metadata.trace(ThreadIndex(3), Domain::Python, NodeIndex(1), Frames{{late, 10}});
        QVERIFY(chain.goOn({first, Micros(850)}));
        metadata.thread(ThreadIndex(4), 104, "later", Micros(2));
        chain.close(EndReason::Stopped);

        QVERIFY(!chain.read(0)->metadata.continues && chain.read(0)->metadata.identity() == first);
        QCOMPARE(firstEvents(*chain.read(0)), (std::vector<std::int64_t>{0, 900}));
        QCOMPARE(firstEvents(*chain.read(1)), (std::vector<std::int64_t>{0, 200, 300}));
        QCOMPARE(firstEvents(*chain.read(2)), (std::vector<std::int64_t>{0, 50, 150, 2}));
        for (const int number : {1, 2}) {
            const auto info = chain.read(number);
            QVERIFY(info->metadata.identity() == first && info->metadata.uuid != first);
            QCOMPARE(info->metadata.continues->before, Micros(number == 1 ? 700 : 850));
            QCOMPARE(info->metadata.endReason, number == 1 ? EndReason::Continued : EndReason::Stopped);
            QVERIFY(info->metadata.warnings.empty());
            QCOMPARE(info->traces->traceCount(), std::uint32_t{2});
            QCOMPARE(info->traces->thread(ThreadIndex(3)).name, std::string("late"));
        }
        QCOMPARE(chain.read(0)->metadata.endReason, EndReason::Continued);
    }

    /// More than one chunk, and more than fits one window of a file.
    void manyChunks() {
        const TemporaryFolder folder;
        Chain chain(folder);
        const std::string text(30'000, 'x');
        for (int i = 0; i < 100; ++i) chain.metadata().string(text + std::to_string(i));
        const FunctionIndex function = chain.metadata().function(StringIndex(100), StringIndex(1), 7);
        chain.metadata().trace(ThreadIndex(0), Domain::Python, NodeIndex(0), Frames{{function, 8}});
        for (int i = 1; i <= 3; ++i) QVERIFY(chain.goOn({{1}, Micros(i)}));
        chain.close(EndReason::Stopped);
        for (int i = 0; i <= 3; ++i) {
            QVERIFY(chain.read(i)->metadata.warnings.empty());
            QCOMPARE(chain.read(i)->traces->traceCount(), std::uint32_t{1});
        }
    }

    void whatCannotGoOnIsAsItWas() {
        const TemporaryFolder folder;
        Chain chain(folder);
        const FunctionIndex function = chain.metadata().function(StringIndex(0), StringIndex(0), 7);
        MetadataWriter next;
        const std::string path = (folder / "missing" / "next.hpm").string();
        QCOMPARE(next.createAfter(chain.metadata(), path.c_str(), withMagic(FileHeader(), kMetadataMagic)), ENOENT);
        chain.metadata().trace(ThreadIndex(0), Domain::Python, NodeIndex(0), Frames{{function, 8}});
        chain.close(EndReason::Stopped);
        QVERIFY(chain.read(0)->metadata.warnings.empty());
        QCOMPARE(chain.read(0)->traces->traceCount(), std::uint32_t{1});
        QCOMPARE(chain.read(0)->metadata.endReason, EndReason::Stopped);
    }
};

QTEST_APPLESS_MAIN(ContinuedCaptureTest)
#include "continued_capture_test.moc"
