// The layout helper, as a process of its own: this program plays it when it is started with --layout.
#include "gui/flowgraph/layout_helper.h"

#include <QDir>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <csignal>
#include <random>

#include "gui/flowgraph/graph_layouter.h"
#include "gui/flowgraph/layout_process.h"
#include "gui/flowgraph/simple_layout.h"

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

/// `input` is the whole of the helper's standard input.
Answer runHelper(const QByteArray& input) {
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--layout")});
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QByteArray asked(const LayoutRequest& request, LayoutEffort effort = LayoutEffort::Full) {
    return toFrame("graph", toDot(request, effort));
}

/// The only answer in `output`; nothing when there is none, or more.
std::optional<GraphLayout> answered(const QByteArray& output, const LayoutRequest& request) {
    FrameReader reader("layout");
    reader.add(output);
    const auto text = reader.take();
    return text && reader.isEmpty() ? parseLayout(*text, request) : std::nullopt;
}

/// What holds for every layout, whoever made it.
void verifyLayout(const LayoutRequest& request, const GraphLayout& layout) {
    const QRectF picture(QPointF(), layout.size);
    QCOMPARE(layout.boxes.size(), request.boxes.size());
    QCOMPARE(layout.edges.size(), request.edges.size());
    for (std::size_t a = 0; a < request.boxes.size(); ++a) {
        const QRectF rect = boxRect(request, layout, a);
        QVERIFY(picture.adjusted(-1, -1, 1, 1).contains(rect));
        for (std::size_t b = 0; b < a; ++b)
            QVERIFY2(!rect.adjusted(1, 1, -1, -1).intersects(boxRect(request, layout, b)), "boxes overlap");
    }
    for (std::size_t e = 0; e < request.edges.size(); ++e) {
        const GraphLayout::Edge& edge = layout.edges[e];
        QVERIFY(edge.curve.size() >= 4 && edge.curve.size() % 3 == 1);
        QVERIFY(distance(boxRect(request, layout, request.edges[e].from), edge.curve.front()) < 3);
        QVERIFY(distance(boxRect(request, layout, request.edges[e].to), edge.tip) < 3);
        const double arrow = std::hypot(edge.tip.x() - edge.curve.back().x(), edge.tip.y() - edge.curve.back().y());
        QVERIFY2(arrow > 3 && arrow < 40, qPrintable(QString::number(arrow)));
        if (!request.edges[e].label.isEmpty()) QVERIFY(picture.adjusted(-80, -20, 80, 20).contains(edge.label.value()));
    }
}

/// A graph whose calls lead everywhere: what takes Graphviz longest.
LayoutRequest thicket(std::size_t boxes, std::size_t edges) {
    LayoutRequest request = randomGraph(boxes, edges, 11);
    for (LayoutRequest::Edge& edge : request.edges) edge.label = QSizeF(60, 16);
    return request;
}

}  // namespace

class LayoutHelperTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_started;
    int m_number = 0;

    /// A program that notes its process number and then does `body`, the first `times` times it is started, and is the
    /// helper otherwise, or when `body` is empty.
    QString counted(const QString& body, int times = 1'000'000) {
        m_started = m_dir.filePath(QStringLiteral("started %1").arg(++m_number));
        const QString path = m_dir.filePath(QStringLiteral("helper %1.sh").arg(m_number));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return {};
        const QString ill = body.isEmpty() ? QString()
                                           : QStringLiteral("if [ $(wc -l < '%1') -le %2 ]; then %3; exit; fi\n")
                                                 .arg(m_started, QString::number(times), body);
        file.write(QStringLiteral("#!/bin/sh\necho $$ >> '%1'\n%2exec '%3' --layout\n")
                       .arg(m_started, ill, QCoreApplication::applicationFilePath())
                       .toLocal8Bit());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    /// The process numbers of those that counted()'s last program had.
    QList<qint64> startedHelpers() const {
        QList<qint64> pids;
        if (QFile file(m_started); file.open(QIODevice::ReadOnly))
            for (const QByteArray& line : file.readAll().split('\n'))
                if (!line.isEmpty()) pids << line.toLongLong();
        return pids;
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
        for (const LayoutEffort effort : {LayoutEffort::Full, LayoutEffort::Limited}) {
            const Answer answer = runHelper(asked(request, effort));
            QCOMPARE(answer.exitCode, 0);
            QCOMPARE(answer.errors, QByteArray());
            const auto layout = answered(answer.output, request);
            QVERIFY(layout.has_value());
            verifyLayout(request, *layout);
        }
        verifyLayout(request, simpleLayout(request));
    }

    void oneProcessLaysOutManyGraphsAsIfEachWereItsFirst() {
        std::vector<LayoutRequest> requests;
        for (unsigned seed = 1; seed <= 12; ++seed) requests.push_back(randomGraph(3 + 5 * seed, 7 * seed, seed));
        QByteArray input, output;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const auto effort = i % 3 == 1 ? LayoutEffort::Limited : LayoutEffort::Full;
            input += asked(requests[i], effort);
            output += runHelper(asked(requests[i], effort)).output;
        }
        const Answer answer = runHelper(input);
        QCOMPARE(answer.exitCode, 0);
        QVERIFY(answer.output == output);
    }

    void callersStandAboveCallees() {
        LayoutRequest request;
        request.boxes = {{100, 40}, {100, 40}, {100, 40}};
        request.edges = {{0, 1, 1, {}}, {1, 2, 8, QSizeF(50, 14)}};
        for (const auto& layout :
             {answered(runHelper(asked(request)).output, request), std::optional(simpleLayout(request))}) {
            QVERIFY(layout);
            QVERIFY(layout->boxes[0].y() < layout->boxes[1].y());
            QVERIFY(layout->boxes[1].y() < layout->boxes[2].y());
            QVERIFY(layout->edges[0].curve.front().y() < layout->edges[0].tip.y());
        }
    }

    void refusesOtherInput_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("an empty graph") << toFrame("graph", QByteArray());
        QTest::newRow("words") << QByteArray("this is no frame");
        QTest::newRow("words, framed") << toFrame("graph", "this is no graph");
        QTest::newRow("cut off") << asked(randomGraph(5, 6, 1)).left(200);
        QTest::newRow("cut off, framed") << toFrame("graph", toDot(randomGraph(5, 6, 1), LayoutEffort::Full).left(200));
        QTest::newRow("too long") << QByteArray("graph 99999999999\n");
        QTest::newRow("another kind") << toFrame("layout", toDot(randomGraph(5, 6, 1), LayoutEffort::Full));
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

    void theEndOfTheInputIsTheEndOfTheHelper() {
        const Answer answer = runHelper(QByteArray());
        QCOMPARE(answer.exitCode, 0);
        QCOMPARE(answer.output + answer.errors, QByteArray());
    }

    void framesComeInAnyPieces() {
        const QByteArray bytes = toFrame("graph", "digraph {}") + toFrame("graph", "") + toFrame("graph", "\n\n");
        for (const qsizetype piece : {1, 2, 7, 1000}) {
            FrameReader reader("graph");
            QByteArrayList contents;
            for (qsizetype at = 0; at < bytes.size(); at += piece) {
                reader.add(bytes.mid(at, piece));
                while (const auto content = reader.take()) contents << *content;
            }
            QCOMPARE(contents, QByteArrayList({"digraph {}", "", "\n\n"}));
            QVERIFY(reader.isEmpty() && !reader.isBroken());
        }
    }

    void theHelperStaysBetweenLayouts() {
        LayoutProcess::setProgram(counted(QString()));
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        for (int round = 1; round <= 5; ++round) {
            process.start(randomGraph(20, 30, static_cast<unsigned>(round)), LayoutEffort::Full, 20'000);
            QVERIFY(process.isRunning());
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), round, 20'000);
            QVERIFY(!process.isRunning());
        }
        QCOMPARE(failed.size(), 0);
        QCOMPARE(startedHelpers().size(), 1);
    }

    void theHelperEndsWithItsOwner() {
        LayoutProcess::setProgram(counted(QString()));
        {
            LayoutProcess process;
            QSignalSpy finished(&process, &LayoutProcess::finished);
            process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);
            QVERIFY(finished.wait(20'000));
            QVERIFY(isAlive(startedHelpers().value(0)));
        }
        QTRY_VERIFY(!isAlive(startedHelpers().value(0)));
    }

    void aHelperThatDiesIdleIsReplaced() {
        LayoutProcess::setProgram(counted(QString()));
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);
        QVERIFY(finished.wait(20'000));
        const qint64 first = startedHelpers().value(0);
        QVERIFY(first > 0 && ::kill(static_cast<pid_t>(first), SIGKILL) == 0);
        QTRY_VERIFY(!isAlive(first));
        QTest::qWait(50);  // the news comes through the event loop
        process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, 20'000);
        QCOMPARE(failed.size(), 0);
        QCOMPARE(startedHelpers().size(), 2);
    }

    void cancelKills() {
        LayoutProcess::setProgram(counted(QStringLiteral("exec sleep 60")));
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);
        QTRY_COMPARE(startedHelpers().size(), 1);
        const qint64 pid = startedHelpers().constFirst();
        QVERIFY(isAlive(pid));
        process.cancel();
        QVERIFY(!process.isRunning());
        QTRY_VERIFY(!isAlive(pid));
        QTest::qWait(100);
        QCOMPARE(finished.size() + failed.size(), 0);
    }

    void destructionDoesNotWaitForTheLayout() {
        LayoutProcess::setProgram(counted(QStringLiteral("exec sleep 60")));
        qint64 pid = 0;
        {
            LayoutProcess process;
            process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);
            QTRY_COMPARE(startedHelpers().size(), 1);
            pid = startedHelpers().constFirst();
        }
        QVERIFY(!isAlive(pid));
    }

    void saysWhatWentWrongAndStartsAnother_data() {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("says");
        QTest::addColumn<bool>("tooSlow");
        QTest::newRow("missing") << QString() << QStringLiteral("cannot be started") << false;
        QTest::newRow("crash") << QStringLiteral("kill -SEGV $$") << QStringLiteral("crashed") << false;
        QTest::newRow("exit code") << QStringLiteral("read x; echo 'out of luck' >&2; exit 7")
                                   << QStringLiteral("7: out of luck") << false;
        QTest::newRow("silence") << QStringLiteral("read x; exit 0") << QStringLiteral("ended with code 0") << false;
        QTest::newRow("its input") << QStringLiteral("cat") << QStringLiteral("cannot be read") << false;
        QTest::newRow("garbage") << QStringLiteral("head -c 5000 /dev/urandom; exec sleep 60")
                                 << QStringLiteral("cannot be read") << false;
        QTest::newRow("half an answer") << QStringLiteral(
                                               "read x; printf 'layout 500\\nheapprof-layout 1\\n'; exec sleep 60")
                                        << QStringLiteral("too long") << true;
        QTest::newRow("another answer") << QStringLiteral("read x; printf 'layout 4\\nend\\n'; exec sleep 60")
                                        << QStringLiteral("cannot be read") << false;
        QTest::newRow("does not read") << QStringLiteral("exit 3") << QStringLiteral("code 3") << false;
        QTest::newRow("hangs") << QStringLiteral("exec sleep 60") << QStringLiteral("too long") << true;
    }
    void saysWhatWentWrongAndStartsAnother() {
        QFETCH(QString, body);
        QFETCH(QString, says);
        QFETCH(bool, tooSlow);
        LayoutProcess::setProgram(body.isEmpty() ? m_dir.filePath(QStringLiteral("no such program"))
                                                 : counted(body, 1));
        LayoutProcess process;
        QSignalSpy finished(&process, &LayoutProcess::finished), failed(&process, &LayoutProcess::failed);
        process.start(randomGraph(300, 400, 3), LayoutEffort::Full, tooSlow ? 400 : 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 20'000);
        QVERIFY2(failed[0][0].toString().contains(says), qPrintable(failed[0][0].toString()));
        QCOMPARE(failed[0][1].toBool(), tooSlow);
        QCOMPARE(finished.size(), 0);
        QVERIFY(!process.isRunning());

        if (body.isEmpty()) LayoutProcess::setProgram(QString());
        process.start(randomGraph(3, 4, 3), LayoutEffort::Full, 20'000);  // that was this one layout's bad luck
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
        QCOMPARE(failed.size(), 1);
    }

    void everyGraphIsLaidOut_data() {
        QTest::addColumn<int>("boxes");
        QTest::addColumn<int>("edges");
        QTest::newRow("72 boxes, 226 calls") << 72 << 226;
        QTest::newRow("100 boxes, 250 calls") << 100 << 250;
        QTest::newRow("200 boxes, 600 calls") << 200 << 600;
        QTest::newRow("40 boxes, 600 calls") << 40 << 600;
    }
    void everyGraphIsLaidOut() {
        QFETCH(int, boxes);
        QFETCH(int, edges);
        const LayoutRequest request = thicket(static_cast<std::size_t>(boxes), static_cast<std::size_t>(edges));
        GraphLayouter layouter;
        std::optional<GraphLayout> layout;
        connect(&layouter, &GraphLayouter::finished, this, [&](const GraphLayout& made) { layout = made; });
        layouter.start(request);
        QTRY_VERIFY_WITH_TIMEOUT(layout.has_value(), 60'000);
        verifyLayout(request, *layout);
        verifyLayout(request, simpleLayout(request));
    }

    void aGraphThatGraphvizDoesNotLayOutGetsASimpleLayout_data() {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("excuse");
        QTest::newRow("missing") << QString() << QStringLiteral("cannot be started");
        QTest::newRow("crash") << QStringLiteral("kill -SEGV $$") << QStringLiteral("crashed");
        QTest::newRow("hangs") << QStringLiteral("exec sleep 60") << QStringLiteral("too long");
    }
    void aGraphThatGraphvizDoesNotLayOutGetsASimpleLayout() {
        QFETCH(QString, body);
        QFETCH(QString, excuse);
        LayoutProcess::setProgram(body.isEmpty() ? m_dir.filePath(QStringLiteral("no such program")) : counted(body));
        GraphLayouter layouter(nullptr, {300, 300});
        QSignalSpy finished(&layouter, &GraphLayouter::finished);
        const LayoutRequest request = randomGraph(30, 40, 3);
        layouter.start(request);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
        QVERIFY2(finished[0][1].toString().contains(excuse), qPrintable(finished[0][1].toString()));
        verifyLayout(request, finished[0][0].value<GraphLayout>());
        QVERIFY(!layouter.isRunning());
    }

    void whatWasTooSlowIsNotTriedAgainAtOnce() {
        LayoutProcess::setProgram(counted(QStringLiteral("exec sleep 60")));
        GraphLayouter layouter(nullptr, {300, 300});
        QSignalSpy finished(&layouter, &GraphLayouter::finished);
        layouter.start(randomGraph(30, 40, 3));
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
        QCOMPARE(startedHelpers().size(), 2);  // with all effort, then with little
        layouter.start(randomGraph(30, 41, 3));
        QCOMPARE(finished.size(), 2);
        QCOMPARE(startedHelpers().size(), 2);
        layouter.start(randomGraph(30, 39, 3));  // fewer calls
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 3, 20'000);
        QCOMPARE(startedHelpers().size(), 4);
    }

    void aHelperThatFailsOnceIsAskedAgain() {
        LayoutProcess::setProgram(counted(QStringLiteral("kill -SEGV $$"), 1));
        GraphLayouter layouter;
        QSignalSpy finished(&layouter, &GraphLayouter::finished);
        layouter.start(randomGraph(30, 40, 3));
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
        QCOMPARE(finished[0][1].toString(), QString());
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QCoreApplication app(argc, argv);
    LayoutHelperTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "layout_helper_test.moc"
