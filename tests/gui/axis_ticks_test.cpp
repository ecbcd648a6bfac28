// Where axes have their ticks, and how they read.
#include "gui/timeplot/axis_ticks.h"

#include <QTest>

namespace heapprof::gui {
namespace {
QStringList words(const char* text) { return QString::fromUtf8(text).split(u'|'); }
}  // namespace

class AxisTicksTest : public QObject {
    Q_OBJECT

private slots:
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
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::AxisTicksTest)
#include "axis_ticks_test.moc"
