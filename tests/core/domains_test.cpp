// Memory of some domains alone: snapshots, curves and peaks against the events themselves.
#include "core/state/domains.h"

#include <QtTest>

#include "core/state/filtered_buckets.h"
#include "core/state/time_series.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

constexpr DomainSet kNative{Domain::Native}, kSystem{Domain::Native, Domain::Mapped};

/// Thirty traces, in turn of each domain.
struct Model : RecordedModel {
    explicit Model(const std::filesystem::path& filebase, const Sampling& sampling = Sampling::everything())
        : RecordedModel(filebase, sampling) {
        recordsDomains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
        for (std::size_t i = 0; i < 30; ++i) addTrace(static_cast<int>(i % 6), kDomains[i % kDomains.size()]);
    }
};

std::int64_t signedSize(const Event& event) {
    return (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
}

}  // namespace

class DomainsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void haveNames() {
        for (const Domain domain : kDomains) QVERIFY(domainOf(nameOf(domain)) == domain);
        QVERIFY(!domainOf("") && !domainOf("Python") && !domainOf("heap"));
        QCOMPARE(namesOf(DomainSet::all()), std::string("python, native, mapped, shared"));
        QCOMPARE(namesOf(kSystem), std::string("native, mapped"));
        QVERIFY(DomainSet::fromBits(~0ull) == DomainSet::all() && DomainSet::fromBits(16).isEmpty());
        QVERIFY(DomainSet::all().includes(kSystem) && !kNative.includes(kSystem));
    }
    void areKnownFromTheMetadata() {
        const TemporaryFolder folder;
        Model model(folder / "x");
        model.finish();
        RecordedModel plain(folder / "plain", Sampling::everything());
        plain.finish();
        QVERIFY(Capture::open(folder / "x")->info()->metadata.domains == DomainSet::all());
        QVERIFY(Capture::open(folder / "plain")->info()->metadata.domains == DomainSet{Domain::Python});
    }
    void divideASnapshot() {
        const TemporaryFolder folder;
        Model model(folder / "x");
        model.run(50'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const TraceTable& traces = recording.traces();
        const Snapshot whole = snapshotAt(recording, recording.end());
        const DomainUsages usages = usageByDomain(whole, traces);
        std::int64_t sum = 0;
        for (const Domain domain : kDomains) {
            const Snapshot part = restrictedTo(TraceSet::ofDomains(traces, {domain}), whole);
            QVERIFY(!part.traces.empty());
            for (const TraceEstimate& entry : part.traces) QVERIFY(traces.trace(entry.trace).domain == domain);
            QVERIFY(part.total == usages[static_cast<std::size_t>(domain)]);
            QVERIFY(part.time == whole.time);
            sum += part.total.bytes;
        }
        QCOMPARE(sum, whole.total.bytes);
        QVERIFY(tracesOf(recording, {Domain::Native}) == TraceSet::ofDomains(traces, {Domain::Native}));
        QVERIFY(tracesOf(recording, DomainSet::all()).isAll());
        QVERIFY(restrictedTo(TraceSet::ofDomains(traces, DomainSet::all()), whole).traces == whole.traces);
    }
    void bucketsOfAllTracesAreTheDigests_data() {
        QTest::addColumn<bool>("isSampled");
        QTest::newRow("exact") << false;
        QTest::newRow("sampled") << true;
    }
    void bucketsOfAllTracesAreTheDigests() {
        QFETCH(bool, isSampled);
        const TemporaryFolder folder;
        Model model(folder / "x", isSampled ? Sampling::byBytes(2000) : Sampling::everything());
        model.run(60'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const TraceTable& traces = recording.traces();
        const std::vector<Bucket>& buckets = recording.digest().buckets();
        QVERIFY(buckets.size() > 5);
        QVERIFY(filteredBuckets(recording, TraceSet::ofDomains(traces, DomainSet::all())).buckets == buckets);
        const FilteredBuckets none = filteredBuckets(recording, TraceSet::ofDomains(traces, {}));
        QCOMPARE(none.buckets.size(), buckets.size());
        for (const Bucket& bucket : none.buckets)
            QVERIFY(bucket.total.bytes == 0 && bucket.max == 0 && bucket.allocated == 0);
    }
    void bucketsGrowWithTheLog() {
        const TemporaryFolder folder;
        Model model(folder / "x");
        const auto capture = Capture::open(folder / "x");
        const TraceSet native = TraceSet::ofDomains(*capture->info()->traces, kNative);
        DigestBuilder builder(capture);
        FilteredBuckets known;
        for (int step = 0; step < 30; ++step) {
            model.run(1 + static_cast<std::size_t>(step) * 331);
            builder.run();
            const Recording recording = recordingOf(capture, builder);
            std::stop_source stopped;
            stopped.request_stop();
            known = filteredBuckets(recording, native, std::move(known), stopped.get_token());
            QVERIFY(known.buckets.size() < recording.digest().buckets().size());
            known = filteredBuckets(recording, native, std::move(known));
            QVERIFY(known.buckets == filteredBuckets(recording, native).buckets);
        }
        QVERIFY(known.buckets.size() > 10);
    }
    void theCurveIsExactAtAnyZoom_andSoIsThePeak() {
        const TemporaryFolder folder;
        Model model(folder / "x");
        const TraceIndex spike = model.addTrace(3, Domain::Native);
        model.run(40'000);
        // Something large that comes and goes within a bucket, as the temporary array of one expression does.
        model.passTime(Micros(1000));
        model.allocate(spike, 900'000'000);
        model.freeBlock(model.liveCount() - 1);
        model.passTime(Micros(1000));
        model.run(60'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const TraceTable& traces = recording.traces();
        const FilteredBuckets part = filteredBuckets(recording, TraceSet::ofDomains(traces, kSystem));
        std::int64_t live = 0, max = 0;
        for (const Event& event : model.events())
            if (kSystem.has(traces.trace(event.trace).domain)) max = std::max(max, live += signedSize(event));
        QVERIFY(max > 900'000'000);
        const Peak peak = peakOf(recording, part);
        QCOMPARE(peak.amount, max);

        const std::int64_t end = recording.end().count;
        for (const auto& [from, to] : {std::pair<std::int64_t, std::int64_t>{0, end},
                                       {end / 3, end / 3 + end / 500},
                                       {peak.instant.time.count - 5000, peak.instant.time.count + 5000}}) {
            const auto steps = totalOverTime(recording, part, Micros(from), Micros(to), 50);
            QCOMPARE(steps.size(), std::size_t{50});
            live = 0;
            std::size_t at = 0;
            std::vector<std::int64_t> last(steps.size());
            for (const Event& event : model.events()) {
                while (at < steps.size() && event.time >= steps[at].end &&
                       !(at + 1 == steps.size() && event.time == steps[at].end))
                    last[at++] = live;
                if (!kSystem.has(traces.trace(event.trace).domain)) continue;
                live += signedSize(event);
                if (at < steps.size() && event.time >= steps[at].begin)
                    QVERIFY(steps[at].min <= live && live <= steps[at].max);
            }
            while (at < steps.size()) last[at++] = live;
            for (std::size_t i = 0; i < steps.size(); ++i) QCOMPARE(steps[i].last, last[i]);
            const bool holdsPeak = from <= peak.instant.time.count && peak.instant.time.count <= to;
            const auto highest = std::ranges::max_element(steps, {}, &TotalStep::max);
            if (holdsPeak) QCOMPARE(highest->max, max);
        }
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(DomainsTest)
#include "domains_test.moc"
