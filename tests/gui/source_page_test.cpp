// The page of one source file: amounts, where calls lead, the strip beside it, and files that lie elsewhere.
#include "gui/traces/source_page.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <fstream>

#include "gui/common/elided_label.h"
#include "gui/source/path_map.h"
#include "gui/traces/code_delegate.h"
#include "gui/traces/heat_strip.h"
#include "gui/traces/source_rows.h"
#include "tests/gui/made_results.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::gui {
namespace {

constexpr int kPatience = 20000;

/// main.py calls load() of load.py and the maker of a class of its own; load() calls what another module has.
struct Program {
    explicit Program(const test::TemporaryFolder& folder)
        : main((folder / "main.py").string()), load((folder / "load.py").string()) {
        std::ofstream(main)
            << "import load\n\n\nclass Totals:\n    def __init__(self):\n        self.all = [0] * 1000\n\n\n"
               "def report():\n    return 1\n\n\nkept = load.load(), Totals(), report()\nreport()\n";
        std::ofstream(load) << "def load():\n    small = 1\n    return bytes(1000)\n";
        const FrameIndex call = made.frame({main, "<module>", 13}), again = made.frame({main, "<module>", 14});
        const FrameIndex first = made.frame({load, "load", 2}), second = made.frame({load, "load", 3});
        const FrameIndex totals = made.frame({main, "Totals.__init__", 6});
        const FrameIndex report = made.frame({main, "report", 10});
        made.setUsage(made.trace({call, first}), 10'000);
        made.setUsage(made.trace({call, second}), 50'000);
        made.setUsage(made.trace({call, totals}), 20'000);
        made.setUsage(made.trace({again, report}), 100);
        made.trace({call, report});
    }
    LineIndex line(const std::string& file, std::uint32_t number) { return *made.traces().findLine(file, number); }

    std::string main, load;
    MadeCapture made;
};

}  // namespace

class SourcePageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { test::prepareWindows(m_folder); }
    void init() {
        for (const PathRule& rule : PathMap::shared().rules()) PathMap::shared().remove(rule.from);
        m_page = std::make_unique<SourcePage>();
        m_page->resize(900, 400);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        connect(m_page.get(), &LinePage::picked, m_page.get(), [this](LineIndex line) { m_picked.push_back(line); });
        m_picked.clear();
    }
    void cleanup() { m_page.reset(); }

    void linesOfTheCaptureAreKnownAlsoWithoutMemory() {
        Program program(m_folder);
        program.made.setUsage(TraceIndex(4), 0, 0);
        show(program, program.line(program.main, 14));
        QCOMPARE(view()->currentIndex().row(), 13);
        QCOMPARE(cell(12, SourceRows::Cumulative).data(RawRole).toLongLong(), 80'000);
        QVERIFY(cell(13, SourceRows::Cumulative).data().toString().isEmpty());
        QTest::keyClick(view(), Qt::Key_Up);
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(m_picked, (std::vector<LineIndex>{program.line(program.main, 13)}));
    }

    void ctrlAndAClickOnACallGoThere() {
        Program program(m_folder);
        show(program, program.line(program.main, 13));
        // The method, not the module of the same name: of its lines the greatest.
        ctrlClick(12, QStringLiteral("load()"));
        ctrlClick(12, QStringLiteral("Totals"));
        ctrlClick(12, QStringLiteral("report"));
        ctrlClick(12, QStringLiteral("kept"));  // leads nowhere
        ctrlClick(9, QStringLiteral("return"));
        ctrlClick(8, QStringLiteral("report"));  // its own definition
        const LineIndex report = program.line(program.main, 10);
        QCOMPARE(m_picked, (std::vector<LineIndex>{program.line(program.load, 3), program.line(program.main, 6), report,
                                                   report}));
        const QPoint call = placeOf(12, QStringLiteral("Totals"));
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, call);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, Qt::ShiftModifier, call);
        QCOMPARE(m_picked.size(), std::size_t{4});
    }

