// How long blocks live, against the blocks themselves.
#include "core/blocks/lifetimes.h"

#include <QtTest>
#include <random>

#include "core/blocks/allocation_times.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// Finer than time passes in the models, of the order in which it passes, and coarser.
constexpr std::int64_t kResolutions[] = {1, 2000, 3333, 4000, 10'000};

/// 1, 2 or 5 times a power of ten.
bool isBound(std::int64_t bound) {
    while (bound >= 10 && bound % 10 == 0) bound /= 10;
    return bound == 1 || bound == 2 || bound == 5;
}

}  // namespace

class LifetimesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void tellsHowLongBlocksLive_data() { addSeeds(); }
    void tellsHowLongBlocksLive() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const std::int64_t resolution = kResolutions[static_cast<std::size_t>(seed) % std::size(kResolutions)];
        RecordedModel model(folder / "x", someSampling(seed), static_cast<std::uint32_t>(seed));
        model.recordsResolution(Micros(resolution));
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(30'000);
        const Recorded recorded(folder, model);
        const TraceSet traces = everyNthTrace(recorded.traces(), 3);
        for (const auto& [a, b, c] : {std::tuple(0.2, 0.5, 0.8), std::tuple(0.3, 0.3, 1.0), std::tuple(-0.1, 0.4, 0.4),
                                      std::tuple(0.0, 1.0, 2.0), std::tuple(0.9, 0.95, 0.99)}) {
            const OutcomeTimes times{recorded.at(a), recorded.at(b), recorded.at(c)};
            const auto found = lifetimes(recorded.recording, times, traces);
            QVERIFY(found.has_value());
            const auto sum = [&](auto holds) {
                return totalOf(recorded.blocks, recorded.weights(), [&](const Block& x) {
                    return traces.contains(TraceIndex(x.trace)) && x.born > times.from && x.born <= times.to &&
                           holds(x);
                });
            };
            QVERIFY(found->allocated == sum([](const Block&) { return true; }));
            QVERIFY(found->alive == sum([&](const Block& x) { return x.freed > times.until; }));
            std::int64_t bound = 0;
            for (const auto& bucket : found->freed) {
                QCOMPARE(bucket.min.count, bound);
                bound = bucket.bound.count;
                QVERIFY(bound >= bucket.min.count + resolution);
                QVERIFY(bucket.min.count == 0 ? bound == resolution : isBound(bound));
                QVERIFY(bucket.usage == sum([&](const Block& x) {
                            const Micros lifetime = x.freed - x.born;
                            return x.freed <= times.until && lifetime >= bucket.min && lifetime < bucket.bound;
                        }));
            }
            QVERIFY(sum([&](const Block& x) { return x.freed <= times.until && (x.freed - x.born).count >= bound; }) ==
                    Estimate{});
            QVERIFY(found->freed.empty() || found->freed.back().usage.blocks > 0);
        }
    }
    void putsEveryLifetimeWhereItBelongs() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const TraceIndex trace = model.addTrace(1);
        const std::vector<std::int64_t> lifetimesAsked{0, 1, 2, 4, 5, 9, 10, 99, 100, 4'999'999, 5'000'000};
        for (const std::int64_t lifetime : lifetimesAsked) {
            model.allocate(trace, 100);
            model.passTime(Micros(lifetime));
            model.freeBlock(model.liveCount() - 1);
        }
        const Recorded recorded(folder, model);
        const Micros end = recorded.end();
        const auto found = lifetimes(recorded.recording, {Micros(-1), end, end});
        QVERIFY(found.has_value());
        std::map<std::int64_t, std::int64_t> blocks;
        for (const auto& bucket : found->freed)
            if (bucket.usage.blocks) blocks[bucket.min.count] = bucket.usage.blocks;
        const std::map<std::int64_t, std::int64_t> expected{{0, 1},  {1, 1},   {2, 2},         {5, 2},        {10, 1},
                                                            {50, 1}, {100, 1}, {2'000'000, 1}, {5'000'000, 1}};
        QVERIFY(blocks == expected);
        QCOMPARE(found->freed.back().bound.count, 10'000'000);
        QVERIFY(found->alive == Estimate{});
        const auto ofNone = lifetimes(recorded.recording, {Micros(-1), end, end}, TraceSet::none());
        QVERIFY(ofNone && ofNone->freed.empty() && ofNone->allocated == Estimate{});
    }
    /// What the clock cannot tell from nothing is one bucket, and none claims more than the clock knows.
    void claimsNoMoreThanTheClockKnows() {
        using Bounds = std::vector<std::pair<std::int64_t, std::int64_t>>;  // to the longest lifetime
        const std::map<std::int64_t, Bounds> expected{
            {1, {{0, 1}, {1, 2}, {2, 5}, {5, 10}}},
            {3333, {{0, 3333}, {3333, 10'000}, {10'000, 20'000}, {20'000, 50'000}}},
            {4000, {{0, 4000}, {4000, 10'000}, {10'000, 20'000}, {20'000, 50'000}}},
            {10'000, {{0, 10'000}, {10'000, 20'000}, {20'000, 50'000}, {50'000, 100'000}}}};
        for (const auto& [tick, bounds] : expected) {
            const TemporaryFolder folder;
            RecordedModel model(folder / "x", Sampling::everything());
            model.recordsResolution(Micros(tick));
            const TraceIndex trace = model.addTrace(1);
            for (const auto& [min, bound] : bounds) {
                for (const std::int64_t lifetime : {min, bound - 1}) {
                    model.allocate(trace, 100);
                    model.passTime(Micros(lifetime));
                    model.freeBlock(model.liveCount() - 1);
                }
            }
            const Recorded recorded(folder, model);
            const auto found = lifetimes(recorded.recording, {Micros(-1), recorded.end(), recorded.end()});
            QVERIFY(found.has_value());
            Bounds buckets;
            for (const auto& bucket : found->freed) {
                buckets.emplace_back(bucket.min.count, bucket.bound.count);
                QCOMPARE(bucket.usage.blocks, 2);
            }
            QVERIFY(buckets == bounds);
        }
    }
    void theClockIsKnownFromTheMetadata() {
        const TemporaryFolder folder;
        const auto resolution = [&](const char* name) {
            return Capture::open(folder / name)->info()->metadata.resolution.count;
        };
        RecordedModel model(folder / "exact", Sampling::everything());
        QCOMPARE(resolution("exact"), 1);
        model.recordsResolution(Micros(10'000));  // the later record holds
        model.finish();
        QCOMPARE(resolution("exact"), 10'000);
        // A capture that does not tell was recorded by a clock that ticked as most do.
        MetadataWriter metadata;
        EventsV2Writer log;
        const Weights weights(Sampling::everything());
        metadata.create((folder / "silent.hpm").c_str(), withMagic({}, kMetadataMagic));
        log.create((folder / "silent.hpd").c_str(), withMagic({}, kEventsMagic), weights);
        QCOMPARE(resolution("silent"), kUsualResolution.count);
        metadata.clock(Micros(0));  // is no resolution
        QCOMPARE(resolution("silent"), kUsualResolution.count);
        QCOMPARE(Capture::open(folder / "silent")->info()->damage.size(), std::size_t{1});
    }
    void forgetsTheTimesOfTheDead() {
        AllocationTimes times;
        std::mt19937 random(1);
        std::map<std::uint64_t, std::int64_t> live;  // ordinal -> time
        for (std::uint64_t ordinal = 1; ordinal <= 600'000; ++ordinal) {
            const auto now = static_cast<std::int64_t>(ordinal / 2);
            times.add(ordinal, Micros(now));
            live[ordinal] = now;
            const std::size_t dying = live.size() > 1000 ? 2 : 1;
            for (std::size_t i = 0; i < dying && ordinal % 10 != 0; ++i) {
                const auto block = live.lower_bound(random() % 4 ? ordinal - random() % 100 : random() % ordinal);
                if (block == live.end()) continue;
                QCOMPARE(times.remove(block->first).count, block->second);
                live.erase(block);
            }
        }
        QVERIFY(times.entries() <= std::size_t{1} << 16);
        for (const auto& [ordinal, time] : live) QCOMPARE(times.remove(ordinal).count, time);
        times.remove(0);  // these are not there: any time will do
        times.remove(7);
        times.remove(~std::uint64_t{0});
    }
    void cannotBeToldOfVersion1() {
        const TemporaryFolder folder;
        const Recording recorded = recordedV1(folder, "a_tiny");
        const Micros end = recorded.end();
        QVERIFY(!lifetimes(recorded, {Micros(-1), end, end}));
        const Instant first(end, 1);  // where nothing is freed there is nothing to tell
        QVERIFY(lifetimes(recorded, {Micros(-1), first, first}));
    }
    void stops() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::everything(), 1);
        std::stop_source stop;
        stop.request_stop();
        const Micros end = recorded.end();
        const auto found = lifetimes(recorded.recording, {Micros(-1), end, end}, {}, stop.get_token());
        QVERIFY(found && found->allocated == Estimate{});
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(LifetimesTest)
#include "lifetimes_test.moc"
