// Data exports: well-formed for their readers, whatever names a capture holds.
#include "core/output/exports.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>
#include <sstream>

#include "core/digest/digest_builder.h"
#include "core/text/text.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

class ExportsTest : public QObject {
    Q_OBJECT

    struct Opened {
        Recording recording;
        Snapshot snapshot;
        const TraceTable& traces() const { return recording.traces(); }
    };
    Opened open(const std::string& name, std::int64_t time) {
        const Recording recording = digested(Capture::open(copyOfV1(m_folder, name)), DigestBuilder::Start::Anew);
        return {recording, snapshotAt(recording, Micros(time))};
    }
    void captures() {
        QTest::addColumn<QString>("name");
        QTest::newRow("spike") << QStringLiteral("c_spike_all");
        QTest::newRow("hostile names") << QStringLiteral("e_names");
    }

private slots:
    void speedscopeFollowsItsSchema_data() { captures(); }
    void speedscopeFollowsItsSchema() {
        QFETCH(QString, name);
        const Opened opened = open(name.toStdString(), 10'000'000);
        std::ostringstream out;
        writeSpeedscope(out, opened.snapshot, opened.traces(), "title \xff");
        QJsonParseError error;
        const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(out.str()), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        const QJsonArray frames = document["shared"]["frames"].toArray();
        const QJsonObject profile = document["profiles"][0].toObject();
        const QJsonArray samples = profile["samples"].toArray(), weights = profile["weights"].toArray();
        QCOMPARE(samples.size(), weights.size());
        qint64 sum = 0;
        for (qsizetype i = 0; i < samples.size(); ++i) {
            for (const QJsonValue& frame : samples[i].toArray()) QVERIFY(frame.toInteger() < frames.size());
            sum += weights[i].toInteger();
        }
        QCOMPARE(sum, opened.snapshot.total.bytes);
        QCOMPARE(profile["endValue"].toInteger(), sum);
        QCOMPARE(profile["unit"].toString(), QStringLiteral("bytes"));
    }
    void differencesAreTwoSpeedscopeProfiles() {
        const Opened opened = open("c_spike_all", 21'000'000);
        const Snapshot change = difference(snapshotAt(opened.recording, Micros(10'000'000)), opened.snapshot);
        std::ostringstream out;
        writeSpeedscope(out, change, opened.traces(), "change");
        const QJsonArray profiles = QJsonDocument::fromJson(QByteArray::fromStdString(out.str()))["profiles"].toArray();
        QCOMPARE(profiles.size(), 2);
        QCOMPARE(profiles[0]["endValue"].toInteger() - profiles[1]["endValue"].toInteger(), change.total.bytes);
    }
    void collapsedLinesHaveOneNumberEach_data() { captures(); }
    void collapsedLinesHaveOneNumberEach() {
        QFETCH(QString, name);
        const Opened opened = open(name.toStdString(), 10'000'000);
        std::ostringstream out;
        writeCollapsed(out, opened.snapshot, opened.traces());
        const QStringList lines = QString::fromStdString(out.str()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        qint64 sum = 0;
        for (const QString& line : lines) {
            bool isNumber = false;
            sum += line.mid(line.lastIndexOf(QLatin1Char(' ')) + 1).toLongLong(&isNumber);
            QVERIFY(isNumber);
        }
        QCOMPARE(sum, opened.snapshot.total.bytes);
    }
    void blocksAreCountedWhereAskedFor_data() { captures(); }
    void blocksAreCountedWhereAskedFor() {
        QFETCH(QString, name);
        const Opened opened = open(name.toStdString(), 10'000'000);
        const qint64 blocks = opened.snapshot.total.blocks;
        std::ostringstream speedscope, collapsed, csv, dot;
        writeSpeedscope(speedscope, opened.snapshot, opened.traces(), "blocks", Measure::BlockCount);
        const QJsonObject profile =
            QJsonDocument::fromJson(QByteArray::fromStdString(speedscope.str()))["profiles"][0].toObject();
        QCOMPARE(profile["endValue"].toInteger(), blocks);
        QCOMPARE(profile["unit"].toString(), QStringLiteral("none"));
        writeCollapsed(collapsed, opened.snapshot, opened.traces(), Measure::BlockCount);
        qint64 sum = 0;
        for (const QString& line : QString::fromStdString(collapsed.str()).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            sum += line.mid(line.lastIndexOf(QLatin1Char(' ')) + 1).toLongLong();
        QCOMPARE(sum, blocks);
        const LineTable lines = makeLineTable(opened.snapshot, opened.traces(), {}, Measure::BlockCount);
        QVERIFY(std::ranges::is_sorted(lines.lines, std::ranges::greater(),
                                       [](const LineUsage& usage) { return usage.cumulative.blocks; }));
        writeCsv(csv, lines, opened.traces());
        QVERIFY(
            csv.str().starts_with("file,line,functions,self_blocks,self_blocks_error,cumulative_blocks,"
                                  "cumulative_blocks_error,self_bytes,cumulative_bytes\r\n"));
        const FlowGraph graph = makeFlowGraph({&opened.snapshot, 1}, opened.traces(), {}, Measure::BlockCount);
        const FlowDiagram diagram = makeFlowDiagram(graph);
        qint64 ofBoxes = 0;
        for (const FlowDiagram::Box& box : diagram.boxes) ofBoxes += box.self.front().blocks;
        QCOMPARE(ofBoxes, blocks);
        writeDot(dot, diagram, opened.traces());
        QVERIFY(dot.str().find(formatBlocks(lines.lines.front().cumulative.blocks) + " = ") != std::string::npos);
    }
    void dotIsAcceptedByGraphviz_data() { captures(); }
    void dotIsAcceptedByGraphviz() {
        QFETCH(QString, name);
        const QString dot = QStandardPaths::findExecutable(QStringLiteral("dot"));
        if (dot.isEmpty()) QSKIP("Graphviz is not installed");
        const Opened opened = open(name.toStdString(), 10'000'000);
        const Snapshot instants[] = {opened.snapshot, snapshotAt(opened.recording, Micros(3'000'000))};
        std::ostringstream out;
        writeDot(out, makeFlowDiagram(makeFlowGraph(instants, opened.traces()), {0.001, 0.001, true, true, 200}),
                 opened.traces());
        QProcess process;
        process.start(dot, {QStringLiteral("-Tplain")});
        process.write(QByteArray::fromStdString(out.str()));
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString());
        QVERIFY(process.readAllStandardOutput().contains("\nnode "));
    }
    void csvHasAsManyFieldsInEachRow_data() { captures(); }
    void csvHasAsManyFieldsInEachRow() {
        QFETCH(QString, name);
        const Opened opened = open(name.toStdString(), 10'000'000);
        std::ostringstream out;
        writeCsv(out, makeLineTable(opened.snapshot, opened.traces()), opened.traces());
        const QStringList rows = QString::fromStdString(out.str()).split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
        QVERIFY(rows.size() > 2);
        for (const QString& row : rows) {
            int fields = 1;
            bool quoted = false;
            for (const QChar c : row) {
                if (c == QLatin1Char('"')) quoted = !quoted;
                fields += !quoted && c == QLatin1Char(',');
            }
            QCOMPARE(fields, 9);
            QVERIFY(!quoted);
        }
        std::ostringstream time;
        writeCsv(time, totalOverTime(opened.recording, Micros(0), opened.recording.end(), 20),
                 1'700'000'000'250'000'000);
        QCOMPARE(QString::fromStdString(time.str()).count(QStringLiteral("\r\n")), 21);
        const QString second = QString::fromStdString(time.str()).split(QStringLiteral("\r\n"))[1];
        QVERIFY2(second.contains(QStringLiteral(",2023-11-14T22:13:2")) && second.endsWith(u'Z'), qPrintable(second));
    }

private:
    TemporaryFolder m_folder;
};

QTEST_APPLESS_MAIN(ExportsTest)
#include "exports_test.moc"
