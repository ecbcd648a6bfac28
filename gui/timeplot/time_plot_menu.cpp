// What the time plot offers at a place in it.
#include <QContextMenuEvent>
#include <QMenu>
#include <algorithm>

#include "core/text/text.h"
#include "gui/timeplot/mark_hits.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

QString text(Micros time) { return QString::fromStdString(formatTime(time)); }

}  // namespace

void TimePlot::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_result) return QWidget::contextMenuEvent(event);
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const QRectF& area = m_plot.frame.plotArea;
    const QPointF at =
        isByKey ? QPointF(std::clamp(xOf(cursorTime()), area.left(), area.right()), area.center().y()) : event->pos();
    hideHover();
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("plotMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    offer(*menu, at);
    menu->popup(isByKey ? mapToGlobal(at.toPoint()) : event->globalPos());
}

void TimePlot::offer(QMenu& menu, const QPointF& at) {
    const auto add = [&](const char* name, const QString& title, auto&& run) {
        QAction* action = menu.addAction(title);
        action->setObjectName(QLatin1String(name));
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    const Micros time = timeAt(at.x());
    add("plotInstant", tr("Show &Instant %1").arg(text(time)),
        [this, time] { m_store.change([&](ViewState& state) { state.moveTo(time); }); });
    add("plotInterval", tr("&Other End of the Interval at %1").arg(text(time)),
        [this, time] { m_store.change([&](ViewState& state) { state.showInterval(time, state.time); }); });
    if (const auto hit = markAt(m_plot, at, plotFont(font())); hit && hit->end)
        add("plotPhase", tr("The &Phase from %1 to %2").arg(text(hit->begin), text(*hit->end)),
            [this, hit = *hit] { m_store.change([&](ViewState& state) { state.showInterval(hit.begin, *hit.end); }); });
    menu.addSeparator();
    if (const auto& other = m_store.state().compareTime) {
        const Micros cursor = cursorTime();
        const auto [begin, end] = std::minmax(other->time, cursor);
        add("plotZoom", tr("&Zoom to the Interval"), [this, begin = begin, end = end] {
            showSpan(static_cast<double>(begin.count), static_cast<double>(end.count));
        });
    }
    add("plotFit", tr("Show &All of the Time"), [this] { fit(); })->setEnabled(!m_fits);
    const auto addSwitch = [&](PlotSwitch::Of of, const char* name, const QString& title, bool isOn) {
        if (!hasSwitch(of)) return;
        QAction* action = add(name, title, [this, of] { toggle(of); });
        action->setCheckable(true);
        action->setChecked(isOn);
    };
    addSwitch(PlotSwitch::Of::Resident, "plotResident", tr("&Resident Memory"), m_store.state().showsResident);
    addSwitch(PlotSwitch::Of::Kinds, "plotResidentKinds", tr("&Kinds of Resident Memory"), showsKinds());
    menu.addSeparator();
    menu.addActions(actions());
}

}  // namespace heapprof::gui
