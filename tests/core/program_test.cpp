// What a process ran, by its arguments and stacks.
#include "core/capture/program.h"

#include <QtTest>

using namespace heapprof;

namespace {

using Words = std::vector<std::string>;

CaptureInfo infoOf(const Words& arguments, const TraceTableBuilder& traces = {}) {
    CaptureInfo info;
    info.metadata.process.emplace().arguments = arguments;
    info.metadata.process->executable = "/opt/odd/interpreter";
    info.traces = std::make_shared<const TraceTable>(traces);
    return info;
}

TraceTableBuilder withFunction(const char* file, const char* name) {
    TraceTableBuilder traces;
    traces.internFunction({traces.internString(file), traces.internString(name), 1});
    return traces;
}

const std::string kForkserver = "from multiprocessing.forkserver import main; main(15, 16, ['__main__'], **{";

}  // namespace

class ProgramTest : public QObject {
    Q_OBJECT

private slots:
    void saysWhatAPersonWouldType_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        const auto row = [](const QStringList& arguments, const char* said) {
            QTest::newRow(said) << arguments << QString::fromUtf8(said);
        };
        const auto words = [](const char* text) { return QString::fromUtf8(text).split(u' '); };
        row({}, "");
        row(words("/srv/etl/report.py /srv/etl --days 30"), "report.py /srv/etl --days 30");
        row(words("app/ x"), "app x");
        row(words("app.zip"), "app.zip");
        row(words("/usr/bin/python3.11 -m pytest -q"), "python -m pytest -q");
        row(words("/opt/odd/interpreter -mpytest -x"), "python -m pytest -x");
        row(words("python3.14t -X dev -Wignore -Bm json.tool a"), "python -m json.tool a");
        row(words("python -B --check-hash-based-pycs never -u /a/worker.py -m x"), "worker.py -m x");
        row(words("python -Ec pass -m"), "python -c pass -m");
        row(words("pypy3 - x"), "python - x");
        row(words("python -X"), "python");
        row(words("python -m"), "python -m ");
        row(words("python_tool.py -m x"), "python_tool.py -m x");
        row({QString()}, "python");
        row(words("-c x"), "python -c x");
        // What a module that is run by its name sees as its program; so did captures call it.
        row(words("/v/lib/python3.11/site-packages/pytest/__main__.py -q"), "python -m pytest -q");
        row(words("/usr/lib/python3/dist-packages/a/b/__main__.py"), "python -m a.b");
        row(words("/usr/lib/python3.11/unittest/__main__.py"), "python -m unittest");
        row(words("/srv/shop/__main__.py 1"), "shop/__main__.py 1");
        row(words("__main__.py"), "__main__.py");
    }
    void saysWhatAPersonWouldType() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        Words words;
        for (const QString& argument : arguments) words.push_back(argument.toStdString());
        const Program program = programOf(infoOf(words));
        QVERIFY(program.role == Program::Role::Own && program.of.empty());
        QStringList found;
        for (const std::string& word : program.words) found << QString::fromStdString(word);
        QCOMPARE(found.join(u' '), said);
    }

    void knowsTheProcessesOfMultiprocessing() {
        const auto roleOf = [](const Words& arguments, const TraceTableBuilder& traces = {}) {
            const Program program = programOf(infoOf(arguments, traces));
            return program.words.empty() ? std::optional(program.role) : std::nullopt;
        };
        using Role = Program::Role;
        const Words server{"/usr/bin/python3", "-B", "-c", kForkserver + "})"};
        const TraceTableBuilder served =
            withFunction("/usr/lib/python3.11/multiprocessing/forkserver.py", "_serve_one");
        QVERIFY(roleOf(server) == Role::Forkserver);
        QVERIFY(roleOf(server, withFunction("/usr/lib/python3.11/multiprocessing/forkserver.py", "main")) ==
                Role::Forkserver);
        QVERIFY(roleOf(server, withFunction("/srv/own.py", "_serve_one")) == Role::Forkserver);
        QVERIFY(roleOf(server, served) == Role::Worker);
        QVERIFY(roleOf({"python3", "-c", "from multiprocessing.resource_tracker import main;main(9)"}) ==
                Role::ResourceTracker);
        QVERIFY(roleOf({"python3", "-c", "from multiprocessing.semaphore_tracker import main;main(9)"}) ==
                Role::ResourceTracker);
        QVERIFY(roleOf({"python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)",
                        "--multiprocessing-fork"}) == Role::Worker);
        QVERIFY(!roleOf({"python3", "-c", "import multiprocessing.spawn"}));
        QVERIFY(!roleOf({"work.py", "from multiprocessing.spawn import spawn_main"}));
    }

    void saysWhoseTheyAreWhereTheCaptureDoes() {
        const auto of = [](const std::string& data) {
            return programOf(infoOf({"/usr/bin/python3", "-c", kForkserver + data})).of;
        };
        QCOMPARE(of("'sys_path': ['/srv/pool'], 'main_path': '/srv/pool/work.py'})"), "work.py");
        QCOMPARE(of("'init_main_from_path': '/srv/pool/work.py'})"), "work.py");
        QCOMPARE(of("'sys_path': ['/srv/pool']})"), "");
        QCOMPARE(of("'main_path': '/srv/pool/work.p"), "work.p");  // cut where a record ends
    }

    void ofNoProcessThereIsNoName() {
        CaptureInfo info = infoOf({"x.py"});
        info.metadata.process.reset();  // version 1
        QVERIFY(programOf(info).words.empty());
    }
};

QTEST_APPLESS_MAIN(ProgramTest)
#include "program_test.moc"
