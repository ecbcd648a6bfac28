#include "gui/exporting/export_command.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <algorithm>
#include <exception>
#include <filesystem>

#include "core/state/domains.h"
#include "core/text/text.h"
#include "gui/common/path_text.h"
#include "gui/composition/composition_view.h"
#include "gui/document/instant_query.h"
#include "gui/document/plot_query.h"
#include "gui/document/timeline_reader.h"
#include "gui/exporting/digesting.h"
#include "gui/exporting/exporter.h"
#include "gui/flamegraph/flame_graph_view.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/timeplot/parts_view.h"
#include "gui/timeplot/time_plot.h"
#include "gui/traces/trace_browser.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kCsvSteps = 2000;
constexpr QSize kPlotSize(1200, 700);

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ExportCommand)
};

std::shared_ptr<const Timeline> timelineOf(const std::shared_ptr<Capture>& capture) {
    TimelineReader reader(capture);
    reader.readUpTo(capture->eventsLength());
    return reader.timeline();
}

Instant instantOf(double seconds, Micros end) {
    return seconds <= 0 ? Micros(0) : seconds >= toSeconds(end) ? end : fromSeconds(seconds);
}

std::unique_ptr<InstantView> makeView(ExportView view, ViewStateStore& store) {
    switch (view) {
        case ExportView::Flow:
            return std::make_unique<FlowGraphView>(store);
        case ExportView::Flame:
            return std::make_unique<FlameGraphView>(store);
        case ExportView::Traces:
            return std::make_unique<TraceBrowser>(store);
        case ExportView::Parts:
            return std::make_unique<PartsView>(store);
        case ExportView::Resident:
            return std::make_unique<CompositionView>(store);
        case ExportView::Time:
            break;
    }
    return nullptr;
}

QString exportTime(const ExportCommand& command, ExportFormat format, const PlotRequest& request, ViewStateStore& store,
                   std::shared_ptr<const InstantResult> instant, const QString& title) {
    PlotQuery query;
    if (format == ExportFormat::Csv) {
        const auto plot = query.compute(request, {});
        const auto steps = plot ? plot->total : std::vector<TotalStep>();
        return exportTotal(command.output, steps, request.recording.metadata().wallStart, command.measure);
    }
    TimePlot plot(store);
    const QSize size = command.size.value_or(kPlotSize);
    plot.resize(size);
    plot.showResult(query.compute(request, {}));
    plot.showInstant(std::move(instant));
    return exportPicture(command.output, format, {size, 1, title, [&](QPainter& painter, const QSizeF& page) {
                                                      plot.drawPage(painter, page);
                                                  }});
}

QString exportView(const ExportCommand& command, ExportView which, ExportFormat format, ViewStateStore& store,
                   std::shared_ptr<const InstantResult> instant, const QString& title) {
    const std::unique_ptr<InstantView> view = makeView(which, store);
    view->resize(command.size.value_or(kPlotSize));
    view->showResult(std::move(instant));
    if (view->isBusy()) {
        QEventLoop loop;
        QObject::connect(view.get(), &InstantView::settled, &loop, &QEventLoop::quit);
        if (view->isBusy()) loop.exec();
    }
    if (const QString problem = view->problem(); !problem.isEmpty()) return problem;
    const QSizeF size = command.size ? QSizeF(*command.size) : view->pageSize();
    return exportPicture(command.output, format, {size, 1, title, [&](QPainter& painter, const QSizeF& page) {
                                                      view->drawPage(painter, page);
                                                  }});
}

}  // namespace

int runExportCommand(const ExportCommand& command) {
    const auto format = exportFormatOf(command.output);
    if (!format)
        return fail(Words::tr("%1: no format has this extension; use %2")
                        .arg(command.output, allExtensions().join(QStringLiteral(", "))),
                    2);
    const ExportView view = command.view.value_or(defaultViewOf(*format));
    const auto possible = formatsOf(view);
    if (std::find(possible.begin(), possible.end(), *format) == possible.end())
        return fail(Words::tr("the %1 view cannot be exported as %2").arg(nameOf(view), extensionOf(*format)), 2);

    try {
        const auto capture = Capture::open(pathOf(command.capture));
        const DomainSet domains = command.domains.value_or(DomainSet::all());
        const DomainSet recorded = capture->info()->metadata.domains;
        if (command.domains && !recorded.includes(domains))
            return fail(Words::tr("%1 was not recorded: this capture holds %2")
                            .arg(QString::fromStdString(namesOf(command.domains->without(recorded))),
                                 QString::fromStdString(namesOf(recorded))),
                        2);
        const Recording recording = digested(capture);
        const Micros end = recording.end();
        ViewStateStore store;
        store.adjust([&](ViewState& state) {
            state.domains = domains;
            state.measure = command.measure;
            state.showInstant(command.at
                                  ? instantOf(*command.at, end)
                                  : peakOf(recording, tracesOf(recording, domains), {}, command.measure).instant);
            if (command.compare) state.showInterval(instantOf(*command.compare, end), state.time);
        });
        const ViewState& state = store.state();
        InstantQuery query;
        const auto instant = query.compute(
            {recording, InstantQuestion::of(state), view == ExportView::Resident ? timelineOf(capture) : nullptr});
        const QString title = exportTitle(QString::fromStdString(printable(capture->filebase().filename().string())),
                                          Counted::of(state), recording);
        QString problem;
        if (view == ExportView::Time) {
            const PlotRange range{{},
                                  *format == ExportFormat::Csv
                                      ? kCsvSteps
                                      : static_cast<std::size_t>(command.size.value_or(kPlotSize).width())};
            const auto timeline = isPicture(*format) ? timelineOf(capture) : nullptr;
            problem = exportTime(command, *format, {recording, nullptr, timeline, range, {}, {}, Counted::of(state)},
                                 store, instant, title);
        } else if (!instant) {
            problem = Words::tr("the capture holds no events: there is nothing to export");
        } else if (view == ExportView::Resident && !compositionOf(*instant)) {
            problem = Words::tr("the capture does not tell what resident memory consists of");
        } else if (isPicture(*format)) {
            problem = exportView(command, view, *format, store, instant, title);
        } else if (view == ExportView::Resident) {
            problem = exportComposition(command.output, *instant);
        } else {
            problem = exportInstant(command.output, *format, *instant, state.flow, title);
        }
        return problem.isEmpty() ? 0 : fail(problem);
    } catch (const std::exception& error) {
        return fail(fromCore(error.what()));
    }
}

}  // namespace heapprof::gui
