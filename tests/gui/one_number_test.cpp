// The window over random captures, at random instants, sizes and states: every number on screen is the engine's.
#include <QCheckBox>
#include <QDockWidget>
#include <QLabel>
#include <QSemaphore>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <random>

#include "core/blocks/allocations.h"
#include "core/blocks/outcomes.h"
#include "core/text/text.h"
#include "core/traces/trace_set.h"
#include "gui/application/application.h"
#include "gui/common/busy_overlay.h"
#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"
#include "gui/inspector/inspector.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/headline.h"
#include "gui/window/main_window.h"
#include "gui/window/view_area.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"
#include "tests/gui/recorded_capture.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::gui {
namespace {

using test::RecordedCapture;
using test::RecordedModel;
using test::TemporaryFolder;
using State = Document::State;
constexpr int kPatience = 30000;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// What the engine says, asked directly.
struct Engine {
    explicit Engine(MainWindow& window)
        : status(window.document()->status()),
          traces(status.recording.traces()),
          counted(TraceSet::ofDomains(traces, window.store().state().domains) &
                  tracesOf(traces, window.store().state().filters)),
          filtered(tracesOf(traces, window.store().state().filters)) {}

    Snapshot at(const Instant& instant) const { return restrictedTo(counted, snapshotAt(status.recording, instant)); }
    /// What a mode but Change asks of (from, to].
    Snapshot ofInterval(IntervalMode mode, const Instant& from, const Instant& to) const {
        const Recording& recording = status.recording;
        if (mode == IntervalMode::Allocated) return restrictedTo(counted, allocatedBetween(recording, from, to));
        if (mode == IntervalMode::StillAlive)
            return restrictedTo(counted, allocationOutcomes(recording, {from, to, to})->alive);
        return restrictedTo(counted, temporaryBlocks(recording, from, to, kTemporaryAge)->temporary);
    }
    Estimate ofLine(const Snapshot& snapshot, LineIndex line) const {
        return totalOf(TraceSet::throughLine(traces, line), snapshot);
    }

    DigestWorker::Status status;
    const TraceTable& traces;
    TraceSet counted, filtered;
};

/// While it lives nothing begins in the threads that views work in.
class HeldThreads {
public:
    HeldThreads() {
        for (int i = 0; i < workThreads().maxThreadCount(); ++i) workThreads().start([this] { m_released.acquire(); });
    }
    ~HeldThreads() {
        m_released.release(workThreads().maxThreadCount());
        workThreads().waitForDone();
    }

private:
    QSemaphore m_released;
};

}  // namespace

class OneNumberTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { test::prepareWindows(m_folder); }
    void init() {
        m_window = test::freshWindow();
        QVERIFY(m_window);
    }
    void cleanup() { m_window.reset(); }

    void isTheEngines_data() { test::addSeeds(); }
    void isTheEngines() {
        QFETCH(int, seed);
        RecordedModel model(m_folder / ("random" + std::to_string(seed)), test::someSampling(seed),
                            static_cast<std::uint32_t>(seed));
        const bool hasDomains = seed % 2 == 0;
        if (hasDomains) model.recordsDomains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
        for (int i = 0; i < 30; ++i)
            model.addTrace(1 + i % 5,
                           hasDomains ? kDomains[static_cast<std::size_t>(i) % kDomains.size()] : Domain::Python);
        model.run(30'000, 20'000, 52);
        model.finish();
        open("random" + std::to_string(seed), State::Complete);
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        const auto any = [&](std::size_t bound) { return static_cast<std::size_t>(random()) % bound; };

        // A finished capture is shown at its very peak.
        QTRY_VERIFY_WITH_TIMEOUT(m_window->store().state().time.has_value(), kPatience);
        compareAll();
        const Engine engine(*m_window);
        const Peak peak = peakOf(engine.status.recording);
        QVERIFY(m_window->store().state().time == peak.instant);
        QVERIFY2(plot().cursorText().contains(text(formatBytes(peak.amount))), qPrintable(plot().cursorText()));
        for (int round = 0; round < 8; ++round) {
            m_window->resize(700 + static_cast<int>(any(900)), 500 + static_cast<int>(any(500)));
            QCoreApplication::processEvents();
            const QRectF area = plot().frame().plotArea;
            const auto within = [&] {
                return QPoint(static_cast<int>(area.left() + static_cast<double>(any(1000)) / 1000 * area.width()),
                              static_cast<int>(area.top() + area.height() / 2));
            };
            if (any(3) == 0) plot().zoom(1 + static_cast<double>(any(40)) / 10, within().x());
            if (any(4) == 0) plot().fit();
            QTest::mouseClick(&plot(), Qt::LeftButton, {}, within());
            if (any(2) == 0) QTest::mouseClick(&plot(), Qt::LeftButton, Qt::ShiftModifier, within());
            m_window->store().change([&](ViewState& state) {
                if (any(3) == 0) state.compareTime.reset();
                if (any(3) == 0) state.time = peak.instant;
                if (any(2) == 0)
                    state.pinnedLines = {LineIndex(static_cast<std::uint32_t>(any(engine.traces.lineCount())))};
                state.mode = static_cast<IntervalMode>(any(4));
                state.selectedLine = LineIndex(static_cast<std::uint32_t>(any(engine.traces.lineCount())));
                state.tree.hidden.internal = any(2) == 0;
                state.tree.hidden.standardLibrary = any(3) == 0;
                state.measure = any(2) == 0 ? Measure::BlockCount : Measure::ByteCount;
                if (any(3) == 0) state.filters.clear();
                if (any(2) == 0)
                    state.filters.push_back({TraceFilter::By::Line,
                                             LineIndex(static_cast<std::uint32_t>(any(engine.traces.lineCount()))),
                                             {},
                                             {},
                                             any(2) == 0});
                if (any(4) == 0) state.filters.push_back({TraceFilter::By::Pattern, {}, {}, "[13579]$", any(2) == 0});
                if (any(4) == 0)
                    state.filters.push_back(
                        {TraceFilter::By::Code, {}, {}, {}, any(2) == 0, static_cast<ModuleKind>(any(3))});
                if (!hasDomains) return;
                state.domains = DomainSet::all();
                state.domains.set(kDomains[any(kDomains.size())], any(2) == 0);
            });
            checkMeanwhile();
            compareAll();
            const QPoint mouse = within();
            QTest::mouseMove(&plot(), mouse);
            compareHover(mouse);
        }
    }

    void isTheEnginesWhileTheProgramRuns() {
        RecordedCapture capture(m_folder / "live", Sampling::byBytes(2000));
        capture.grow(20'000, Micros(5'000'000));
        open("live", State::Following);
        for (int round = 0; round < 5; ++round) {
            capture.grow(7'000, Micros(1'000'000));
            QTRY_VERIFY_WITH_TIMEOUT(m_window->document()->status().recording.digest().lastTime() == capture.time(),
                                     kPatience);
            compareAll();
            if (round == 2)
                m_window->store().change([&](ViewState& state) { state.time = Micros(capture.time().count / 2); });
        }
        capture.end();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->state(), State::Complete, kPatience);
        compareAll();
    }

    /// What is chosen may lie where the digest has not come to; then nothing is said of it, and views are covered.
    void whatIsNotReadYetIsNotSaid() {
        RecordedCapture capture(m_folder / "cancelled");
        capture.grow(900'000, Micros(60'000'000));
        capture.end();
        m_window->open(text((m_folder / "cancelled.hpm").string()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->status().recording.hasDigest(),
                                 kPatience);
        const_cast<Document*>(m_window->document())->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->document()->state() == State::Stopped || m_window->document()->state() == State::Complete,
            kPatience);
        if (m_window->document()->state() == State::Complete) QSKIP("the digest was made before it could be cancelled");
        compareAll();
        m_window->store().change([&](ViewState& state) { state.time = Micros(60'000'000); });
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->queries().isBusy(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().isStale(), kPatience);
        QVERIFY2(plot().cursorText().endsWith(QStringLiteral("\u2026")), qPrintable(plot().cursorText()));
        const_cast<Document*>(m_window->document())->resume();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->state(), State::Complete, kPatience);
        compareAll();
    }

    void clickingThePeakChoosesItsPosition() {
        RecordedModel model(m_folder / "spike", Sampling::everything());
        const TraceIndex trace = model.addTrace(3);
        model.allocate(trace, 100'000);
        model.passTime(Micros(1'000'000));
        model.allocate(trace, 900'000);
        model.freeBlock(1);
        model.passTime(Micros(1'000'000));
        model.allocate(trace, 10);
        model.finish();
        open("spike", State::Complete);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->store().state().time.has_value(), kPatience);
        m_window->store().change([&](ViewState& state) { state.time = Micros(1'000'000); });
        compareAll();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, 100'000);
        const PlotFrame& frame = plot().frame();
        const double height = frame.plotArea.height() * 1'000'000 / frame.top;
        QTest::mouseClick(&plot(), Qt::LeftButton, {},
                          QPointF(plot().xOf(Micros(1'000'000)), frame.plotArea.bottom() - height).toPoint());
        compareAll();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, 1'000'000);
    }

    /// The result is there, and a view has yet to make its tree or rows of it.
    void aViewThatIsNotReadySaysWhatItShows_data() {
        QTest::addColumn<ExportView>("which");
        QTest::addColumn<int>("tab");
        QTest::addRow("flame graph") << ExportView::Flame << 0;
        for (const int tab : {0, 1, 2, 3, 4}) QTest::addRow("traces, tab %d", tab) << ExportView::Traces << tab;
    }
    void aViewThatIsNotReadySaysWhatItShows() {
        QFETCH(ExportView, which);
        QFETCH(int, tab);
        RecordedModel model(m_folder / "steps", Sampling::everything());
        for (int i = 0; i < 3; ++i) {
            model.allocate(model.addTrace(3), 100'000);
            model.passTime(Micros(1'000'000));
        }
        model.finish();
        open("steps", State::Complete);
        m_window->store().change([&](ViewState& state) {
            state.time = Micros(500'000);
            state.selectedLine = LineIndex(0);
        });
        auto& browser = *m_window->findChild<QTabWidget*>(QStringLiteral("traceTabs"));
        browser.setCurrentIndex(tab);
        InstantView& view = *m_window->views().view(which);
        compareAll();
        m_window->views().bringIntoSight(which);
        QTRY_VERIFY_WITH_TIMEOUT(view.isVisible() && !view.isBusy() && !view.outdated(), kPatience);
        const auto& overlay = *view.findChild<BusyOverlay*>();
        QVERIFY(!overlay.isVisible());
        {
            const HeldThreads held;
            m_window->store().change([&](ViewState& state) { state.time = Micros(1'500'000); });
            QTRY_VERIFY_WITH_TIMEOUT(overlay.isVisible(), kPatience);
            QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isStale(), kPatience);
            QVERIFY(overlay.isVisible() && overlay.size() == view.size());
            QCOMPARE(overlay.text(), QStringLiteral("Still showing 0.500 s"));
        }
        QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy() && !overlay.isVisible(), kPatience);
        compareAll();
    }

private:
    TimePlot& plot() const { return m_window->views().timePlot(); }
    Measure measure() const { return m_window->store().state().measure; }
    static QString signedText(std::int64_t amount, Measure measure) {
        return text((amount > 0 ? "+" : "") + formatWithUnit(amount, measure));
    }

    void open(const std::string& name, State state) {
        m_window->open(text((m_folder / (name + ".hpm")).string()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() != nullptr, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->state(), state, kPatience);
    }

    /// While answers are on their way cursors have the right number or none.
    void checkMeanwhile() const {
        const ViewState& state = m_window->store().state();
        const Engine engine(*m_window);
        if (state.time) checkLabel(plot().cursorText(), engine.at(*state.time).total);
        if (state.compareTime) checkLabel(plot().cursorText(true), engine.at(*state.compareTime).total);
    }
    void checkLabel(const QString& label, const Estimate& total) const {
        const QString expected = text(formatWithUnit(total.of(measure()), measure()));
        QVERIFY2(label.contains(QStringLiteral("\u2026")) || label.contains(expected),
                 qPrintable(label + QStringLiteral(" is not ") + expected));
    }

    void compareAll() const {
        const ViewState& state = m_window->store().state();
        const auto isSettled = [&] {
            const auto& result = m_window->views().result();
            return !m_window->queries().isBusy() && result && !m_window->views().isStale() && result->isOf(state);
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
        const Engine engine(*m_window);
        const InstantResult& result = *m_window->views().result();
        const Instant time = state.time.value_or(engine.status.recording.digest().lastTime());
        const Instant cursor = std::min(time, Instant(engine.status.recording.digest().lastTime()));
        const Snapshot now = engine.at(time);
        const Snapshot before = state.compareTime ? engine.at(*state.compareTime) : Snapshot();
        Estimate change = now.total;
        change -= before.total;
        const bool isOfMode = state.compareTime && state.mode != IntervalMode::Change;
        Snapshot expected = isOfMode            ? engine.ofInterval(state.mode, std::min(time, *state.compareTime),
                                                                    std::max(time, *state.compareTime))
                            : state.compareTime ? difference(before, now)
                                                : now;
        const std::int64_t shown = expected.total.of(measure());

        QVERIFY(result.time() == cursor);
        if (state.compareTime) {
            QVERIFY(result.begin() == std::min(time, *state.compareTime));
            QVERIFY(result.end() == std::max(time, *state.compareTime));
        }
        QCOMPARE(result.amountOf(result.snapshot().total), shown);
        QCOMPARE(m_window->views().headline().amountText(),
                 result.isDifference() ? signedText(shown, measure()) : text(formatWithUnit(shown, measure())));
        compareInspector(engine, expected);
        QCOMPARE(result.amountOf(result.tree().cumulative.front()), shown);
        // Widths are sums of whole numbers.
        const auto rounded = static_cast<std::int64_t>(result.snapshot().traces.size()) + 1;
        if (!result.isDifference()) QVERIFY(2 * std::abs(result.tree().magnitude.front() - shown) <= rounded);
        QCOMPARE(result.amountOf(result.lines().total), shown);
        QCOMPARE(result.amountOf(result.flow().total.back()), isOfMode ? shown : now.total.of(measure()));
        QVERIFY(result.flow().measure == measure() && result.lines().measure == measure());
        compareCurve(engine);
        const QString label = plot().cursorText();
        QVERIFY2(label.startsWith(text(formatTime(cursor))), qPrintable(label));
        QVERIFY2(label.contains(text(formatWithUnit(now.total.of(measure()), measure()))), qPrintable(label));
        if (state.compareTime) {
            QVERIFY2(label.contains(text(formatSignedAmount(change.of(measure()), measure()))), qPrintable(label));
            QVERIFY(plot().cursorText(true).contains(text(formatWithUnit(before.total.of(measure()), measure()))));
        }
        for (std::size_t i = 0; i < kDomains.size(); ++i) {
            const auto* box =
                m_window->findChild<QCheckBox*>(QStringLiteral("domain-") + text(std::string(nameOf(kDomains[i]))));
            if (!box || !box->isVisible()) continue;
            const auto ofDomain = [&](const Instant& instant) {
                return restrictedTo(TraceSet::ofDomains(engine.traces, {kDomains[i]}) & engine.filtered,
                                    snapshotAt(engine.status.recording, instant))
                    .total;
            };
            if (isOfMode) continue;
            Estimate ofBox = ofDomain(time);
            if (state.compareTime) ofBox -= ofDomain(*state.compareTime);
            const std::int64_t amount = ofBox.of(measure());
            const std::string inBox =
                state.compareTime ? formatSignedAmount(amount, measure()) : formatAmount(amount, measure());
            QVERIFY2(box->text().contains(text(inBox)), qPrintable(box->text()));
            if (!state.compareTime && state.domains.has(kDomains[i]))
                QVERIFY2(box->text().contains(text(formatShare(amount, shown))), qPrintable(box->text()));
        }
    }

    /// The plot ends with what is alive at its end, and its peak is a state that there was.
    void compareCurve(const Engine& engine) const {
        const PlotResult& drawn = *plot().result();
        QVERIFY(drawn.counted.measure == measure());
        if (!drawn.total.empty())
            QCOMPARE(drawn.total.back().last, engine.at(drawn.total.back().end).total.of(measure()));
        if (drawn.peak && drawn.peak->amount > 0)
            QCOMPARE(drawn.peak->amount, engine.at(drawn.peak->instant).total.of(measure()));
    }

    void compareInspector(const Engine& engine, const Snapshot& expected) const {
        const auto line = m_window->store().state().selectedLine;
        if (!line) return;
        const Inspector& inspector = m_window->views().inspector();
        const auto isSettled = [&] {
            return !inspector.isBusy() && inspector.facts() && inspector.facts()->line == *line &&
                   inspector.facts()->result == m_window->views().result();
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
        const bool isDifference = m_window->views().result()->isDifference();
        const auto* amount = inspector.findChild<QLabel*>(QStringLiteral("inspectorCumulative"));
        const Estimate used = engine.ofLine(expected, *line);
        const std::int64_t shown = used.of(measure());
        QCOMPARE(amount->text(),
                 text(isDifference ? formatSignedAmount(shown, measure()) : formatAmount(shown, measure())));
        const Measure other = otherThan(measure());
        QCOMPARE(inspector.findChild<QLabel*>(QStringLiteral("inspectorOther"))->text(),
                 text(isDifference ? formatSignedAmount(used.of(other), other) : formatAmount(used.of(other), other)));
        const InstantView& flame = *m_window->views().view(ExportView::Flame);
        QTRY_VERIFY_WITH_TIMEOUT(!flame.isVisible() || (!flame.isBusy() && !flame.outdated()), kPatience);
        const QString instances = flame.findChild<QLabel*>(QStringLiteral("flameInstances"))->text();
        if (flame.isVisible())
            QVERIFY2(instances.contains(QStringLiteral("cumulative ") + (isDifference
                                                                             ? signedText(shown, measure())
                                                                             : text(formatWithUnit(shown, measure())))),
                     qPrintable(instances));
    }

    void compareHover(const QPoint& mouse) const {
        const auto isSettled = [&] {
            return !m_window->queries().isBusy() && !plot().hoverTexts().join(u'\n').contains(QStringLiteral("\u2026"));
        };
        QTRY_VERIFY2_WITH_TIMEOUT(isSettled(), qPrintable(plot().hoverTexts().join(u'\n')), kPatience);
        const QStringList texts = plot().hoverTexts();
        if (texts.isEmpty()) return;  // the mouse is where nothing is drawn
        const Engine engine(*m_window);
        const Micros time = plot().timeAt(mouse.x());
        QVERIFY2(texts[0].startsWith(text(formatTime(time)) + QStringLiteral(", at ")), qPrintable(texts[0]));
        const Snapshot snapshot = engine.at(time);
        QVERIFY2(texts[1].startsWith(text(formatEstimate(snapshot.total, measure()))), qPrintable(texts.join(u'\n')));
        for (const LineIndex line : m_window->store().state().pinnedLines) {
            const Estimate used = engine.ofLine(snapshot, line);
            const QString expected =
                text(formatEstimate(used, measure()) + ", " + formatShare(used, snapshot.total, measure()));
            QVERIFY2(texts.join(u'\n').contains(expected), qPrintable(texts.join(u'\n') + expected));
        }
    }

    TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::OneNumberTest)
#include "one_number_test.moc"
