// A trace browser over made results, and its models printed.
#pragma once

#include <QAbstractItemView>
#include <QTabBar>
#include <QTest>

#include "gui/traces/trace_browser.h"
#include "tests/gui/made_results.h"

namespace heapprof::gui {

/// The first tabs.
enum Tab { Lines, TopDown, BottomUp, CallersCallees, Traces };

/// A trace browser, driven as a user would.
struct BrowserStage {
    BrowserStage() {
        browser.resize(1000, 500);
        browser.show();
    }
    explicit BrowserStage(std::shared_ptr<const InstantResult> result) : BrowserStage() { show(std::move(result)); }
    void show(std::shared_ptr<const InstantResult> result) {
        browser.showResult(std::move(result));
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(!browser.isBusy(), 20000);
        QCoreApplication::processEvents();
    }
    void open(Tab tab) {
        auto* bar = browser.findChild<QTabBar*>();
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
        settle();
    }
    template <typename View>
    View* view(const char* name) {
        return browser.findChild<View*>(QString::fromLatin1(name));
    }
    void click(QAbstractItemView* view, const QModelIndex& index) {
        view->scrollTo(index);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(index).center());
        settle();
    }
    /// As the window's search does.
    void search(const char* text) {
        store.change([text](ViewState& state) { state.search = {text, std::nullopt}; });
        settle();
    }
    void selectElsewhere(LineIndex line) {
        store.change([line](ViewState& state) { state.selectedLine = line; });
        settle();
    }

    ViewStateStore store;
    TraceBrowser browser{store};
};

/// Columns of the whole model, one row per line, children indented.
inline QString printed(const QAbstractItemModel& model, QList<int> columns, const QModelIndex& parent = {},
                       int indent = 0) {
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        text += QString(indent * 2, QLatin1Char(' '));
        for (const int column : columns) {
            if (column != columns.first()) text += QStringLiteral(" | ");
            text += model.index(row, column, parent).data().toString();
        }
        text += QLatin1Char('\n') + printed(model, columns, model.index(row, 0, parent), indent + 1);
    }
    return text;
}

/// A program that loads, parses and saves.
struct Example {
    Example() {
        main = made.frame({"/app/main.py", "main", 5});
        load = made.frame({"/app/load.py", "load", 20});
        parse = made.frame({"/app/load.py", "parse", 30});
        decode = made.frame({"/usr/lib/python3.11/json/decoder.py", "decode", 40});
        save = made.frame({"/app/save.py", "save", 50});
        worker = made.thread("Worker, \"one\"");
        parsed = made.trace({main, load, parse, decode}, worker.value);
        made.setUsage(parsed, 3 << 20, 30, 1 << 18);
        loaded = made.trace({main, load});
        made.setUsage(loaded, 1 << 20, 10);
        saved = made.trace({main, save});
        made.setUsage(saved, 9 << 10, 2000);
        made.setUsage(made.trace({}), 1 << 10, 1);
    }
    LineIndex line(FrameIndex frame) { return made.traces().lineOf(frame); }

    MadeCapture made;
    FrameIndex main, load, parse, decode, save;
    ThreadIndex worker;
    TraceIndex parsed, loaded, saved;
};

}  // namespace heapprof::gui
