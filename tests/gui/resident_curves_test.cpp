// Resident memory in the time plot: its curve, those of its kinds, and what is said of it.
#include <set>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "tests/gui/time_plot_stage.h"

namespace heapprof::gui {

using test::made, test::withMarks, test::words;

class ResidentCurvesTest : public test::TimePlotStage {
    Q_OBJECT

private slots:
    void init() { makePlot(); }
    void cleanup() { dropPlot(); }

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
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::ResidentCurvesTest)
#include "resident_curves_test.moc"
