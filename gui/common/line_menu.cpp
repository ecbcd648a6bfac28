#include "gui/common/line_menu.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>
#include <QPointer>
#include <QStatusTipEvent>
#include <utility>

#include "core/text/text.h"
#include "core/traces/frame_grouping.h"
#include "gui/common/filter_texts.h"
#include "gui/common/latest_task.h"
#include "gui/source/editor.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LineMenu)
};

/// What a filter can be made of.
std::vector<TraceFilter> filtersOf(const TraceTable& traces, LineIndex line) {
    std::vector<TraceFilter> filters{{TraceFilter::By::Line, line, {}, {}, false}};
    std::vector<FunctionIndex> functions;  // a line may belong to several
    for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
        if (traces.lineOf(FrameIndex(i)) != line) continue;
        const FunctionIndex function = traces.frame(FrameIndex(i)).function;
        const std::string& name = traces.string(traces.function(function).name);
        if (name.empty() || std::find(functions.begin(), functions.end(), function) != functions.end()) continue;
        functions.push_back(function);
        filters.push_back({TraceFilter::By::Function, {}, function, name, false});
    }
    if (const std::string& file = traces.file(line); !file.empty()) {
        filters.push_back({TraceFilter::By::File, {}, {}, file, false});
        filters.push_back({TraceFilter::By::Module, {}, {}, std::string(moduleOf(file).name), false});
    }
    return filters;
}

/// Also of a pane that floats.
QWidget* mainWindowOf(QMenu& menu) {
    QWidget* widget = menu.parentWidget();
    while (widget->parentWidget()) widget = widget->parentWidget();
    return widget;
}

/// The file may lie on a disk that does not answer. What went wrong is said in the window's status bar.
void openEditor(QPointer<QWidget> window, const SourceQuery& source, std::uint32_t line) {
    readingThreads().start([window = std::move(window), source, line] {
        const QString problem = openInEditor(source, line);
        if (problem.isEmpty()) return;
        QMetaObject::invokeMethod(qApp, [window, problem] {
            QStatusTipEvent tip(problem);
            if (window) QCoreApplication::sendEvent(window, &tip);
        });
    });
}

/// The selected line, if it is one of the capture.
std::optional<LineIndex> lineIn(const ViewState& state, const TraceTable& traces) {
    if (!state.selectedLine || state.selectedLine->value >= traces.lineCount()) return std::nullopt;
    return state.selectedLine;
}

QAction* addFilter(QMenu& menu, ViewStateStore& store, TraceFilter filter, bool isExcluded, QString title) {
    filter.isExcluded = isExcluded;
    QAction* action = menu.addAction(title.replace(u'&', QStringLiteral("&&")));
    QObject::connect(action, &QAction::triggered, &store,
                     [&store, filter] { store.change([&filter](ViewState& state) { addFilter(state, filter); }); });
    return action;
}

void addPlot(QMenu& menu, ViewStateStore& store) {
    QAction* plot = menu.addAction(store.state().isSelectedLinePinned() ? Words::tr("Remove from &Plot")
                                                                        : Words::tr("&Plot This Line"));
    plot->setObjectName(QStringLiteral("linePlot"));
    QObject::connect(plot, &QAction::triggered, &store, [&store] { store.change(togglePinOfSelectedLine); });
}

/// What can be done with the place in the source.
void addPlace(QMenu& menu, const CaptureInfo& info, LineIndex line) {
    QAction* copy = menu.addAction(Words::tr("&Copy Place"));
    copy->setObjectName(QStringLiteral("lineCopy"));
    QObject::connect(copy, &QAction::triggered, &menu, [text = lineText(*info.traces, line)] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(text));
    });
    QAction* edit = menu.addAction(Words::tr("Open in &Editor"));
    edit->setObjectName(QStringLiteral("lineEdit"));
    edit->setEnabled(isSourceFile(info.traces->file(line)));
    QObject::connect(edit, &QAction::triggered, &menu,
                     [window = QPointer(mainWindowOf(menu)), source = sourceQueryOf(info, info.traces->file(line)),
                      number = info.traces->line(line).line] { openEditor(window, source, number); });
}

/// Cuts the line's module out of the stacks.
void addHidingOfModule(QMenu& menu, ViewStateStore& store, const std::string& file) {
    if (file.empty()) return;
    const std::string module(moduleOf(file).name);
    QString title = Words::tr("Hide &Frames of module %1").arg(QString::fromStdString(printable(module)));
    QAction* action = menu.addAction(title);
    action->setObjectName(QStringLiteral("lineHideFrames"));
    QObject::connect(action, &QAction::triggered, &store, [&store, module] {
        store.change([&](ViewState& state) {
            std::vector<std::string>& modules = state.tree.hidden.modules;
            if (std::ranges::find(modules, module) == modules.end()) modules.push_back(module);
        });
    });
}

}  // namespace

void clearMenu(QMenu& menu) {
    qDeleteAll(menu.findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly));
    menu.clear();
}

void addLineFilters(QMenu& menu, ViewStateStore& store, const CaptureInfo& info) {
    const TraceTable& traces = *info.traces;
    const auto line = lineIn(store.state(), traces);
    if (!line) return;
    for (const bool areExcluded : {false, true}) {
        QMenu* filters =
            menu.addMenu(areExcluded ? Words::tr("&Hide Stacks Through") : Words::tr("&Only Stacks Through"));
        filters->setObjectName(areExcluded ? QStringLiteral("lineHide") : QStringLiteral("lineOnly"));
        for (const TraceFilter& filter : filtersOf(traces, *line))
            addFilter(*filters, store, filter, areExcluded, nameOf(filter, traces))
                ->setObjectName(QStringLiteral("%1-%2").arg(filters->objectName()).arg(static_cast<int>(filter.by)));
    }
    addHidingOfModule(menu, store, traces.file(*line));
}

void addLineCommands(QMenu& menu, ViewStateStore& store, const CaptureInfo& info) {
    const auto line = lineIn(store.state(), *info.traces);
    if (!line) return;
    addPlot(menu, store);
    addPlace(menu, info, *line);
}

void addLineActions(QMenu& menu, ViewStateStore& store, const CaptureInfo& info) {
    const auto line = lineIn(store.state(), *info.traces);
    if (!line) return;
    addPlot(menu, store);
    menu.addSeparator();
    addLineFilters(menu, store, info);
    menu.addSeparator();
    addPlace(menu, info, *line);
}

void addFilterActions(QMenu& menu, ViewStateStore& store, TraceFilter filter, const TraceTable& traces) {
    for (const bool isExcluded : {false, true}) {
        filter.isExcluded = isExcluded;
        addFilter(menu, store, filter, isExcluded, textOf(filter, traces))
            ->setObjectName(isExcluded ? QStringLiteral("filterHide") : QStringLiteral("filterOnly"));
    }
}

}  // namespace heapprof::gui
