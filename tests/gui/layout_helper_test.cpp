// The layout helper, as a process of its own: this program plays it when it is started with --layout.
#include "gui/flowgraph/layout_helper.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <random>

#include "gui/flowgraph/layout_process.h"

using namespace heapprof::gui;

namespace {

LayoutRequest randomGraph(std::size_t boxes, std::size_t edges, unsigned seed) {
    std::mt19937 random(seed);
    LayoutRequest request;
    for (std::size_t i = 0; i < boxes; ++i) request.boxes.emplace_back(80 + random() % 300, 30 + random() % 120);
    for (std::size_t e = 0; e < edges; ++e)
        request.edges.push_back({static_cast<std::uint32_t>(random() % boxes),
                                 static_cast<std::uint32_t>(random() % boxes), 1.0 + random() % 7,
                                 e % 3 == 0 || edges > 250 ? QSizeF() : QSizeF(60, 16)});
    return request;
}

QRectF boxRect(const LayoutRequest& request, const GraphLayout& layout, std::size_t box) {
    QRectF rect(QPointF(), request.boxes[box]);
    rect.moveCenter(layout.boxes[box]);
    return rect;
}

double distance(const QRectF& rect, const QPointF& point) {
    const double x = std::max({rect.left() - point.x(), 0.0, point.x() - rect.right()});
    const double y = std::max({rect.top() - point.y(), 0.0, point.y() - rect.bottom()});
    return std::hypot(x, y);
}

struct Answer {
    int exitCode = -1;
    QByteArray output, errors;
};

Answer runHelper(const QByteArray& input) {
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--layout")});
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class LayoutHelperTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    /// A program that does not answer as the helper should.
    QString script(const char* body) {
        static int number = 0;
        const QString path = m_dir.filePath(QStringLiteral("helper %1.sh").arg(++number));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write(QByteArray("#!/bin/sh\n") + body + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    static bool isAlive(qint64 pid) { return QDir(QStringLiteral("/proc/%1").arg(pid)).exists(); }

private slots:
    void cleanup() { LayoutProcess::setProgram(QString()); }

    void laysOut_data() {
        QTest::addColumn<int>("boxes");
        QTest::addColumn<int>("edges");
        QTest::newRow("one box") << 1 << 0;
        QTest::newRow("one box that calls itself") << 1 << 1;
        QTest::newRow("two boxes, both ways and twice") << 2 << 9;
        QTest::newRow("unconnected") << 12 << 0;
        QTest::newRow("fifty") << 50 << 74;
        QTest::newRow("two hundred") << 200 << 240;
        QTest::newRow("too many for curves") << 200 << 400;
    }
    void laysOut() {
        QFETCH(int, boxes);
        QFETCH(int, edges);
        const LayoutRequest request = randomGraph(static_cast<std::size_t>(boxes), static_cast<std::size_t>(edges), 5);
        const Answer answer = runHelper(toDot(request));
        QCOMPARE(answer.exitCode, 0);
        QCOMPARE(answer.errors, QByteArray());
        const auto layout = parseLayout(answer.output, request);
        QVERIFY(layout.has_value());

        const QRectF picture(QPointF(), layout->size);
        for (std::size_t a = 0; a < request.boxes.size(); ++a) {
            const QRectF rect = boxRect(request, *layout, a);
            QVERIFY(picture.adjusted(-1, -1, 1, 1).contains(rect));
            for (std::size_t b = 0; b < a; ++b)
                QVERIFY2(!rect.adjusted(1, 1, -1, -1).intersects(boxRect(request, *layout, b)), "boxes overlap");
        }
        for (std::size_t e = 0; e < request.edges.size(); ++e) {
            const GraphLayout::Edge& edge = layout->edges[e];
            QVERIFY(edge.curve.size() >= 4 && edge.curve.size() % 3 == 1);
            QVERIFY(distance(boxRect(request, *layout, request.edges[e].from), edge.curve.front()) < 3);
            QVERIFY(distance(boxRect(request, *layout, request.edges[e].to), edge.tip) < 3);
            const double arrow = std::hypot(edge.tip.x() - edge.curve.back().x(), edge.tip.y() - edge.curve.back().y());
            QVERIFY2(arrow > 3 && arrow < 40, qPrintable(QString::number(arrow)));
            if (!request.edges[e].label.isEmpty())
                QVERIFY(picture.adjusted(-80, -20, 80, 20).contains(edge.label.value()));
        }
    }

    void callersStandAboveCallees() {
        LayoutRequest request;
        request.boxes = {{100, 40}, {100, 40}, {100, 40}};
        request.edges = {{0, 1, 1, {}}, {1, 2, 8, QSizeF(50, 14)}};
        const auto layout = parseLayout(runHelper(toDot(request)).output, request);
        QVERIFY(layout);
        QVERIFY(layout->boxes[0].y() < layout->boxes[1].y());
        QVERIFY(layout->boxes[1].y() < layout->boxes[2].y());
        QVERIFY(layout->edges[0].curve.front().y() < layout->edges[0].tip.y());
    }

    void refusesOtherInput_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("words") << QByteArray("this is no graph");
        QTest::newRow("cut off") << toDot(randomGraph(5, 6, 1)).left(200);
        QTest::newRow("binary") << QByteArray("\0\1\2\377\376", 5);
    }
    void refusesOtherInput() {
        QFETCH(QByteArray, input);
        const Answer answer = runHelper(input);
        QCOMPARE(answer.exitCode, 2);
        QCOMPARE(answer.output, QByteArray());
        QVERIFY(!answer.errors.isEmpty());
    }

    void parsesOnlyWholeAnswers_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        const QByteArray head = "heapprof-layout 1\ngraph 100 200\n", nodes = "node 0 50 20\nnode 1 50 180\n",
                         edge = "edge 0 50 40 50 60 50 80 50 100 50 110\n", label = "label 0 60 100\n", end = "end\n";
        QTest::newRow("good") << head + nodes + edge + label + end << true;
        QTest::newRow("no end") << head + nodes + edge + label << false;
        QTest::newRow("no graph") << "heapprof-layout 1\n" + nodes + edge + label + end << false;
        QTest::newRow("a node missing") << head + "node 0 50 20\n" + edge + label + end << false;
        QTest::newRow("an edge missing") << head + nodes + label + end << false;
        QTest::newRow("a label missing") << head + nodes + edge + end << false;
        QTest::newRow("unknown node") << head + nodes + "node 7 1 1\n" + edge + label + end << false;
        QTest::newRow("negative node") << head + nodes + "node -1 1 1\n" + edge + label + end << false;
        QTest::newRow("half a node") << head + nodes + "node 0.5 1 1\n" + edge + label + end << false;
        QTest::newRow("not a number") << head + "node 0 nan 20\nnode 1 50 180\n" + edge + label + end << false;
        QTest::newRow("infinite") << head + "node 0 inf 20\nnode 1 50 180\n" + edge + label + end << false;
        QTest::newRow("far away") << head + "node 0 1e300 20\nnode 1 50 180\n" + edge + label + end << false;
        QTest::newRow("short curve") << head + nodes + "edge 0 50 40 50 60 50 110\n" + label + end << false;
        QTest::newRow("odd curve") << head + nodes + "edge 0 50 40 50 60 50 80 50 100 50\n" + label + end << false;
        QTest::newRow("edge twice") << head + nodes + edge + edge + label + end << false;
        QTest::newRow("another version") << "heapprof-layout 2\ngraph 1 1\n" + nodes + edge + label + end << false;
        QTest::newRow("empty") << QByteArray() << false;
    }
    void parsesOnlyWholeAnswers() {
        QFETCH(QByteArray, text);
        QFETCH(bool, good);
        LayoutRequest request;
        request.boxes = {{10, 10}, {10, 10}};
        request.edges = {{0, 1, 1, QSizeF(10, 10)}};
        QCOMPARE(parseLayout(text, request).has_value(), good);
    }

    void reportsALayout() {
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(20, 30, 3));
        QVERIFY(process.isRunning());
        QVERIFY(finished.wait(20'000));
        QVERIFY(!process.isRunning());
        QCOMPARE(finished.size(), 1);
        QCOMPARE(failed.size(), 0);
    }

    void aNewRequestReplacesTheOneUnderWay() {
        LayoutProcess process;
        std::vector<std::size_t> boxes;
        connect(&process, &LayoutProcess::finished, this,
                [&](const GraphLayout& layout) { boxes.push_back(layout.boxes.size()); });
        QSignalSpy failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(400, 1200, 3));
        process.start(randomGraph(30, 40, 3));
        process.start(randomGraph(3, 4, 3));
        QTRY_COMPARE_WITH_TIMEOUT(boxes.size(), std::size_t{1}, 20'000);
        QTest::qWait(200);
        QCOMPARE(boxes, std::vector<std::size_t>{3});
        QCOMPARE(failed.size(), 0);
    }

    void cancelKills() {
        LayoutProcess::setProgram(script("echo $$ > \"$0.pid\"; exec sleep 60"));
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(3, 4, 3));
        const QDir dir(m_dir.path());
        QTRY_VERIFY(!dir.entryList({QStringLiteral("*.pid")}).isEmpty());
        QFile file(dir.filePath(dir.entryList({QStringLiteral("*.pid")}).constFirst()));
        qint64 pid = 0;
        QTRY_VERIFY((file.close(), file.open(QIODevice::ReadOnly)) &&
                    (pid = file.readAll().trimmed().toLongLong()) > 0);
        QVERIFY(isAlive(pid));
        process.cancel();
        QVERIFY(!process.isRunning());
        QTRY_VERIFY(!isAlive(pid));
        QTest::qWait(100);
        QCOMPARE(finished.size() + failed.size(), 0);
    }

    void destructionDoesNotWaitForTheLayout() {
        LayoutProcess::setProgram(script("exec sleep 60"));
        QElapsedTimer timer;
        {
            LayoutProcess process;
            process.start(randomGraph(3, 4, 3));
            QTest::qWait(100);
            timer.start();
        }
        QVERIFY(timer.elapsed() < 900);
    }

    void saysWhatWentWrong_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << m_dir.filePath(QStringLiteral("no such program"))
                                 << QStringLiteral("cannot be started");
        QTest::newRow("crash") << script("kill -SEGV $$") << QStringLiteral("crashed");
        QTest::newRow("exit code") << script("cat > /dev/null; echo 'out of luck' >&2; exit 7")
                                   << QStringLiteral("7: out of luck");
        QTest::newRow("silence") << script("cat > /dev/null") << QStringLiteral("cannot be read");
        QTest::newRow("its input") << script("cat") << QStringLiteral("cannot be read");
        QTest::newRow("does not read") << script("exit 3") << QStringLiteral("code 3");
        QTest::newRow("too slow") << script("exec sleep 60") << QStringLiteral("took too long");
    }
    void saysWhatWentWrong() {
        QFETCH(QString, program);
        QFETCH(QString, says);
        LayoutProcess::setProgram(program);
        LayoutProcess process(nullptr, 700);
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(300, 400, 3));
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(failed[0][0].toString().contains(says), qPrintable(failed[0][0].toString()));
        QCOMPARE(finished.size(), 0);
        QVERIFY(!process.isRunning());

        LayoutProcess::setProgram(QString());  // and the same object works again
        LayoutProcess again;
        QSignalSpy good(&again, &LayoutProcess::finished);
        again.start(randomGraph(3, 4, 3));
        QVERIFY(good.wait(20'000));
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QCoreApplication app(argc, argv);
    LayoutHelperTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "layout_helper_test.moc"
