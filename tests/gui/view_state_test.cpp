// The one view state and its history.
#include <QSignalSpy>
#include <QTest>

#include "gui/state/view_state_store.h"

namespace heapprof::gui {

class ViewStateTest : public QObject {
    Q_OBJECT

private slots:
    void aChangeIsAStepOfTheHistory() {
        ViewStateStore store;
        QSignalSpy changed(&store, &ViewStateStore::changed);
        QVERIFY(!store.canGoBack() && !store.canGoForward());
        store.change([](ViewState& state) { state.time = Micros(5); });
        store.change([](ViewState& state) { state.selectedLine = LineIndex(3); });
        QCOMPARE(changed.count(), 2);
        store.back();
        QVERIFY(!store.state().selectedLine);
        QVERIFY(store.state().time == Micros(5));
        QVERIFY(store.canGoBack() && store.canGoForward());
        store.back();
        QVERIFY(!store.state().time);
        QVERIFY(!store.canGoBack());
        store.forward();
        store.forward();
        QVERIFY(store.state().selectedLine == LineIndex(3));
        QVERIFY(!store.canGoForward());
    }

    void aChangeToTheSameIsNone() {
        ViewStateStore store;
        QSignalSpy changed(&store, &ViewStateStore::changed);
        store.change([](ViewState& state) { state.time.reset(); });
        QCOMPARE(changed.count(), 0);
        QVERIFY(!store.canGoBack());
    }

    void aChangeAfterGoingBackDropsWhatWasAhead() {
        ViewStateStore store;
        store.change([](ViewState& state) { state.time = Micros(1); });
        store.change([](ViewState& state) { state.time = Micros(2); });
        store.back();
        store.change([](ViewState& state) { state.time = Micros(3); });
        QVERIFY(!store.canGoForward());
        store.back();
        QVERIFY(store.state().time == Micros(1));
    }

    void adjustingLeavesNoStep() {
        ViewStateStore store;
        store.change([](ViewState& state) { state.time = Micros(1); });
        QSignalSpy changed(&store, &ViewStateStore::changed);
        store.adjust([](ViewState& state) { state.time = Micros(2); });
        QCOMPARE(changed.count(), 1);
        store.back();
        QVERIFY(!store.state().time);
        store.forward();
        QVERIFY(store.state().time == Micros(2));
    }

    void theHistoryIsBounded() {
        ViewStateStore store;
        for (int i = 0; i < 5000; ++i) store.change([i](ViewState& state) { state.time = Micros(i); });
        int steps = 0;
        while (store.canGoBack()) {
            store.back();
            ++steps;
        }
        QVERIFY(steps >= 500 && steps < 5000);
    }

    void resetStartsOver() {
        ViewStateStore store;
        store.change([](ViewState& state) { state.pinnedLines = {LineIndex(1)}; });
        store.reset();
        QVERIFY(store.state() == ViewState{});
        QVERIFY(!store.canGoBack() && !store.canGoForward());
    }
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::ViewStateTest)
#include "view_state_test.moc"
