// What people type to find something: words in any script, and expressions.
#include "gui/state/search_text.h"

#include <QTest>

#include "gui/state/trace_filter.h"
#include "tests/gui/made_results.h"

namespace heapprof::gui {
namespace {

class SearchTextTest : public QObject {
    Q_OBJECT

private slots:
    void lettersMatchInEitherCase_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("isFound");
        const auto row = [](const char* text, const char* typed, bool isFound) {
            QTest::newRow(typed) << QString::fromUtf8(text) << QString::fromUtf8(typed) << isFound;
        };
        row("load_orders reconcile.py:12", "Reconcile", true);
        row("load_orders reconcile.py:12", "reconcile.py:1", true);
        row("load_orders reconcile.py:12", "reconcile.py:2", false);
        row("Ärger lager.py:3", "ärger", true);
        row("größe_lesen lager.py:3", "GRÖẞE", true);
        row("größe_lesen lager.py:3", "GRÖSSE", false);  // ss is another spelling, not another case
        row("größe_lesen lager.py:3", "GROSSE", false);
        row("Прочитать склад.py:3", "прочитать", true);
        row("ΟΔΥΣΣΕΥΣ o.py:1", "οδυσσευς", true);  // a sigma at the end
        row("οδυσσεύς o.py:1", "ΟΔΥΣΣΕΎΣ", true);
        row("I_am x.py:1", "i_am", true);  // in Turkish, too
        row("ısı x.py:1", "isi", false);
        row("e\xCC\x81tage x.py:1", "Étage", true);  // an accent of its own
        row("étage x.py:1", "e", true);
    }
    void lettersMatchInEitherCase() {
        QFETCH(QString, text);
        QFETCH(QString, typed);
        QFETCH(bool, isFound);
        QCOMPARE(SearchText(typed.toStdString()).matches(text.toStdString()), isFound);
    }

    void allWordsCount() {
        const SearchText search("  join   ORDERS ");
        QVERIFY(search.matches("orders.join x.py:1") && search.matches("join orders.py:3"));
        QVERIFY(!search.matches("join x.py:1") && !search.matches("orders"));
        QVERIFY(SearchText("").isEmpty() && SearchText("   ").isEmpty() && !SearchText("   ").matches("anything"));
        QVERIFY(!SearchText("/").isEmpty() && SearchText("/").matches("f /app/x.py:1"));
    }

    void expressionsStandBetweenSlashes() {
        const SearchText search(R"(/^load_.*py:1\d$/)");
        QVERIFY(search.isExpression() && search.problem().empty());
        QVERIFY(search.matches("load_orders /app/reconcile.py:12") && !search.matches("load_orders reconcile.py:22"));
        QVERIFY(!search.matches("Load_orders reconcile.py:12"));
        QVERIFY(SearchText("/(?i)^LOAD/").matches("load x.py:1"));
        // A path that is not closed by a slash is one.
        QVERIFY(!SearchText("/app/rec").isExpression() && SearchText("/app/rec").matches("f /app/reconcile.py:3"));
        const SearchText wrong("/(open/");
        QVERIFY(!wrong.problem().empty() && !wrong.isEmpty() && !wrong.matches("(open"));
    }

    void aFilterFindsTheSame() {
        MadeCapture made;
        std::vector<TraceIndex> traces;
        for (const char* name : {"Ärger", "ÄRGER", "load", "other"})
            traces.push_back(made.trace({made.frame({"/app/x.py", name, 3})}));
        for (const char* typed : {"ärger", "x.py load", "/^(load|other) /", "nothing"}) {
            const std::vector<bool> frames = matchingFrames(made.traces(), SearchText(typed));
            const TraceSet only = tracesOf(made.traces(), {filterOf(typed, false)});
            const TraceSet others = tracesOf(made.traces(), {filterOf(typed, true)});
            for (const TraceIndex trace : traces) {
                const FrameIndex frame = made.traces().frames(trace).front();
                QCOMPARE(only.contains(trace), bool(frames[frame.value]));
                QCOMPARE(others.contains(trace), !frames[frame.value]);
            }
        }
        QVERIFY(tracesOf(made.traces(), {filterOf("ärger", false)}).contains(traces[1]));
        QVERIFY(!tracesOf(made.traces(), {filterOf("ärger", false)}).contains(traces[2]));
    }
};

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::SearchTextTest;
QTEST_MAIN(SearchTextTest)
#include "search_text_test.moc"
