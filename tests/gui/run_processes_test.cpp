// The window knows the other processes of the run whose capture it shows, and what all of them are called.
#include "gui/summary/run_processes.h"

#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include "core/text/text.h"
#include "gui/common/capture_list.h"
#include "gui/common/clamped_label.h"
#include "gui/summary/run_texts.h"
#include "gui/summary/summary_page.h"
#include "gui/window/recent_captures.h"
#include "tests/core/recorded_model.h"
#include "tests/gui/window_test.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::test;

namespace {

const std::string kWorker = "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)";

std::unique_ptr<RecordedModel> begun(const std::filesystem::path& filebase, std::uint32_t seed, std::uint64_t bytes,
                                     std::vector<std::string> arguments, std::optional<std::uint32_t> ancestor = {}) {
    ModelProcess process{100 + seed, ancestor};
    process.arguments = std::move(arguments);
    if (ancestor) process.parentPid = process.ancestorPid = 100 + *ancestor;
    auto model = std::make_unique<RecordedModel>(filebase, Sampling::everything(), seed, process);
    const TraceIndex trace = model->addTrace(2);
    model->allocate(trace, bytes);
    model->passTime(Micros(2'000'000));
    model->allocate(trace, 1000);
    return model;
}

/// A program of 14 kB, 40 kB in one of its workers, and another one.
void recordRun(const std::filesystem::path& filebase) {
    const std::string name = filebase.string();
    begun(name, 1, 14'000, {"/srv/pool/work.py", "--fast"})->finish();
    begun(name + ".102", 2, 2000, {"/usr/bin/python3", "-c", kWorker, "--multiprocessing-fork"}, 1)->finish();
    begun(name + ".103", 3, 39'000, {"/usr/bin/python3", "-c", kWorker, "--multiprocessing-fork"}, 1)->finish();
}

}  // namespace

class RunProcessesTest : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void eachProcessIsARow_theGreatestFirst() {
        const std::filesystem::path filebase = newFilebase("rows");
        recordRun(filebase);
        open(filebase);
        waitForRun(3);
        QCOMPARE(titles(), (QStringList{QStringLiteral("multiprocessing worker"), QStringLiteral("work.py --fast"),
                                        QStringLiteral("multiprocessing worker")}));
        QCOMPARE(rows()[0].beside, QStringLiteral("process 103"));
        QVERIFY(list().aboutOf(0).contains(QStringLiteral("peak ") + text(formatBytes(40'000))));
        QVERIFY(list().aboutOf(0).contains(text(formatTime(Micros(2'000'000)))));
        QVERIFY(list().aboutOf(0).contains(QStringLiteral("child of 101")));
        QVERIFY(!list().aboutOf(1).contains(QStringLiteral("child")));
        QVERIFY(!rows()[0].curve.empty());
        QCOMPARE(current(), 1);
        auto* most = find<QLabel>("runMostMemory");
        QVERIFY(most->isVisible());
        QCOMPARE(most->text(),
                 QStringLiteral("Most memory: multiprocessing worker, process 103, ") + text(formatBytes(40'000)));
        // For those who hear it.
        QVERIFY(!list().accessibleName().isEmpty());
        const QString said = list().item(1)->data(Qt::AccessibleDescriptionRole).toString();
        QVERIFY(said.contains(QStringLiteral("process 101")) && said.contains(text(formatBytes(15'000))));
        QVERIFY(said.contains(QStringLiteral("shown now")));
        QVERIFY(list().item(1)->toolTip().contains(QStringLiteral("work.py --fast")));
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("work.py")));
    }

    void aClickOrEnterOpensTheProcess() {
        const std::filesystem::path filebase = newFilebase("open");
        recordRun(filebase);
        open(filebase);
        waitForRun(3);
        auto& shown = *find<CaptureList>("runList");
        QSignalSpy wanted(&shown, &CaptureList::wanted);
        QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, middleOf(1));  // itself
        QVERIFY(wanted.isEmpty());
        QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, middleOf(0));
        waitFor(QStringLiteral("open.103"));
        QCOMPARE(QSettings().value(QStringLiteral("recent")).toStringList().first(),
                 text(filebase.string()) + QStringLiteral(".103"));
        waitForRun(3);
        QCOMPARE(current(), 0);
        QVERIFY(!find<QLabel>("runMostMemory")->isVisible());  // it is the one shown
        shown.setFocus();
        QTest::keyClick(&shown, Qt::Key_End);
        QTest::keyClick(&shown, Qt::Key_Return);
        waitFor(QStringLiteral("open.102"));
        waitForRun(3);
        QCOMPARE(current(), 2);
        QVERIFY(find<QLabel>("runMostMemory")->isVisible());
    }

    void aProgramOfOneProcessHasNoSuchPart() {
        open(m_folder / "program");
        QTRY_VERIFY_WITH_TIMEOUT(!processes().isBusy(), kPatience);
        QVERIFY(!processes().isVisible());
        const std::filesystem::path filebase = newFilebase("before");
        recordRun(filebase);
        open(filebase);
        waitForRun(3);
        open(m_folder / "program");
        QTRY_VERIFY_WITH_TIMEOUT(!processes().isBusy(), kPatience);
        QVERIFY(!processes().isVisible() && rows().empty());
    }

    void whatCannotBeReadIsARow_andSaysSo() {
        const std::filesystem::path filebase = newFilebase("damaged");
        recordRun(filebase);
        writeFile(filebase.string() + ".103.hpm", Contents{1, 2, 3});
        open(filebase);
        waitForRun(3);
        QCOMPARE(rows()[2].title, QStringLiteral("damaged.103"));
        QVERIFY(list().aboutOf(2).contains(QStringLiteral("cannot be read")));
        auto& shown = *find<CaptureList>("runList");
        QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, middleOf(2));
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("bannerText")->isVisible(), kPatience);
        QCOMPARE(m_window->document()->name(), QStringLiteral("damaged"));  // what was open stays
        std::filesystem::remove(filebase.string() + ".102.hpm");            // goes away while its row is there
        QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, middleOf(1));
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("bannerText")->text().contains(QStringLiteral("damaged.102")), kPatience);
    }

    void followsProcessesThatStillRun() {
        const std::filesystem::path filebase = newFilebase("live");
        begun(filebase, 1, 14'000, {"work.py"})->finish();
        const auto child = begun(filebase.string() + ".102", 2, 2000, {"work.py"}, 1);
        open(filebase);
        waitForRun(2);
        QVERIFY(list().aboutOf(1).contains(QStringLiteral("still being recorded")));
        child->allocate(child->addTrace(1), 70'000);
        QTRY_VERIFY_WITH_TIMEOUT(list().aboutOf(0).contains(text(formatBytes(73'000))), kPatience);
        const auto grandchild = begun(filebase.string() + ".103", 3, 500, {"work.py"}, 2);
        waitForRun(3);
        child->finish();
        grandchild->finish();
        QTRY_VERIFY_WITH_TIMEOUT(!processes().run().isBeingWritten(), kPatience);
        QVERIFY(!list().aboutOf(0).contains(QStringLiteral("still being recorded")));
    }

    void hundredsTakeNoMoreRoomThanAFew() {
        const std::filesystem::path filebase = newFilebase("many");
        recordRun(filebase);
        open(filebase);
        waitForRun(3);
        const int few = list().height();
        m_window->open(text((m_folder / "program").string()));
        waitFor(QStringLiteral("program"));
        for (std::uint32_t seed = 4; seed < 200; ++seed)
            begun(filebase.string() + "." + std::to_string(100 + seed), seed, 100, {"work.py"}, 1)->finish();
        open(filebase);
        waitForRun(199);
        QTRY_VERIFY(list().height() > few && list().height() < 2 * few);
        QVERIFY(find<QLabel>("runTitle")->text().contains(QStringLiteral("199")));
        auto& shown = *find<CaptureList>("runList");
        shown.setFocus();
        QTest::keyClick(&shown, Qt::Key_End);
        QTRY_VERIFY(shown.viewport()->rect().contains(middleOf(198)));
    }

    void theSummaryThatIsPrintedHasTheSameList() {
        const std::filesystem::path filebase = newFilebase("printed");
        recordRun(filebase);
        QProcess program;
        program.start(QStringLiteral(HEAPPROF_WORKSTATION_PATH),
                      {QStringLiteral("--summary"), text(filebase.string()) + QStringLiteral(".102")});
        QVERIFY(program.waitForFinished(kPatience));
        const QString printed = QString::fromLocal8Bit(program.readAllStandardOutput());
        const QStringList lines = linesOf(runOverviewOf(filebase.string() + ".102", 1));
        QCOMPARE(lines.size(), 5);
        QVERIFY2(printed.contains(lines.join(u'\n')), qPrintable(printed));
        QVERIFY(lines[1].startsWith(QStringLiteral("Most memory: multiprocessing worker, process 103")));
        QVERIFY(lines[4].endsWith(QStringLiteral("(this one)")));
        QVERIFY(linesOf(runOverviewOf(m_folder / "program", 1)).isEmpty());
    }

    void aLongNameIsCutAfterTwoLines() {
        const std::filesystem::path filebase = newFilebase("long");
        std::vector<std::string> arguments{"/usr/bin/python3", "-m", "pytest"};
        for (int i = 0; i < 40; ++i) arguments.push_back("tests/test_" + std::to_string(i));
        begun(filebase, 1, 14'000, arguments)->finish();
        open(filebase);
        auto* name = find<ClampedLabel>("summaryProgram");
        QTRY_VERIFY(name->text().endsWith(u'\u2026'));
        QCOMPARE(name->text().count(u'\n'), 1);
        QVERIFY(name->text().startsWith(QStringLiteral("python -m pytest tests/test_0")));
        QVERIFY(name->toolTip().endsWith(QStringLiteral("tests/test_39")));
        QCOMPARE(name->accessibleName(), name->whole());
        QVERIFY(name->height() < 3 * name->fontMetrics().height());
        QCOMPARE(m_window->windowTitle(), QStringLiteral("long: python -m pytest \u2014 heapprof"));
        MainWindow other;
        other.show();
        auto* recent = other.findChild<RecentCaptures*>(QStringLiteral("startRecent"));
        QTRY_VERIFY_WITH_TIMEOUT(!recent->rows().front().facts.isEmpty(), kPatience);
        QCOMPARE(recent->rows().front().lead, name->whole());

        open(m_folder / "program");
        begun(filebase, 1, 14'000, {"short.py"})->finish();
        open(filebase);
        QCOMPARE(name->text(), QStringLiteral("short.py"));
        QVERIFY(name->toolTip().isEmpty());
    }

private:
    /// In a folder of its own.
    std::filesystem::path newFilebase(const char* name) const {
        std::filesystem::create_directory(m_folder / (std::string("of-") + name));
        return m_folder / (std::string("of-") + name) / name;
    }
    const RunProcesses& processes() const { return m_window->views().summary().processes(); }
    const CaptureList& list() const { return processes().list(); }
    const std::vector<CaptureRow>& rows() const { return list().rows(); }
    QStringList titles() const {
        QStringList titles;
        for (const CaptureRow& row : rows()) titles << row.title;
        return titles;
    }
    /// The marked row; -1: there is not exactly one.
    int current() const {
        const auto marked = std::ranges::find_if(rows(), &CaptureRow::isCurrent);
        return std::ranges::count_if(rows(), &CaptureRow::isCurrent) == 1 ? static_cast<int>(marked - rows().begin())
                                                                          : -1;
    }
    QPoint middleOf(int row) const { return list().visualItemRect(list().item(row)).center(); }
    void waitForRun(std::size_t processesThere) const {
        QTRY_VERIFY_WITH_TIMEOUT(rows().size() == processesThere && processes().isVisible(), kPatience);
        QCoreApplication::processEvents();
    }
    void waitFor(const QString& name) {
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->document()->name() == name && m_window->document()->state() == Document::State::Complete,
            kPatience);
    }
};

QTEST_MAIN(RunProcessesTest)
#include "run_processes_test.moc"
