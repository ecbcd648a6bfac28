// Varints, cursors and text: the small parts everything else believes in.
#include <QtTest>

#include "core/bytes/byte_cursor.h"
#include "core/text/text.h"

using namespace heapprof;

class BytesTest : public QObject {
    Q_OBJECT

private slots:
    void varintRoundTrip() {
        for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                                          std::uint64_t{16383}, std::uint64_t{1} << 35, ~std::uint64_t{0}}) {
            std::uint8_t bytes[kMaxVarintLength];
            const std::uint8_t* end = writeVarint(bytes, value);
            std::uint64_t read = 1;
            QCOMPARE(readVarint(bytes, end, read), end);
            QCOMPARE(read, value);
            QVERIFY(!readVarint(bytes, end - 1, read));  // cut off
        }
    }
    void varintLongerThan64BitsIsRefused() {
        const std::uint8_t tooLong[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
        const std::uint8_t tooBig[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
        std::uint64_t value;
        QVERIFY(!readVarint(tooLong, tooLong + sizeof tooLong, value));
        QVERIFY(!readVarint(tooBig, tooBig + sizeof tooBig, value));
    }
    void zigzagRoundTrip() {
        for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, INT64_MIN, INT64_MAX})
            QCOMPARE(unzigzag(zigzag(value)), value);
        QCOMPARE(zigzag(-1), std::uint64_t{1});
    }
    void cursorNeverPassesItsEnd() {
        const std::uint8_t bytes[] = {0, 0, 0, 5, 3, 'a', 'b'};
        ByteCursor cursor(bytes);
        QCOMPARE(cursor.bigEndianU32(), 5u);
        QVERIFY(cursor.text().empty());  // claims three bytes, two are left
        QVERIFY(!cursor.ok());
        QCOMPARE(cursor.u8(), std::uint8_t{0});
    }
    void bytesForPeople_data() {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << qint64{0} << "0 B";
        QTest::newRow("bytes") << qint64{999} << "999 B";
        QTest::newRow("just under a KiB") << qint64{1000} << "0.98 KiB";
        QTest::newRow("KiB") << qint64{1536} << "1.50 KiB";
        QTest::newRow("three digits") << qint64{35'966'156} << "34.3 MiB";
        QTest::newRow("hundreds") << qint64{400} * 1024 * 1024 << "400 MiB";
        QTest::newRow("negative") << -qint64{2} * 1024 * 1024 * 1024 << "-2.00 GiB";
        QTest::newRow("most") << std::numeric_limits<qint64>::max() << "8.00 EiB";
    }
    void bytesForPeople() {
        QFETCH(qint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatBytes(bytes)), text);
    }
    void blocksForPeople() {
        for (const auto& [blocks, text] : {std::pair<std::int64_t, const char*>{0, "0"},
                                           {999, "999"},
                                           {1000, "1,000"},
                                           {625'737, "625,737"},
                                           {-1'234'567, "-1,234,567"},
                                           {-100, "-100"}})
            QCOMPARE(formatAmount(blocks, Measure::BlockCount), std::string(text));
        QCOMPARE(formatSignedAmount(1000, Measure::BlockCount), std::string("+1,000"));
        QCOMPARE(formatWithUnit(1, Measure::BlockCount), std::string("1 block"));
        QCOMPARE(formatWithUnit(1536, Measure::ByteCount), std::string("1.50 KiB"));
    }
    void timesForPeople() {
        QCOMPARE(formatTime(Micros(12'345'000)), std::string("12.345 s"));
        QCOMPARE(formatTime(Micros(185'000'000)), std::string("3 min 05.0 s"));
        QCOMPARE(formatTime(Micros(59'999'900)), std::string("1 min 00.0 s"));
        QCOMPARE(formatTime(Micros(7'625'000'000)), std::string("2 h 07 min 05 s"));
    }
    void anotherStyleHasOtherSignsAndWords() {
        TextStyle style;
        style.decimalPoint = ",";
        style.groupSeparator = "\u202F";
        style.range = [](const std::string& min, const std::string& max) { return min + " bis " + max; };
        style.blocks = [](std::int64_t count, const std::string& number) {
            return number + (count == 1 ? " Block" : " Bl\u00F6cke");
        };
        setTextStyle(style);
        const Estimate usage = Estimate{1'000'000, 1234, 1e9, 1e4};
        const std::vector<std::string> texts{formatBytes(-1536),
                                             formatTime(Micros(185'000'000)),
                                             formatTime(Micros(1'000)),
                                             formatShare(1, 3),
                                             formatWithUnit(1, Measure::BlockCount),
                                             formatWithUnit(-1'234'567, Measure::BlockCount),
                                             formatRange("1", "2"),
                                             formatInterval(usage)};
        setTextStyle({});
        const std::vector<std::string> expected{
            "-1,50 KiB", "3 min 05,0 s",        "0,001 s", "33,3 %", "1 Block", "-1\u202F234\u202F567 Bl\u00F6cke",
            "1 bis 2",   "918 KiB bis 1,01 MiB"};
        for (std::size_t i = 0; i < texts.size(); ++i)
            QCOMPARE(QString::fromStdString(texts[i]), QString::fromStdString(expected[i]));
        QCOMPARE(formatBytes(1536), std::string("1.50 KiB"));
    }
    void printableReplacesWhatCannotBeShown() {
        QCOMPARE(printable("a\nb\tc"), std::string("a\xE2\x90\x8A"
                                                   "b\xE2\x90\x89"
                                                   "c"));
        QCOMPARE(printable("\xff"), std::string("\xEF\xBF\xBD"));
        QCOMPARE(printable("\xed\xa0\x80"), std::string("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));  // a lone surrogate
        QCOMPARE(printable("\xf0\x9f\x90\x8d"), std::string("\xf0\x9f\x90\x8d"));
        QCOMPARE(printable("cut \xe2\x82"), std::string("cut \xEF\xBF\xBD\xEF\xBF\xBD"));
    }
};

QTEST_APPLESS_MAIN(BytesTest)
#include "bytes_test.moc"