    void whatCanBeFollowedIsUnderlinedWhileCtrlIsHeld() {
        Program program(m_folder);
        show(program, program.line(program.main, 13));
        const QImage before = view()->viewport()->grab().toImage();
        const auto move = [&](const QPoint& at, Qt::KeyboardModifiers modifiers) {
            QMouseEvent event(QEvent::MouseMove, at, view()->viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                              modifiers);
            QCoreApplication::sendEvent(view()->viewport(), &event);
            return view()->viewport()->grab().toImage();
        };
        const QPoint call = placeOf(12, QStringLiteral("Totals"));
        QVERIFY(move(call, Qt::ControlModifier) != before);
        QCOMPARE(view()->viewport()->cursor().shape(), Qt::PointingHandCursor);
        QVERIFY(move(placeOf(12, QStringLiteral("kept")), Qt::ControlModifier) == before);
        QVERIFY(move(call, {}) == before);
        QCOMPARE(view()->viewport()->cursor().shape(), Qt::ArrowCursor);
        move(call, Qt::ControlModifier);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(view()->viewport(), &leave);
        QVERIFY(view()->viewport()->grab().toImage() == before);
    }

    void callsAreFollowedByKeyboard() {
        Program program(m_folder);
        show(program, program.line(program.main, 14));
        view()->setFocus();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTest::keyClick(view(), Qt::Key_Return, Qt::ControlModifier);  // there is but one
        QCOMPARE(m_picked, (std::vector<LineIndex>{program.line(program.main, 10)}));
        QTest::keyClick(view(), Qt::Key_Up);
        QTest::keyClick(view(), Qt::Key_Return, Qt::ControlModifier);
        auto* menu = m_page->findChild<QMenu*>(QStringLiteral("calleesMenu"));
        QTRY_VERIFY(menu->isVisible());
        QCOMPARE(menu->actions().size(), 3);
        QVERIFY(menu->actions()[0]->text().startsWith(QStringLiteral("load")));  // the greatest first
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        QCOMPARE(m_picked.back(), program.line(program.main, 6));
        QVERIFY(view()->actions().contains(m_page->findChild<QAction*>(QStringLiteral("goToCallee"))));
    }

