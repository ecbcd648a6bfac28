// When threads were seen, against the events themselves.
#include "core/state/thread_lives.h"

#include <QtTest>
#include <deque>
#include <map>

#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/written_block.h"

using namespace heapprof;
using namespace heapprof::test;

class ThreadLivesTest : public QObject {
    Q_OBJECT

private slots:
    void aLifeIsFromTheFirstAllocationToTheLast() {
        const TemporaryFolder folder;
        const auto truth = record(folder / "threads", 40, 30'000);
        const Recording recording = digested(Capture::open(folder / "threads"));
        const std::vector<ThreadLife> lives = threadLives(recording, {});
        QCOMPARE(lives.size(), truth.size());
        QVERIFY(std::ranges::is_sorted(lives, {}, &ThreadLife::begin));
        for (const ThreadLife& life : lives) QVERIFY(life == truth.at(life.thread.value));
    }
    void aThreadThatAllocatesNothingHasNone() {
        const TemporaryFolder folder;
        record(folder / "idle", 3, 0);
        QVERIFY(threadLives(digested(Capture::open(folder / "idle")), {}).empty());
    }
    void aStopIsHeeded() {
        const TemporaryFolder folder;
        record(folder / "threads", 5, 30'000);
        std::stop_source stop;
        stop.request_stop();
        const auto lives = threadLives(digested(Capture::open(folder / "threads")), stop.get_token());
        QVERIFY(lives.size() < 5);
    }

private:
    /// Threads take turns by chance within a window that moves on, all in few microseconds; every third event is a
    /// free, which is no sign of life.
    static std::map<std::uint32_t, ThreadLife> record(const std::filesystem::path& filebase, std::uint32_t threads,
                                                      std::uint32_t events) {
        const Weights weights(Sampling::everything());
        FileHeader header;
        MetadataWriter metadata;
        metadata.create((filebase.string() + ".hpm").c_str(), withMagic(header, kMetadataMagic));
        metadata.sampling(Sampling::everything(), 0);
        const FunctionIndex function = metadata.function(metadata.string("/srv/app.py"), metadata.string("work"), 1);
        std::vector<TraceIndex> traces;
        for (std::uint32_t thread = 1; thread <= threads; ++thread) {
            metadata.thread(ThreadIndex(thread), 100 + thread, "worker");  // all of one name
            const std::vector<MetadataWriter::Frame> frames{{function, thread}};
            traces.push_back(metadata.trace(ThreadIndex(thread), Domain::Python, NodeIndex(0), frames));
        }
        EventsV2Writer log;
        log.create((filebase.string() + ".hpd").c_str(), withMagic(header, kEventsMagic), weights);
        std::map<std::uint32_t, ThreadLife> truth;
        std::deque<std::pair<std::uint64_t, TraceIndex>> live;
        for (std::uint32_t i = 0; i < events; ++i) {
            const Micros time(i / 50);
            log.setTime(time);
            if (i % 3 == 2) {
                log.free(live.front().first, live.front().second, 100);
                live.pop_front();
                continue;
            }
            const std::uint32_t thread =
                std::min(threads, 1 + i * threads / events + (i * 7919) % 3);  // of three neighbours
            ThreadLife& life = truth[thread];
            life.thread = ThreadIndex(thread);
            if (life.allocations++ == 0) life.begin = Instant(time, i);
            life.end = Instant(time, i + 1);
            live.emplace_back(log.allocation(traces[thread - 1], 100), traces[thread - 1]);
        }
        metadata.end(Micros(events / 50), MetadataWriter::EndReason::Stopped);
        log.close();
        metadata.close();
        return truth;
    }
};

QTEST_APPLESS_MAIN(ThreadLivesTest)
#include "thread_lives_test.moc"
