// The time plot as a user drives it: mouse, wheel, keys; and its axes and page.
#include "gui/timeplot/time_plot.h"

#include <QBuffer>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <set>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/timeplot/axis_ticks.h"

namespace heapprof::gui {
namespace {

constexpr Micros kEnd(100'000'000);

QStringList words(const char* text) { return QString::fromUtf8(text).split(u'|'); }

std::shared_ptr<const PlotResult> made(PlotRange range = {}, std::size_t lines = 0) {
    auto traces = std::make_shared<TraceTableBuilder>();
    const FunctionIndex function =
        traces->internFunction({traces->internString("/srv/<b>app</b>.py"), traces->internString("f"), 1});
    for (std::uint32_t line = 1; line <= 5; ++line) traces->internFrame({function, line});
    auto info = std::make_shared<CaptureInfo>();
    info->traces = traces;
    auto result = std::make_shared<PlotResult>();
    result->info = info;
    result->last = kEnd;
    result->begin = range.span ? range.span->begin : Micros(0);
    result->end = range.span ? range.span->end : kEnd;
    const std::int64_t span = (result->end - result->begin).count;
    const auto steps = static_cast<std::int64_t>(range.steps);
    for (std::int64_t i = 0; i < steps; ++i) {
        const Micros begin = result->begin + Micros(span * i / steps),
                     end = result->begin + Micros(span * (i + 1) / steps);
        const std::int64_t bytes =
            (begin.count > 40'000'000 && begin.count < 60'000'000 ? 3'000'000 : 1'000'000) + begin.count / 1000;
        result->total.push_back({begin, end, bytes - 1000, bytes, bytes, 0});
    }
    result->peak = Peak{Micros(59'999'999), 3'060'000};
    for (std::size_t i = 0; i < lines; ++i) {
        PlotResult::Line line{LineIndex(static_cast<std::uint32_t>(i)), {}, {}};
        for (const TotalStep& step : result->total) {
            line.amounts.push_back(step.max / static_cast<std::int64_t>(i + 2));
            line.share.push_back(1.0 / static_cast<double>(i + 2));
        }
        result->lines.push_back(std::move(line));
    }
    return result;
}

std::shared_ptr<const PlotResult> withMarks() {
    Timeline timeline;
    for (int second = 0; second < 100; ++second)
        timeline.resident.push_back({Micros(second * 1'000'000), 5'000'000 + second * 40'000});
    timeline.instants = {{Micros(50'000'000), "loaded <b>"}};
    timeline.phases = {{Micros(40'000'000), Micros(60'000'000), "train", 0}, {Micros(80'000'000), {}, "serve", 0}};
    timeline.pauses = {{Micros(70'000'000), Micros(75'000'000)}};
    timeline.collections = {{Micros(30'000'000), Micros(12'000), 2}};
    for (int i = 0; i < 40; ++i) timeline.collections.push_back({Micros(35'000'000 + i), Micros(10), 0});
    timeline.losses = {{Micros(95'000'000), 17}};
    timeline.reserved = {{Micros(20'000'000), std::int64_t{3} << 30}, {Micros(65'000'000), 1 << 30}};
    auto result = std::make_shared<PlotResult>(*made());
    result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
    return result;
}

}  // namespace

class TimePlotTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        m_store = std::make_unique<ViewStateStore>();
        m_plot = std::make_unique<TimePlot>(*m_store);
        m_plot->resize(800, 300);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_asked.reset();
        connect(m_plot.get(), &TimePlot::rangeWanted, this, [this](const PlotRange& range) { m_asked = range; });
        m_plot->showResult(made());
    }
    void cleanup() {
        m_plot.reset();
        m_store.reset();
    }

    void aClickChoosesTheTime() {
        const QPoint at = pointAt(Micros(50'000'000));
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, at);
        QVERIFY(m_store->state().time);
        QVERIFY(std::abs(m_store->state().time->time.count - 50'000'000) < 300'000);
        QVERIFY(m_store->canGoBack());
    }

    void shiftAndClickCompares() {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, Qt::ShiftModifier, pointAt(Micros(20'000'000)));
        QVERIFY(!m_store->state().time);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
        QTest::keyClick(m_plot.get(), Qt::Key_Escape);
        QVERIFY(!m_store->state().compareTime);
    }

    void aDragMakesAnIntervalInOneStep() {
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        QVERIFY(!m_asked);  // it did not pan
        m_store->back();
        QVERIFY(!m_store->canGoBack());
        QVERIFY(!m_store->state().time && !m_store->state().compareTime);
    }

    void theCursorCanBeDragged() {
        m_store->change([](ViewState& state) { state.showInstant(Micros(20'000'000)); });
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        QVERIFY(!m_store->state().compareTime);
    }
    void theEndsOfAnIntervalCanBeDragged() {
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        drag(pointAt(m_store->state().compareTime->time), pointAt(Micros(40'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 40'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        drag(pointAt(m_store->state().time->time), pointAt(Micros(10'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 40'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 10'000'000) < 300'000);
        for (int i = 0; i < 3; ++i) m_store->back();  // a drag is one step
        QVERIFY(!m_store->canGoBack());
        // A click on an end is a click.
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        const Micros end = m_store->state().time->time;
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, pointAt(end));
        QVERIFY(std::abs(m_store->state().time->time.count - end.count) < 300'000);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
    }

    void theWheelZoomsAboutTheMouse_dragWithCtrlPans_doubleClickFits() {
        const QPoint at = pointAt(Micros(50'000'000));
        const Micros before = m_plot->timeAt(at.x());
        for (int i = 0; i < 8; ++i) wheel(at, 120);
        const Micros span = m_plot->visible().end - m_plot->visible().begin;
        QVERIFY(span.count < 25'000'000);
        QVERIFY(std::abs(m_plot->timeAt(at.x()).count - before.count) < 100'000);
        QVERIFY(m_asked && m_asked->span && m_asked->span->begin == m_plot->visible().begin);
        QVERIFY(m_asked->steps <= 800);
        m_plot->showResult(made(*m_asked));
        QVERIFY(!m_store->canGoBack());  // zooming is no choice of a time

        const Micros left = m_plot->visible().begin;
        drag(at, at + QPoint(100, 0), Qt::ControlModifier);
        QVERIFY(m_plot->visible().begin < left);
        QVERIFY(std::abs((m_plot->visible().end - m_plot->visible().begin).count - span.count) <= 2);
        QVERIFY(!m_store->state().time);

        doubleClick(at);
        QVERIFY(m_plot->visible().begin == Micros(0) && m_plot->visible().end == kEnd);
        QVERIFY(!m_asked->span);
        QVERIFY(!m_store->state().time);
    }

    void zoomIsBounded() {
        for (int i = 0; i < 300; ++i) wheel(pointAt(m_plot->timeAt(400)), 120);
        QVERIFY((m_plot->visible().end - m_plot->visible().begin).count >= 10);
        for (int i = 0; i < 300; ++i) wheel({400, 100}, -120);
        QVERIFY(m_plot->visible().begin == Micros(0) && m_plot->visible().end == kEnd);
    }

    void keysMoveTheCursor() {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, pointAt(Micros(50'000'000)));
        const Micros at = m_store->state().time->time;
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QVERIFY(m_store->state().time->time > at);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QTest::keyClick(m_plot.get(), Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(m_store->state().time->time < at - Micros(1'000'000));
        QTest::keyClick(m_plot.get(), Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(m_store->state().compareTime);
        QTest::keyClick(m_plot.get(), Qt::Key_Home);
        QVERIFY(*m_store->state().time == Micros(0));
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QVERIFY(*m_store->state().time == Micros(0));
        QTest::keyClick(m_plot.get(), Qt::Key_End);
        QVERIFY(!m_store->state().time);
        QTest::keyClick(m_plot.get(), Qt::Key_Plus);
        QVERIFY(m_plot->visible().end - m_plot->visible().begin < kEnd);
        QTest::keyClick(m_plot.get(), Qt::Key_0);
        QVERIFY(m_plot->visible().end - m_plot->visible().begin == kEnd);
    }

    void pinnedLinesAreDrawnWithTheTotal_andHaveALegend() {
        const QRectF before = m_plot->frame().plotArea;
        const double top = m_plot->frame().top;
        m_store->adjust([](ViewState& state) { state.pinnedLines = {LineIndex(0), LineIndex(1)}; });
        m_plot->showResult(made({}, 2));
        QCOMPARE(m_plot->frame().plotArea, before);  // the plot is as high as without them
        QCOMPARE(m_plot->frame().top, top);
        QCOMPARE(m_plot->legend().size(), std::size_t(2));
        QCOMPARE(m_plot->legend()[0].text, QStringLiteral("/srv/<b>app</b>.py:1"));
        QVERIFY(m_plot->legend()[0].area.right() < m_plot->legend()[1].area.left());
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {},
                          m_plot->legend()[1].area.topLeft().toPoint() + QPoint(4, 4));
        QVERIFY(m_store->state().selectedLine == LineIndex(1));
        QVERIFY(m_plot->legend()[1].isSelected);
        // As shares of the total they stand alone.
        m_store->change([](ViewState& state) { state.plotsShares = true; });
        QVERIFY(m_plot->frame().top < 2);
        QVERIFY(m_plot->frame().ticks.ticks.back().label.endsWith(u'%'));
        m_store->back();
        QCOMPARE(m_plot->frame().top, top);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, m_plot->legend()[0].remove.center().toPoint());
        QCOMPARE(m_store->state().pinnedLines.size(), std::size_t(1));
        m_store->change([](ViewState& state) { state.plotsShares = true; });
        m_plot->showResult(made({}, 0));
        QVERIFY(m_plot->legend().empty());
        QCOMPARE(m_plot->frame().top, top);  // without lines there are no shares to show
    }

    void theTitleAndTheCursorsHaveLinesOfTheirOwn() {
        m_plot->resize(300, 300);
        m_store->change([](ViewState& state) { state.time = Micros(1'000'000); });
        const QImage with = m_plot->grab().toImage();
        m_store->change([](ViewState& state) { state.time = Micros(99'000'000); });
        const QImage without = m_plot->grab().toImage();
        const int titleEnd = QFontMetrics(plotFont(m_plot->font())).height();
        for (int y = 0; y < titleEnd; ++y)
            for (int x = 0; x < 300; ++x) QCOMPARE(with.pixel(x, y), without.pixel(x, y));
    }

    void residentMemoryIsACurveThatCanBeHidden() {
        QVERIFY(m_plot->switches().empty());
        m_plot->showResult(withMarks());
        const auto isOn = [this] { return m_plot->switches().size() == 1 && m_plot->switches().front().isOn; };
        QVERIFY(isOn());
        QVERIFY(m_plot->frame().top >= 9'000'000);  // it fits
        const QImage shown = m_plot->grab().toImage();
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, m_plot->switches().front().area.center().toPoint());
        QVERIFY(!isOn() && !m_store->state().time);
        QVERIFY(m_plot->frame().top < 5'000'000);
        QVERIFY(m_plot->grab().toImage() != shown);
        QTest::keyClick(m_plot.get(), Qt::Key_R);
        QVERIFY(isOn());
        m_store->back();
        QVERIFY(!isOn());
        m_store->back();
        QCOMPARE(m_plot->grab().toImage(), shown);
        QVERIFY(!m_store->canGoBack());
    }

    void theCursorHasTheColourOfTheTheme() {
        m_store->change([](ViewState& state) { state.time = Micros(20'000'000); });
        for (const bool isDark : {false, true}) {
            m_plot->setPalette(paletteOf(isDark));
            QCOMPARE(m_plot->cursors().front().colour, tonesOf(isDark).cursor);
        }
    }

    void kindsOfResidentMemoryAreCurvesOfTheirOwn() {
        const auto titles = [this] {
            QStringList all;
            for (const PlotSwitch& entry : m_plot->switches()) all << entry.text;
            return all;
        };
        const auto said = [this](std::int64_t time) {
            hover(pointAt(Micros(time)));
            return m_plot->hoverTexts();
        };
        // Whether a curve of that colour runs at that height, smooth as it is.
        const auto isDrawn = [this](const QColor& colour, std::int64_t time, std::int64_t bytes) {
            hover(QPoint(1, 1));  // beside the plot
            const QImage image = m_plot->grab().toImage();
            const PlotFrame& frame = m_plot->frame();
            const double y = frame.plotArea.bottom() - static_cast<double>(bytes) / frame.top * frame.plotArea.height();
            for (int at = qRound(y) - 2; at <= qRound(y) + 1; ++at) {
                const QColor pixel = image.pixelColor(pointAt(Micros(time)).x(), at);
                if (std::abs(pixel.hue() - colour.hue()) < 25 && pixel.hsvSaturation() > colour.hsvSaturation() / 3)
                    return true;
            }
            return false;
        };
        // No kinds are known of the first reading.
        const std::vector<ResidentAccount> accounts{{2'000'000, 900'000, 5'000'000}, {9'500'000, 500'000, 0}};
        Timeline timeline;
        timeline.resident = {{Micros(10'000'000), 6'000'000},
                             {Micros(40'000'000), 7'000'000, 900'000, ResidentKinds{900'000, 5'000'000}},
                             {Micros(44'000'000), 9'000'000, 1'000'000, ResidentKinds{500'000, 0}},
                             {Micros(48'000'000), 9'000'000}};
        for (std::size_t i = 0; i < accounts.size(); ++i) QVERIFY(timeline.resident[i + 1].account() == accounts[i]);
        auto result = std::make_shared<PlotResult>(*made());
        result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
        m_plot->showResult(result);
        QCOMPARE(titles(), words("Resident memory|+ Kinds"));
        QVERIFY(!m_plot->switches().back().isOn && said(42'000'000).filter(QStringLiteral("anonymous")).isEmpty());
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, m_plot->switches().back().area.center().toPoint());
        QCOMPARE(titles(), words("Resident memory|Anonymous|Files|Shared"));
        std::set<QRgb> inLegend;
        for (const PlotSwitch& entry : m_plot->switches()) {
            QVERIFY(entry.isOn && entry.area.left() > m_plot->frame().plotArea.left());
            inLegend.insert(entry.colour.rgba());
        }
        QCOMPARE(inLegend.size(), std::size_t(4));
        QVERIFY(m_plot->frame().top >= 9'500'000);  // more than is resident without the profiler's
        const auto isSaid = [&](std::int64_t time, const ResidentAccount& account) {
            const QStringList texts = said(time);
            return texts.contains(QString::fromStdString(formatBytes(account.anonymous)) +
                                  QStringLiteral(" anonymous")) &&
                   texts.contains(QString::fromStdString(formatBytes(account.file)) + QStringLiteral(" of files")) &&
                   texts.contains(QString::fromStdString(formatBytes(account.shared)) + QStringLiteral(" shared"));
        };
        QVERIFY2(isSaid(42'000'000, accounts[0]), qPrintable(m_plot->hoverTexts().join(u'\n')));
        QVERIFY(isSaid(46'000'000, accounts[1]));
        QVERIFY(said(20'000'000).filter(QStringLiteral("anonymous")).isEmpty());
        const auto colourOf = [this](std::size_t kind) { return m_plot->switches()[1 + kind].colour; };
        QVERIFY(isDrawn(colourOf(0), 46'000'000, accounts[1].anonymous));
        QVERIFY(isDrawn(colourOf(1), 46'000'000, accounts[1].file));
        QVERIFY(isDrawn(colourOf(2), 42'000'000, accounts[0].shared));
        for (std::size_t kind = 0; kind < 3; ++kind) QVERIFY(!isDrawn(colourOf(kind), 20'000'000, 6'000'000));

        // They go with resident memory, and bring it along; each is a step of the history.
        QTest::keyClick(m_plot.get(), Qt::Key_R);
        QCOMPARE(titles(), words("Resident memory|+ Kinds"));
        QTest::keyClick(m_plot.get(), Qt::Key_R, Qt::ShiftModifier);
        QVERIFY(m_store->state().showsResident && m_plot->switches().size() == 4);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, m_plot->switches()[2].area.center().toPoint());
        QVERIFY(m_store->state().showsResident && m_plot->switches().size() == 2);
        m_store->back();
        QCOMPARE(m_plot->switches().size(), std::size_t(4));
        // Shares of the total know neither.
        auto pinned = std::make_shared<PlotResult>(*made({}, 1));
        pinned->marks = result->marks;
        m_plot->showResult(pinned);
        m_store->change([](ViewState& state) { state.plotsShares = true; });
        QVERIFY(m_plot->switches().empty());
    }

    void legendEntriesShareTheRoom_shortOnesInFull() {
        auto result = std::make_shared<PlotResult>(*made({}, 5));
        Timeline timeline;
        timeline.resident = {{Micros(1), 6'000'000, 0, ResidentKinds{1'000'000, 0}}};
        result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
        m_plot->showResult(result);
        m_store->change([](ViewState& state) { state.showsResidentKinds = true; });
        const QFontMetricsF metrics(plotFont(m_plot->font()));
        for (const int width : {300, 500, 800, 1600}) {
            m_plot->resize(width, 300);
            double right = m_plot->frame().plotArea.left();
            for (const PlotLegendEntry& entry : m_plot->legend()) {
                QVERIFY(entry.area.left() >= right && entry.remove.right() <= entry.area.right() + 0.5);
                right = entry.area.right();
            }
            for (const PlotSwitch& entry : m_plot->switches()) {
                QVERIFY(entry.area.left() >= right);
                right = entry.area.right();
                if (width == 1600) QVERIFY(entry.area.width() >= metrics.horizontalAdvance(entry.text) + 19);
            }
            QVERIFY(right <= m_plot->frame().plotArea.right() + 0.5);
        }
    }

    void residentMemoryIsDrawnInSteps_andTheToolTipSaysTheSame() {
        Timeline timeline;
        timeline.resident = {{Micros(0), 4'000'000},
                             {Micros(4'000'000), 8'000'000, 600'000},
                             {Micros(60'000'000), 6'000'000},
                             {Micros(64'000'000), 5'000'000}};
        auto result = std::make_shared<PlotResult>(*made());
        result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
        m_plot->showResult(result);
        const auto said = [this](std::int64_t time) {
            hover(pointAt(Micros(time)));
            return m_plot->hoverTexts().filter(QStringLiteral("resident")).join(u'\n');
        };
        QVERIFY2(said(3'000'000).startsWith(QStringLiteral("3.81 MiB resident, read ")), qPrintable(said(3'000'000)));
        QVERIFY(said(3'000'000).endsWith(QStringLiteral(" s ago")));
        QVERIFY(said(62'000'000).startsWith(QStringLiteral("5.72 MiB resident, read ")));
        const QString inGap = said(34'000'000);  // the plot has no line here
        QVERIFY2(inGap.startsWith(QStringLiteral("7.63 MiB resident, read ")), qPrintable(inGap));
        QVERIFY(inGap.contains(QStringLiteral("and not since")) && inGap.contains(QStringLiteral("the profiler's")));
        QVERIFY(!m_plot->hoverTexts().join(u'\n').contains(QStringLiteral("more is counted")));
        // Where the line is: a piece of the height of each value, and none in the gap.
        hover(QPoint(1, 1));  // beside the plot
        const auto inkAt = [this](std::int64_t time, double bytes) {
            const QImage image = m_plot->grab().toImage();
            const PlotFrame& row = m_plot->frame();
            const int x = pointAt(Micros(time)).x();
            const auto y = static_cast<int>(row.plotArea.bottom() - bytes / row.top * row.plotArea.height());
            const auto isInk = [&](int at) { return image.pixelColor(x, at).lightness() < 200; };
            return isInk(y - 1) || isInk(y) || isInk(y + 1);
        };
        QVERIFY(inkAt(62'000'000, 6'000'000));
        QVERIFY(!inkAt(34'000'000, 8'000'000) && !inkAt(34'000'000, 7'000'000));
    }

    void whatIsCountedAndNotResidentIsSpokenOf() {
        Timeline timeline;
        timeline.resident = {{Micros(50'000'000), 1'000'000}};
        auto result = std::make_shared<PlotResult>(*made());
        result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
        m_plot->showResult(result);
        hover(pointAt(Micros(52'000'000)));
        QVERIFY2(m_plot->hoverTexts().join(u'\n').contains(QStringLiteral("more is counted than is resident")),
                 qPrintable(m_plot->hoverTexts().join(u'\n')));
    }

    void marksAndPhasesTakeRoomOnlyWhereThereAreSome() {
        const double before = m_plot->frame().plotArea.top();
        m_plot->showResult(withMarks());
        const double with = m_plot->frame().plotArea.top();
        QVERIFY(with > before + 20);
        auto deep = std::make_shared<PlotResult>(*withMarks());
        deep->marks.lanes = 100;
        m_plot->showResult(deep);
        QVERIFY(m_plot->frame().plotArea.height() > 100);
        m_plot->showResult(made());
        QCOMPARE(m_plot->frame().plotArea.top(), before);
        // A low plot keeps its room for the curve.
        m_plot->resize(800, 80);
        m_plot->showResult(withMarks());
        QCOMPARE(m_plot->frame().plotArea.top(), before);
    }

    void hoveringNamesWhatHappened_data() {
        QTest::addColumn<qint64>("time");
        QTest::addColumn<QString>("says");
        QTest::newRow("mark") << qint64(50'000'000) << QStringLiteral("Mark: loaded <b>");
        QTest::newRow("phase") << qint64(45'000'000) << QStringLiteral("Phase: train");
        QTest::newRow("phase without end") << qint64(98'000'000) << QStringLiteral("Phase: serve");
        QTest::newRow("pause") << qint64(72'000'000) << QStringLiteral("not recorded");
        QTest::newRow("collection") << qint64(30'000'000) << QStringLiteral("generation 2: 12.0 ms");
        QTest::newRow("collections") << qint64(35'000'000) << QStringLiteral("40 garbage collections");
        QTest::newRow("loss") << qint64(95'000'000) << QStringLiteral("17 events were lost");
        QTest::newRow("reserved") << qint64(30'000'000) << QStringLiteral("3.00 GiB reserved");
        QTest::newRow("less reserved") << qint64(98'000'000) << QStringLiteral("1.00 GiB reserved");
        QTest::newRow("resident") << qint64(30'000'000) << QStringLiteral("resident");
    }
    void hoveringNamesWhatHappened() {
        QFETCH(qint64, time);
        QFETCH(QString, says);
        m_plot->showResult(withMarks());
        hover(pointAt(Micros(time)));
        QVERIFY2(m_plot->hoverTexts().join(u'\n').contains(says), qPrintable(m_plot->hoverTexts().join(u'\n')));
        hover(pointAt(Micros(10'000'000)));
        if (says != QStringLiteral("resident")) QVERIFY(!m_plot->hoverTexts().join(u'\n').contains(says));
    }

    void marksPhasesAndCollectionsCanBeClicked() {
        m_plot->showResult(withMarks());
        const QRectF area = m_plot->frame().plotArea;
        const auto clickAt = [&](std::int64_t time, double y, Qt::KeyboardModifiers modifiers = {}) {
            QTest::mouseClick(m_plot.get(), Qt::LeftButton, modifiers, QPoint(pointAt(Micros(time)).x(), qRound(y)));
        };
        const double line = QFontMetricsF(plotFont(m_plot->font())).height();
        clickAt(50'000'000, area.top() - 0.5 * line);  // the mark's label lies right above the curve
        QVERIFY(m_store->state().time == Instant(Micros(50'000'000)) && !m_store->state().compareTime);
        // Beside the label, and not on its line, there is nothing to click on.
        clickAt(85'000'000, area.top() - 0.5 * line);
        QVERIFY(std::abs(m_store->state().time->time.count - 85'000'000) < 1'000'000);
        clickAt(45'000'000, area.top() - 1.7 * line);
        QVERIFY(m_store->state().compareTime == Instant(Micros(40'000'000)));
        QVERIFY(m_store->state().time == Instant(Micros(60'000'000)));
        clickAt(90'000'000, area.top() - 1.7 * line);  // goes on
        QVERIFY(m_store->state().compareTime == Instant(Micros(80'000'000)));
        QVERIFY(m_store->state().time == Instant(m_plot->visible().end));
        m_store->change([](ViewState& state) { state.leaveInterval(); });
        clickAt(30'100'000, area.bottom() - 2);
        QVERIFY(m_store->state().time == Instant(Micros(30'000'000)));
        clickAt(50'100'000, area.top() - 0.5 * line, Qt::ShiftModifier);
        QVERIFY(m_store->state().compareTime == Instant(Micros(50'000'000)));
        m_store->change([](ViewState& state) { state.leaveInterval(); });
        m_plot->setFocus();
        for (const std::int64_t seconds : {40, 50, 60, 80, 80}) {
            QTest::keyClick(m_plot.get(), Qt::Key_BracketRight);
            QVERIFY(m_store->state().time == Instant(Micros(seconds * 1'000'000)));
        }
        QTest::keyClick(m_plot.get(), Qt::Key_BracketLeft);
        QVERIFY(m_store->state().time == Instant(Micros(60'000'000)));
    }

    void aPageNamesMarksAndPhases() {
        m_plot->showResult(withMarks());
        QByteArray content;
        QBuffer buffer(&content);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize({1200, 400});
        QPainter painter(&generator);
        m_plot->drawPage(painter, {1200, 400});
        painter.end();
        for (const char* text : {"loaded &lt;b&gt;", "train", "serve", "events lost", "Resident memory"})
            QVERIFY2(content.contains(text), text);
    }

    void growsWithTheCapture_untilTheUserZooms() {
        auto grown = std::make_shared<PlotResult>(*made());
        grown->last = grown->end = Micros(200'000'000);
        m_plot->showResult(grown);
        QVERIFY(m_plot->visible().end == Micros(200'000'000));
        wheel({400, 100}, 120);
        const PlotRange::Span zoomed = m_plot->visible();
        auto more = std::make_shared<PlotResult>(*grown);
        more->last = more->end = Micros(300'000'000);
        m_plot->showResult(more);
        QVERIFY(m_plot->visible() == zoomed);
    }

    void isSafeWithNothingToShow() {
        m_plot->showResult(nullptr);
        for (const auto key : {Qt::Key_Left, Qt::Key_Home, Qt::Key_Plus, Qt::Key_0}) QTest::keyClick(m_plot.get(), key);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, QPoint(400, 100));
        wheel({400, 100}, 120);
        doubleClick({400, 100});
        QVERIFY(!m_plot->grab().isNull());
        QVERIFY(m_store->state() == ViewState{});
        m_plot->resize(1, 1);
        m_plot->showResult(made());
        QVERIFY(!m_plot->grab().isNull());
    }

    void ticksReadWell_data() {
        QTest::addColumn<qint64>("begin");
        QTest::addColumn<qint64>("end");
        QTest::addColumn<QStringList>("labels");
        QTest::newRow("microseconds") << qint64(0) << qint64(100) << words("0 s|20 µs|40 µs|60 µs|80 µs|100 µs");
        QTest::newRow("milliseconds") << qint64(0) << qint64(1500) << words("0 s|0.5 ms|1.0 ms|1.5 ms");
        QTest::newRow("seconds") << qint64(10'000'000) << qint64(10'500'000)
                                 << words("10.0 s|10.1 s|10.2 s|10.3 s|10.4 s|10.5 s");
        QTest::newRow("minutes") << qint64(0) << qint64(600'000'000) << words("0 s|2 min|4 min|6 min|8 min|10 min");
        QTest::newRow("minutes and seconds") << qint64(290'000'000) << qint64(310'000'000)
                                             << words("4 min 50 s|4 min 55 s|5 min 00 s|5 min 05 s|5 min 10 s");
        QTest::newRow("hours") << qint64(0) << qint64(4) * 3'600'000'000 << words("0 s|1 h|2 h|3 h|4 h");
        QTest::newRow("hours and minutes")
            << qint64(3'600'000'000) << qint64(5'400'000'000) << words("1 h 00|1 h 10|1 h 20|1 h 30");
    }
    void ticksReadWell() {
        QFETCH(qint64, begin);
        QFETCH(qint64, end);
        QFETCH(QStringList, labels);
        QStringList found;
        for (const Tick& tick : timeTicks(Micros(begin), Micros(end), 5).ticks) found << tick.label;
        QCOMPARE(found, labels);
    }

    void byteTicksAreBinary() {
        QStringList found;
        for (const Tick& tick : amountTicks(34.0 * 1024 * 1024, 4, Measure::ByteCount).ticks) found << tick.label;
        QCOMPARE(found, words("0 B|10 MiB|20 MiB|30 MiB"));
        found.clear();
        for (const Tick& tick : amountTicks(3, 5, Measure::ByteCount).ticks) found << tick.label;
        QCOMPARE(found, words("0 B|1 B|2 B|3 B"));
        for (double top = 1; top < 1e19; top *= 1.7)
            QVERIFY(amountTicks(top, 5, Measure::ByteCount).ticks.size() >= 2 &&
                    amountTicks(top, 5, Measure::ByteCount).ticks.size() < 12);
    }

    void blockTicksAreWholeNumbers() {
        QStringList found;
        for (const Tick& tick : amountTicks(700'000, 4, Measure::BlockCount).ticks) found << tick.label;
        QCOMPARE(found, words("0|200,000|400,000|600,000"));
        found.clear();
        for (const Tick& tick : amountTicks(2, 5, Measure::BlockCount).ticks) found << tick.label;
        QCOMPARE(found, words("0|1|2"));
        found.clear();
        for (const Tick& tick : amountTicks(30e6, 4, Measure::BlockCount).ticks) found << tick.label;
        QCOMPARE(found, words("0|10 M|20 M|30 M"));
    }

    /// A picture that some other program scales or clips otherwise must hold the curve inside the axes.
    void aZoomedPageStaysWithinItsAxes() {
        m_plot->zoom(6, m_plot->frame().plotArea.center().x());
        // The answer to an older, wider question is still shown.
        QByteArray content;
        QBuffer buffer(&content);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(96);
        generator.setSize({800, 300});
        generator.setViewBox(QRect(0, 0, 800, 300));
        QPainter painter(&generator);
        m_plot->drawPage(painter, {800, 300});
        painter.end();
        const QRectF area = m_plot->frame().plotArea;
        QVERIFY(content.contains("polyline") || content.contains("path"));
        QVERIFY(content.contains("Total memory"));
        QVERIFY(m_plot->visible().end - m_plot->visible().begin < Micros(20'000'000));
        QImage image(800, 300, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QPainter imagePainter(&image);
        m_plot->drawPage(imagePainter, {800, 300});
        imagePainter.end();
        // Left of the axis, at half height, there are labels but no fill.
        const QColor fill = image.pixelColor(static_cast<int>(area.right()) - 20, static_cast<int>(area.bottom()) - 8);
        QVERIFY(fill != image.pixelColor(2, static_cast<int>(area.center().y()) + 9));
        QCOMPARE(image.pixelColor(799, static_cast<int>(area.bottom()) - 8), image.pixelColor(799, 2));
    }

    /// Qt Charts draws the grid, we the labels.
    void theAxisLinesLieAtTheEdges_alsoAfterAResize() {
        for (const QSize size : {QSize(800, 300), QSize(640, 420), QSize(900, 200)}) {
            m_plot->resize(size);
            QCoreApplication::processEvents();
            m_plot->showResult(nullptr);  // without curves only axes and grid are left
            const QImage image = m_plot->grab().toImage();
            const QRectF area = m_plot->frame().plotArea;
            const auto isLine = [&](double y) {
                int dark = 0;
                for (int x = static_cast<int>(area.left()) + 3; x < area.right() - 3; ++x)
                    dark += image.pixelColor(x, qRound(y)).lightness() < 200;
                return dark > area.width() / 2;
            };
            QVERIFY(isLine(area.bottom()) || isLine(area.bottom() - 1) || isLine(area.bottom() + 1));
            for (double y = area.top() + 2; y < area.bottom() - 2; ++y)
                QVERIFY2(!isLine(y), qPrintable(QString::number(y)));
        }
    }

    void aPageMayHaveAnotherSize() {
        const auto before = m_plot->frame().plotArea;
        QImage image(1600, 900, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        m_plot->drawPage(painter, {1600, 900});
        painter.end();
        QVERIFY(image.pixelColor(1500, 850).alpha() == 255);
        QVERIFY(image.pixelColor(1400, 840) != image.pixelColor(1400, 30));  // the fill reaches the far end
        QCOMPARE(m_plot->frame().plotArea, before);
    }

    void hoveringSaysWhatWasThere() {
        const QImage before = m_plot->grab().toImage();
        hover(pointAt(Micros(30'000'000)));
        QTRY_VERIFY(m_plot->grab().toImage() != before);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(m_plot.get(), &leave);
        QTRY_COMPARE(m_plot->grab().toImage(), before);
    }

private:
    QPoint pointAt(Micros time) const {
        return QPoint(qRound(m_plot->xOf(time)), qRound(m_plot->frame().plotArea.center().y()));
    }
    void hover(QPoint at) {
        QMouseEvent move(QEvent::MouseMove, at, m_plot->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(m_plot.get(), &move);
    }
    void wheel(QPoint at, int turn) {
        QWheelEvent event(at, m_plot->mapToGlobal(at), {}, {0, turn}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(m_plot.get(), &event);
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(m_plot.get(), Qt::LeftButton, modifiers, from);
        for (int i = 1; i <= 5; ++i) {
            const QPoint at = from + (to - from) * i / 5;
            QMouseEvent move(QEvent::MouseMove, at, m_plot->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, modifiers);
            QApplication::sendEvent(m_plot.get(), &move);
        }
        QTest::mouseRelease(m_plot.get(), Qt::LeftButton, modifiers, to);
    }
    void doubleClick(QPoint at) {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(m_plot.get(), Qt::LeftButton, {}, at);
    }

    std::unique_ptr<ViewStateStore> m_store;
    std::unique_ptr<TimePlot> m_plot;
    std::optional<PlotRange> m_asked;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::TimePlotTest)
#include "time_plot_test.moc"