    void theStripShowsTheWholeFile() {
        const std::string file = (m_folder / "long.py").string();
        std::ofstream out(file);
        for (int i = 1; i <= 5000; ++i) out << "line" << i << "\n";
        out.close();
        MadeCapture made;
        made.setUsage(made.trace({made.frame({file, "f", 100})}), 1'000);
        made.setUsage(made.trace({made.frame({file, "f", 4000})}), 900'000);
        m_page->showLine(made.result(), made.traces().findLine(file, 100));
        settle();
        auto* strip = m_page->findChild<HeatStrip*>();
        QVERIFY(strip->isVisible());
        const int top = strip->mapFromGlobal(view()->viewport()->mapToGlobal(QPoint())).y();
        const int height = view()->viewport()->height();
        std::vector<int> places;
        for (int y = 0; y < strip->height(); ++y)
            if (strip->amountAt(y) != 0) places.push_back(y);
        QCOMPARE(places.size(), std::size_t{2});
        QVERIFY(std::abs(places[0] - (top + height * 99 / 5000)) <= 1);
        QVERIFY(std::abs(places[1] - (top + height * 3999 / 5000)) <= 1);
        QCOMPARE(strip->amountAt(places[1]), std::int64_t{900'000});
        QVERIFY(!view()->viewport()->rect().intersects(view()->visualRect(cell(3999, 0))));
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(5, places[1]));
        QVERIFY(view()->viewport()->rect().intersects(view()->visualRect(cell(3999, 0))));
        QVERIFY(m_picked.empty());
        // It goes with the order of the table.
        view()->sortByColumn(SourceRows::Cumulative, Qt::DescendingOrder);
        settle();
        QCOMPARE(strip->amountAt(top), std::int64_t{900'000});
    }

    void aFileOfAnotherMachineIsFound() {
        const auto here = m_folder / "src" / "app" / "sales";
        std::filesystem::create_directories(here);
        std::ofstream(here / "parse.py") << "first\nsecond\n";
        std::ofstream(here / "join.py") << "joined\n";
        MadeCapture made;
        made.setUsage(made.trace({made.frame({"/app/sales/parse.py", "f", 2})}), 1'000);
        made.setUsage(made.trace({made.frame({"/app/sales/join.py", "g", 1})}), 1'000);
        m_page->showLine(made.result(), made.traces().findLine("/app/sales/parse.py", 2));
        settle();
        const auto* empty = m_page->findChild<QLabel*>(QStringLiteral("sourceTableEmpty"));
        QCOMPARE(empty->text(), QStringLiteral("There is no file /app/sales/parse.py on this machine."));
        auto* find = m_page->findChild<QPushButton*>(QStringLiteral("sourceFind"));
        QVERIFY(find->isVisible());
        QTest::mouseClick(find, Qt::LeftButton);
        auto* dialog = m_page->window()->findChild<QDialog*>(QStringLiteral("sourcePaths"));
        QVERIFY(dialog);
        auto* field = dialog->findChild<QLineEdit*>(QStringLiteral("sourcePathsField"));
        auto* use = dialog->findChild<QPushButton*>(QStringLiteral("sourcePathsUse"));
        const auto* rule = dialog->findChild<QLabel*>(QStringLiteral("sourcePathsRule"));
        QVERIFY(!use->isEnabled());
        field->setText(QString::fromStdString((m_folder / "nowhere" / "parse.py").string()));
        QTest::mouseClick(use, Qt::LeftButton);
        QTRY_VERIFY(rule->text().startsWith(QStringLiteral("There is no file")));
        QVERIFY(PathMap::shared().rules().empty());
        field->setText(QString::fromStdString((here / "parse.py").string()));
        QVERIFY(rule->text().contains(QStringLiteral("/app")));
        QTest::mouseClick(use, Qt::LeftButton);
        QTRY_COMPARE(view()->model()->rowCount(), 2);
        QCOMPARE(PathMap::shared().rules(), (PathRules{{"/app", (m_folder / "src" / "app").string()}}));
        QCOMPARE(m_page->findChild<ElidedLabel*>(QStringLiteral("sourceTitle"))->text(),
                 QString::fromStdString((here / "parse.py").string()));
        QVERIFY(!find->isVisible());
        // Other files follow; a rule that is removed leads nowhere.
        m_page->showLine(made.result(), made.traces().findLine("/app/sales/join.py", 1));
        QTRY_COMPARE(view()->model()->rowCount(), 1);
        QTest::mouseClick(m_page->findChild<QToolButton*>(QStringLiteral("sourcePathsButton")), Qt::LeftButton);
        QToolButton* remove = nullptr;
        QTRY_VERIFY((remove = m_page->window()->findChild<QToolButton*>(QStringLiteral("sourcePathsRemove0"))));
        QTest::mouseClick(remove, Qt::LeftButton);
        QTRY_VERIFY(empty->text().startsWith(QStringLiteral("There is no file /app/sales/join.py")));
    }

    void rulesCanBeTyped() {
        QTest::mouseClick(m_page->findChild<QToolButton*>(QStringLiteral("sourcePathsButton")), Qt::LeftButton);
        auto* dialog = m_page->window()->findChild<QDialog*>(QStringLiteral("sourcePaths"));
        auto* add = dialog->findChild<QPushButton*>(QStringLiteral("sourcePathsAdd"));
        QTest::keyClicks(dialog->findChild<QLineEdit*>(QStringLiteral("sourcePathsFrom")), QStringLiteral("/app"));
        QVERIFY(!add->isEnabled());
        QTest::keyClicks(dialog->findChild<QLineEdit*>(QStringLiteral("sourcePathsTo")), QStringLiteral("/home/me"));
        QTest::mouseClick(add, Qt::LeftButton);
        QCOMPARE(PathMap::shared().rules(), (PathRules{{"/app", "/home/me"}}));
    }

private:
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(!m_page->isBusy(), kPatience); }
    void show(Program& program, LineIndex line) {
        m_page->showLine(program.made.result(), line);
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isBusy() && view()->model()->rowCount() > 0, kPatience);
        QTest::qWait(50);  // colours
    }
    QTableView* view() const { return m_page->findChild<QTableView*>(QStringLiteral("sourceTable")); }
    QModelIndex cell(int row, int column) const { return view()->model()->index(row, column); }
    /// In the middle of the first letter of `text`.
    QPoint placeOf(int row, const QString& text) const {
        const QModelIndex index = cell(row, SourceRows::Code);
        const auto position = static_cast<int>(index.data().toString().indexOf(text));
        auto* delegate = static_cast<CodeDelegate*>(view()->itemDelegateForColumn(SourceRows::Code));
        QStyleOptionViewItem option;
        option.initFrom(view());
        option.font = view()->font();
        option.rect = view()->visualRect(index);
        for (int x = option.rect.left(); x < option.rect.right(); ++x)
            if (const QPoint at(x + 2, option.rect.center().y()); delegate->positionAt(option, index, at) == position)
                return at;
        qFatal("%s is not in sight", qPrintable(text));
    }
    void ctrlClick(int row, const QString& text) {
        view()->scrollTo(cell(row, SourceRows::Code));
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, Qt::ControlModifier, placeOf(row, text));
    }

    test::TemporaryFolder m_folder;
    std::unique_ptr<SourcePage> m_page;
    std::vector<LineIndex> m_picked;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::SourcePageTest)
#include "source_page_test.moc"
