// What the time plot offers at a place, and the list of threads that leads from a thread's life to the interval.
#include <QAction>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTreeView>

#include "gui/timeplot/threads_dialog.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {

class ThreadsTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() {
        prepare();
        test::RecordedCapture pool(m_folder / "pool");
        pool.grow(5'000, Micros(5'000'000));
        pool.growIn(2, "worker-1", 500, Micros(2'000'000));
        pool.growIn(3, "worker-2 <b>&", 500, Micros(3'000'000));
        pool.grow(5'000, Micros(10'000'000));
        pool.end();
        test::RecordedCapture many(m_folder / "many");
        for (std::uint32_t thread = 2; thread < 10'000; ++thread)
            many.growIn(thread, "worker-" + std::to_string(thread), 3, Micros(1'000));
        many.end();
    }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void aProgramOfOneThreadIsNotAskedForThreads() {
        QVERIFY(!threads().isEnabled() && !threads().isVisible());
        open(m_folder / "program");
        QVERIFY(!threads().isEnabled() && !threads().isVisible());
        open(m_folder / "pool");
        QVERIFY(threads().isEnabled() && threads().isVisible());
    }
    void aThreadsLifeBecomesTheInterval() {
        showThreads("pool", 3);
        QCOMPARE(shown(0, ThreadModel::Name), QStringLiteral("MainThread"));
        QCOMPARE(shown(1, ThreadModel::Name), QStringLiteral("worker-1"));
        QCOMPARE(shown(2, ThreadModel::Name), QStringLiteral("worker-2 <b>&"));
        QCOMPARE(shown(2, ThreadModel::First), QStringLiteral("7.006 s"));
        QCOMPARE(shown(2, ThreadModel::Last), QStringLiteral("10.000 s"));
        click(1);
        const auto state = [&]() -> const ViewState& { return m_window->store().state(); };
        QCOMPARE(state().compareTime->time, Micros(5'004'000));
        QCOMPARE(state().time->time, Micros(7'000'000));
        // Everything that it allocated, and nothing before.
        find<QPushButton>("onlyThread")->click();
        QCOMPARE(state().filters.size(), std::size_t{1});
        QCOMPARE(state().filters.front().name, std::string("worker-1"));
        m_window->store().change([](ViewState& edited) { edited.mode = IntervalMode::Allocated; });
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, std::int64_t{50'000});
        // Of another thread instead: no stack is of both.
        click(2);
        find<QPushButton>("onlyThread")->click();
        QCOMPARE(state().filters.size(), std::size_t{1});
        QCOMPARE(state().filters.front().name, std::string("worker-2 <b>&"));
    }
    void tenThousandCanBeSearchedAndSorted() {
        showThreads("many", 9'998);
        find<QLineEdit>("threadSearch")->setText(QStringLiteral("WORKER-77"));
        QCOMPARE(view().model()->rowCount(), 111);  // 77, 770 to 779, 7700 to 7799
        QCOMPARE(find<QLabel>("threadsText")->text(),
                 QStringLiteral("%1 of %2").arg(QLocale().toString(111), QLocale().toString(9'998)));
        view().sortByColumn(ThreadModel::First, Qt::DescendingOrder);
        QCOMPARE(shown(0, ThreadModel::Name), QStringLiteral("worker-7799"));
        view().sortByColumn(ThreadModel::Name, Qt::AscendingOrder);
        QCOMPARE(shown(0, ThreadModel::Name), QStringLiteral("worker-77"));
    }
    void theyAreFoundInAnyScriptAndCase() {
        test::RecordedCapture capture(m_folder / "scripts");
        capture.grow(1'000, Micros(1'000'000));
        capture.growIn(2, "Zug\u00E4nge ANNEHMEN", 10, Micros(1'000'000));
        capture.growIn(3, "\u0397\u03A7\u039F\u03A3", 10, Micros(1'000'000));  // in Greek, with a sigma
        capture.end();
        showThreads("scripts", 3);
        for (const auto& [typed, name] : {std::pair(u"annehmen ZUGA\u0308NGE", u"Zug\u00E4nge ANNEHMEN"),
                                          std::pair(u"\u03B7\u03C7\u03BF\u03C2", u"\u0397\u03A7\u039F\u03A3"),
                                          std::pair(u"/^Main/", u"MainThread")}) {
            find<QLineEdit>("threadSearch")->setText(QString::fromUtf16(typed));
            QCOMPARE(view().model()->rowCount(), 1);
            QCOMPARE(shown(0, ThreadModel::Name), QString::fromUtf16(name));
        }
    }
    void threadsThatAppearLaterAreListed() {
        test::RecordedCapture live(m_folder / "live");
        live.grow(1'000, Micros(1'000'000));
        live.growIn(2, "worker-5", 100, Micros(1'000'000));
        follow("live");
        threads().trigger();
        QTRY_COMPARE_WITH_TIMEOUT(view().model()->rowCount(), 2, kPatience);
        view().sortByColumn(ThreadModel::Name, Qt::DescendingOrder);
        click(0);
        QCOMPARE(shown(0, ThreadModel::Name), QStringLiteral("worker-5"));
        const auto compared = m_window->store().state().compareTime;
        live.growIn(3, "worker-9", 100, Micros(1'000'000));
        QTRY_COMPARE_WITH_TIMEOUT(view().model()->rowCount(), 3, kPatience);
        // What was chosen, how it is sorted, and what is looked for stays.
        QCOMPARE(shown(0, ThreadModel::Name), QStringLiteral("worker-9"));
        QCOMPARE(view().currentIndex().siblingAtColumn(ThreadModel::Name).data().toString(),
                 QStringLiteral("worker-5"));
        QCOMPARE(m_window->store().state().compareTime, compared);
        find<QLineEdit>("threadSearch")->setText(QStringLiteral("worker"));
        QCOMPARE(view().model()->rowCount(), 2);
        live.growIn(4, "worker-7", 100, Micros(1'000'000));
        live.growIn(5, "other", 100, Micros(1'000'000));
        QTRY_COMPARE_WITH_TIMEOUT(view().model()->rowCount(), 3, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("threadsText")->text(),
                                  QStringLiteral("%1 of %2").arg(QLocale().toString(3), QLocale().toString(5)),
                                  kPatience);
        // A thread that goes on lives longer.
        find<QLineEdit>("threadSearch")->setText(QStringLiteral("MainThread"));
        const QString last = shown(0, ThreadModel::Last);
        live.grow(1'000, Micros(1'000'000));
        QTRY_VERIFY_WITH_TIMEOUT(shown(0, ThreadModel::Last) != last, kPatience);
        live.end();
    }
    void theOpenMenuOfFiltersOffersThreadsThatAppear() {
        test::RecordedCapture live(m_folder / "menu");
        live.grow(1'000, Micros(1'000'000));
        live.growIn(2, "worker-5", 100, Micros(1'000'000));
        follow("menu");
        QMenu* menu = find<QToolButton>("addFilter")->menu();
        menu->popup(m_window->mapToGlobal(QPoint(10, 10)));
        auto* names = menu->findChild<QMenu*>(QStringLiteral("threadOnly"));
        QVERIFY(names);
        const auto offered = [names] {
            QStringList texts;
            for (const QAction* action : names->actions()) texts << action->text();
            return texts;
        };
        QTRY_COMPARE_WITH_TIMEOUT(offered(), (QStringList{QStringLiteral("MainThread"), QStringLiteral("worker-5")}),
                                  kPatience);
        QAction* before = names->actions().back();
        live.growIn(3, "worker-3", 100, Micros(1'000'000));
        live.growIn(4, "worker-9", 100, Micros(1'000'000));
        QTRY_COMPARE_WITH_TIMEOUT(offered(),
                                  (QStringList{QStringLiteral("MainThread"), QStringLiteral("worker-3"),
                                               QStringLiteral("worker-5"), QStringLiteral("worker-9")}),
                                  kPatience);
        QCOMPARE(names->actions()[2], before);
        names->actions().back()->trigger();
        menu->close();
        QCOMPARE(m_window->store().state().filters.size(), std::size_t{1});
        QCOMPARE(m_window->store().state().filters.front().name, std::string("worker-9"));
        live.end();
    }
    void anotherCaptureClosesTheList() {
        showThreads("pool", 3);
        open(m_folder / "program");
        QVERIFY(!dialog().isVisible());
        QCOMPARE(view().model()->rowCount(), 0);
        QVERIFY(!find<QPushButton>("onlyThread")->isEnabled());
    }

    void thePlotOffersWhatItsPlaceAllows() {
        open(m_folder / "pool");
        TimePlot& plot = m_window->views().timePlot();
        QTRY_VERIFY_WITH_TIMEOUT(plot.result() && plot.result()->isComplete, kPatience);
        const QPoint place(static_cast<int>(plot.xOf(Micros(8'000'000))), 100);
        const Micros there = plot.timeAt(place.x());
        trigger(place, "plotInstant");
        QCOMPARE(m_window->store().state().time, std::optional(Instant(there)));
        QVERIFY(!offered(place, "plotZoom") && !offered(place, "plotPhase"));
        const QPoint before(static_cast<int>(plot.xOf(Micros(4'000'000))), 100);
        trigger(before, "plotInterval");
        QCOMPARE(m_window->store().state().compareTime->time, plot.timeAt(before.x()));
        QVERIFY(plot.fits());
        const Micros from = m_window->store().state().compareTime->time;
        trigger(place, "plotZoom");
        QCOMPARE(plot.visible(), (PlotRange::Span{from, there}));
        trigger(place, "plotFit");
        QVERIFY(plot.fits());
        trigger(place, "actionThreads");
        QVERIFY(dialog().isVisible());
    }

private:
    QAction& threads() const { return *find<QAction>("actionThreads"); }
    ThreadsDialog& dialog() const { return *find<ThreadsDialog>("threadsDialog"); }
    QTreeView& view() const { return *find<QTreeView>("threadsTable"); }
    QString shown(int row, int column) const { return view().model()->index(row, column).data().toString(); }
    /// Opens a capture that is still written.
    void follow(const char* name) {
        m_window->open(text((m_folder / name).string()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->isLive() &&
                                     m_window->document()->status().recording.hasEvents(),
                                 kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(threads().isEnabled(), kPatience);
    }
    void showThreads(const char* name, int count) {
        open(m_folder / name);
        threads().trigger();
        QVERIFY(dialog().isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(view().model()->rowCount(), count, kPatience);
    }
    using WindowTest::click;
    void click(int row) const {
        const QRect place = view().visualRect(view().model()->index(row, ThreadModel::Name));
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, place.center());
    }
    QMenu* menuAt(const QPoint& place) const {
        TimePlot& plot = m_window->views().timePlot();
        for (auto* old : plot.findChildren<QMenu*>(QStringLiteral("plotMenu"))) delete old;
        QContextMenuEvent event(QContextMenuEvent::Mouse, place, plot.mapToGlobal(place));
        QCoreApplication::sendEvent(&plot, &event);
        return plot.findChild<QMenu*>(QStringLiteral("plotMenu"));
    }
    QAction* offered(const QPoint& place, const char* name) const {
        for (QAction* action : menuAt(place)->actions())
            if (action->objectName() == QLatin1String(name)) return action;
        return nullptr;
    }
    void trigger(const QPoint& place, const char* name) const {
        QAction* action = offered(place, name);
        QVERIFY2(action && action->isEnabled(), name);
        action->trigger();
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::ThreadsTest)
#include "threads_test.moc"
