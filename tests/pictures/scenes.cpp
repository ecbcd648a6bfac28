#include "tests/pictures/scenes.h"

#include <QAction>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>

#include "gui/timeplot/time_plot.h"
#include "gui/window/start_page.h"
#include "gui/window/view_area.h"

namespace heapprof::test {
namespace {

using gui::ExportView;
using gui::IntervalMode;
using gui::TraceFilter;
using gui::ViewState;
using Show = std::function<void(Stage&)>;

constexpr QSize kUsual(1600, 1000), kMedium(1280, 800), kSmall(900, 600), kLarge(2560, 1440);
const char* const kJoin = "shop/join.py";
constexpr std::uint32_t kCulprit = 16;

Show picture(ExportView view) {
    return [view](Stage& stage) { stage.showPicture(view); };
}

/// A table, of the line that holds most.
Show table(const char* title) {
    return [title](Stage& stage) {
        stage.select(kJoin, kCulprit);
        stage.showTable(QLatin1String(title));
    };
}

Show mode(IntervalMode mode) {
    return [mode](Stage& stage) { stage.interval(12.5, 20, mode); };
}

Show edited(std::function<void(ViewState&)> edit) {
    return [edit = std::move(edit)](Stage& stage) { stage.change(edit); };
}

Show expanded(const char* title, const char* tree) {
    return [title, tree](Stage& stage) {
        stage.showTable(QLatin1String(title));
        stage.photograph();
        stage.find<QTreeView>(tree).expandToDepth(5);
        stage.spoil();
    };
}

void pin(Stage& stage) {
    stage.select(kJoin, kCulprit);
    stage.change([&](ViewState& state) {
        state.pinnedLines = {stage.line(kJoin, kCulprit), stage.line("shop/load.py", 28),
                             stage.line("shop/report.py", 18)};
    });
}

void zoom(Stage& stage) {
    pin(stage);
    stage.photograph();
    auto& plot = stage.window().views().timePlot();
    plot.zoom(2.5, plot.xOf(Micros(15'000'000)));
    stage.spoil();
}

void filter(Stage& stage) {
    const TraceFilter hidden{TraceFilter::By::Pattern, {}, {}, "jinja2|csv", true};
    const TraceFilter thread{TraceFilter::By::Thread, {}, {}, "MainThread", false};
    const TraceFilter line{TraceFilter::By::File, {}, {}, "shop/run.py", false};
    stage.change([&](ViewState& state) { state.filters = {hidden, thread, line}; });
}

/// The action of the menu bar that opens it, or a box, by a part of its text.
void trigger(Stage& stage, const char* name) {
    stage.spoil();
    auto* action = stage.window().findChild<QAction*>(QLatin1String(name));
    if (!action) qFatal("no action %s", name);
    action->trigger();
}

void openFilterMenu(Stage& stage) {
    stage.spoil();
    stage.select(kJoin, kCulprit);
    stage.photograph();
    auto& button = stage.find<QToolButton>("addFilter");
    button.menu()->popup(button.mapToGlobal(QPoint(0, button.height())));
}

void openLabelMenu(Stage& stage) {
    stage.spoil();
    auto& button = stage.find<QToolButton>("addFilter");
    button.menu()->popup(button.mapToGlobal(QPoint(0, button.height())));
    auto* labels = button.menu()->findChild<QMenu*>(QStringLiteral("labelOnly"));
    if (!labels) qFatal("no labels to filter by");
    button.menu()->setActiveAction(labels->menuAction());
    Stage::await("the menu of labels", [&] { return labels->isVisible(); });
}

/// The greatest trace with all of its labels, and its stack.
void selectLabelledTrace(Stage& stage) {
    stage.showTable(QStringLiteral("Traces"));
    stage.photograph();
    auto& traces = stage.find<QTableView>("tracesTable");
    traces.setCurrentIndex(traces.model()->index(0, 0));
    stage.spoil();
}

Show byLabel(const char* label) {
    return [label](Stage& stage) {
        stage.showPicture(ExportView::Parts);
        stage.change([label](ViewState& state) { state.parts = {PartsBy::Label, false, label}; });
    };
}

void scrollInspector(Stage& stage) {
    stage.spoil();
    stage.select(kJoin, kCulprit);
    stage.photograph();
    for (auto* area : stage.find<QWidget>("inspector").findChildren<QScrollArea*>())
        area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
}

void failToOpen(Stage& stage) {
    stage.spoil();
    stage.beginToOpen("text");
    Stage::await("a banner", [&] { return stage.find<QWidget>("banner").isVisible(); });
}

void opening(Stage& stage) {
    stage.beginToOpen("shop");
    stage.spoil();
    stage.find<QProgressBar>("progressBar").setValue(0);  // how far it has come by now differs
}

void recent(Stage& stage) {
    stage.spoil();
    for (const char* program : {"server", "names", "marks", "shop"}) {
        stage.prepare(program, kUsual);
        stage.spoil();
    }
    QStringList files;
    for (const char* program : {"shop", "marks", "server", "names", "gone"}) files << stage.fileOf(program);
    stage.prepare({}, kUsual);
    stage.spoil();
    stage.find<gui::StartPage>("startPage").setRecentFiles(files);
}

}  // namespace

std::vector<Scene> scenes() {
    return {
        // Without a capture.
        {"start", {}, kUsual, {}},
        {"start-recent", {}, kUsual, recent, true},
        {"opening", {}, kUsual, opening, false, true},
        {"failed", {}, kUsual, failToOpen},
        {"small-start", {}, kSmall, {}},

        // Pictures, and the table of lines.
        {"flame", "shop", kUsual, {}, true},
        {"flow", "shop", kUsual, picture(ExportView::Flow), true},
        {"over-time", "shop", kUsual, picture(ExportView::Parts), true},
        {"over-time-shares", "shop", kUsual,
         [](Stage& stage) {
             stage.showPicture(ExportView::Parts);
             stage.change([](ViewState& state) { state.parts.isShare = true, state.parts.by = PartsBy::Function; });
         }},
        {"resident", "shop", kUsual, picture(ExportView::Resident), true},
        {"flame-selected", "shop", kUsual, [](Stage& stage) { stage.select(kJoin, kCulprit); }, true},
        {"flame-threads", "shop", kUsual, edited([](ViewState& state) { state.tree.threadsFirst = true; })},
        {"flame-bottom-up", "shop", kUsual, edited([](ViewState& state) { state.tree.bottomUp = true; })},
        {"flow-selected", "shop", kUsual,
         [](Stage& stage) { stage.select(kJoin, kCulprit), stage.showPicture(ExportView::Flow); }},

        // The other tables.
        {"top-down", "shop", kUsual, expanded("Top-down", "topDownTree")},
        {"bottom-up", "shop", kUsual, expanded("Bottom-up", "bottomUpTree")},
        {"callers", "shop", kUsual, table("Callers and callees")},
        {"callers-none", "shop", kUsual, [](Stage& stage) { stage.showTable(QStringLiteral("Callers and callees")); }},
        {"traces", "shop", kUsual, table("Traces")},
        {"growth", "shop", kUsual, table("Growth")},
        {"generations", "shop", kUsual, table("Generations")},
        {"sizes", "shop", kUsual, table("Sizes")},
        {"lifetimes", "shop", kUsual, table("Lifetimes")},
        {"source", "shop", kUsual, table("Source"), true},
        {"source-none", "shop", kUsual, [](Stage& stage) { stage.showTable(QStringLiteral("Source")); }},
        {"inspector-end", "shop", kUsual, scrollInspector},

        // What is asked of an interval.
        {"change", "shop", kUsual, mode(IntervalMode::Change), true},
        {"still-alive", "shop", kUsual, mode(IntervalMode::StillAlive)},
        {"allocated", "shop", kUsual, mode(IntervalMode::Allocated)},
        {"temporary", "shop", kUsual, mode(IntervalMode::Temporary)},
        {"change-flow", "shop", kUsual,
         [](Stage& stage) { stage.interval(12.5, 20, IntervalMode::Change), stage.showPicture(ExportView::Flow); }},
        {"change-sizes", "shop", kUsual,
         [](Stage& stage) {
             stage.interval(12.5, 20, IntervalMode::Change);
             stage.showTable(QStringLiteral("Sizes"));
         }},

        // Filters, searches, the plot's own tools.
        {"filters", "shop", kUsual, filter},
        {"filter-nothing", "shop", kUsual, edited([](ViewState& state) {
             state.filters = {TraceFilter{TraceFilter::By::Pattern, {}, {}, "there is no such function", false}};
         })},
        {"pinned", "shop", kUsual, pin},
        {"pinned-shares", "shop", kUsual,
         [](Stage& stage) { pin(stage), stage.change([](ViewState& state) { state.plotsShares = true; }); }},
        {"zoomed", "shop", kUsual, zoom, true},
        {"hover-plot", "shop", kUsual, [](Stage& stage) { pin(stage), stage.pointInto("timePlot", 0.45, 0.5); }},
        {"resident-kinds", "shop", kUsual,
         [](Stage& stage) {
             stage.change([](ViewState& state) { state.showsResidentKinds = true; });
             stage.pointInto("timePlot", 0.35, 0.6);
         }},
        {"small-resident-kinds", "shop", kSmall,
         [](Stage& stage) {
             pin(stage);
             stage.change([](ViewState& state) { state.showsResidentKinds = true; });
         }},
        {"search-flame", "shop", kUsual, [](Stage& stage) { stage.type("search", QStringLiteral("order")); }},
        {"search-flow", "shop", kUsual,
         [](Stage& stage) {
             stage.showPicture(ExportView::Flow);
             stage.photograph();
             stage.type("search", QStringLiteral("load"));
         }},
        {"search-over-time", "shop", kUsual,
         [](Stage& stage) {
             stage.showPicture(ExportView::Parts);
             stage.photograph();
             stage.type("search", QStringLiteral("load"));
         }},
        {"search-lines", "shop", kUsual, [](Stage& stage) { stage.type("search", QStringLiteral("json")); }},
        {"search-nothing", "shop", kUsual, [](Stage& stage) { stage.type("search", QStringLiteral("zzz")); }},
        {"search-problem", "shop", kUsual, [](Stage& stage) { stage.type("search", QStringLiteral("/(load/")); }},
        {"search-small", "shop", kSmall, [](Stage& stage) { stage.type("search", QStringLiteral("load")); }},
        {"filter-menu", "shop", kUsual, openFilterMenu},
        {"labels-menu", "labels", kUsual, openLabelMenu},
        {"labels-over-time", "labels", kUsual, byLabel("request"), true},
        {"labels-over-time-shares", "labels", kUsual,
         [](Stage& stage) {
             byLabel("tenant")(stage);
             stage.change([](ViewState& state) { state.parts.isShare = true; });
         }},
        {"labels-traces", "labels", kUsual, selectLabelledTrace, true},
        {"labels-filters", "labels", kUsual, edited([](ViewState& state) {
             TraceFilter request{TraceFilter::By::Label, {}, {}, "request"};
             request.value = "/cart";
             state.filters = {request, TraceFilter{TraceFilter::By::Label, {}, {}, "tenant"}};
         })},
        {"shortcuts", "shop", kUsual, [](Stage& stage) { trigger(stage, "actionKeys"); }},
        {"about", "shop", kUsual, [](Stage& stage) { trigger(stage, "actionAbout"); }},
        {"palette", "shop", kUsual, [](Stage& stage) { trigger(stage, "actionCommands"); }, true},

        // How far it is read, and how it ended.
        {"live", "server", kUsual, {}, true},
        {"live-selected", "server", kUsual, [](Stage& stage) { stage.select(kJoin, kCulprit); }},
        {"live-flow", "server", kUsual, picture(ExportView::Flow)},
        {"live-domain", "server", kUsual, edited([](ViewState& state) { state.domains = DomainSet{Domain::Native}; })},
        {"live-resident", "server", kUsual, picture(ExportView::Resident)},
        {"live-over-time", "server", kUsual,
         [](Stage& stage) {
             stage.showPicture(ExportView::Parts);
             stage.change([](ViewState& state) { state.parts.by = PartsBy::Domain; });
         }},
        {"loading", {}, kUsual, [](Stage& stage) { stage.read(Stage::Reading::Begun); }},
        {"reading", {}, kUsual, [](Stage& stage) { stage.read(Stage::Reading::AtAPart); }},
        {"stopped", {}, kUsual, [](Stage& stage) { stage.read(Stage::Reading::StoppedThere); }},
        {"killed", "killed", kUsual, {}},
        {"empty", "empty", kUsual, {}},
        {"empty-flow", "empty", kUsual, picture(ExportView::Flow)},
        {"empty-over-time", "empty", kUsual, picture(ExportView::Parts)},
        {"before-anything", "shop", kUsual, edited([](ViewState& state) { state.showInstant(Micros(1000)); })},

        // What strains the layout.
        {"names", "names", kUsual, {}, true},
        {"names-flow", "names", kUsual, picture(ExportView::Flow)},
        {"names-over-time", "names", kUsual, picture(ExportView::Parts)},
        {"names-top-down", "names", kUsual, expanded("Top-down", "topDownTree")},
        {"names-selected", "names", kUsual,
         [](Stage& stage) {
             stage.change([&](ViewState& state) {
                 state.selectedLine = LineIndex(0);
                 state.pinnedLines = {LineIndex(0), LineIndex(1), LineIndex(2)};
             });
             stage.showTable(QStringLiteral("Traces"));
         }},
        {"names-filters", "names", kUsual, edited([](ViewState& state) {
             state.filters = {TraceFilter{TraceFilter::By::Line, LineIndex(0), {}, {}, false},
                              TraceFilter{TraceFilter::By::Line, LineIndex(2), {}, {}, true}};
         })},
        {"deep", "deep", kUsual, {}},
        {"deep-flow", "deep", kUsual, picture(ExportView::Flow)},
        {"marks", "marks", kUsual, {}, true},
        {"marks-generations", "marks", kUsual, [](Stage& stage) { stage.showTable(QStringLiteral("Generations")); }},

        // Other sizes.
        {"small-flame", "shop", kSmall, {}, true},
        {"small-flow", "shop", kSmall, picture(ExportView::Flow)},
        {"small-resident", "shop", kSmall, picture(ExportView::Resident)},
        {"small-labels", "labels", kSmall, byLabel("request")},
        {"small-server", "server", kSmall, [](Stage& stage) { stage.showTable(QStringLiteral("Source")); }},
        {"medium-server", "server", kMedium, {}, true},
        {"medium-traces", "server", kMedium, table("Traces")},
        {"small-over-time", "shop", kSmall, picture(ExportView::Parts)},
        {"small-filters", "shop", kSmall, [](Stage& stage) { filter(stage), stage.select(kJoin, kCulprit); }},
        {"small-live", "server", kSmall, {}},
        {"small-names", "names", kSmall, edited([](ViewState& state) { state.selectedLine = LineIndex(0); })},
        {"large-flame", "shop", kLarge, [](Stage& stage) { stage.select(kJoin, kCulprit); }},
        {"large-flow", "shop", kLarge, picture(ExportView::Flow)},
        {"large-over-time", "shop", kLarge, picture(ExportView::Parts)},
    };
}

}  // namespace heapprof::test
