// What the mouse and the keyboard do in the time plot.
#include <QApplication>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "gui/timeplot/mark_hits.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

constexpr double kKeyStep = 1, kBigKeyStep = 20;  // pixels
constexpr double kHandleReach = 4;

}  // namespace

void TimePlot::wheelEvent(QWheelEvent* event) {
    if (const QPoint turn = event->angleDelta(); std::abs(turn.x()) > std::abs(turn.y())) {
        const double shift = -turn.x() / 1200.0 * static_cast<double>((m_end - m_begin).count);
        showSpan(static_cast<double>(m_begin.count) + shift, static_cast<double>(m_end.count) + shift);
    } else {
        zoom(std::pow(1.25, turn.y() / 120.0), event->position().x());
    }
    event->accept();
}

std::optional<TimePlot::Handle> TimePlot::handleAt(const QPointF& position) const {
    const ViewState& state = m_store.state();
    const auto isNear = [&](const std::optional<Instant>& instant) {
        return instant && std::abs(xOf(instant->time) - position.x()) <= kHandleReach;
    };
    if (!m_plot.frame.plotArea.contains(position)) return std::nullopt;
    if (isNear(state.time)) return Handle::Time;
    if (isNear(state.compareTime)) return Handle::CompareTime;
    return std::nullopt;
}

void TimePlot::mousePressEvent(QMouseEvent* event) {
    const bool isPan = event->button() == Qt::MiddleButton ||
                       (event->button() == Qt::LeftButton && event->modifiers() & Qt::ControlModifier);
    if ((event->button() != Qt::LeftButton && !isPan) || !m_result) return QWidget::mousePressEvent(event);
    if (!isPan && clickLegend(event->position())) return;
    m_pressed = event->position();
    m_pressedVisible = visible();
    m_pressedTime = timeAt(m_pressed.x());
    m_grabbed = handleAt(m_pressed);
    m_drag = isPan ? Drag::PendingPan : event->modifiers() & Qt::ShiftModifier ? Drag::PendingCompare : Drag::Pending;
    m_isIntervalBegun = false;
}

void TimePlot::mouseMoveEvent(QMouseEvent* event) {
    const QPointF delta = event->position() - m_pressed;
    if (m_drag != Drag::None && delta.manhattanLength() >= QApplication::startDragDistance()) {
        if (m_drag == Drag::PendingPan) {
            m_drag = Drag::Pan;
            setCursor(Qt::ClosedHandCursor);
        } else if (m_drag != Drag::Pan) {
            m_drag = Drag::Interval;
            hideHover();
        }
    }
    if (m_drag == Drag::Pan) {
        const auto span = static_cast<double>((m_pressedVisible.end - m_pressedVisible.begin).count);
        const double begin =
            static_cast<double>(m_pressedVisible.begin.count) - delta.x() / m_plot.frame.plotArea.width() * span;
        showSpan(begin, begin + span);
    } else if (m_drag == Drag::Interval) {
        dragTo(timeAt(event->position().x()));
    } else if (m_drag == Drag::None) {
        if (handleAt(event->position()))
            setCursor(Qt::SplitHCursor);
        else if (markAt(m_plot, event->position(), plotFont(font())))
            setCursor(Qt::PointingHandCursor);
        else
            unsetCursor();
        updateHover(event->position());
    }
}

/// Moves what was grabbed; else makes an interval that begins where the mouse was pressed. The whole drag is one step
/// of the history.
void TimePlot::dragTo(Micros time) {
    const auto edit = [&](ViewState& state) {
        if (m_grabbed == Handle::CompareTime)
            state.showInterval(time, state.time);
        else if (m_grabbed)
            state.moveTo(time);
        else
            state.showInterval(m_pressedTime, time);
    };
    if (std::exchange(m_isIntervalBegun, true))
        m_store.adjust(edit);
    else
        m_store.change(edit);
}

void TimePlot::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return;
    const Drag drag = std::exchange(m_drag, Drag::None);
    unsetCursor();
    const auto hit = markAt(m_plot, m_pressed, plotFont(font()));
    const Instant time = isOnPeak(m_pressed) ? m_result->peak->instant
                         : hit               ? Instant(hit->begin)
                                             : Instant(timeAt(m_pressed.x()));
    const ViewState before = m_store.state();
    if (drag == Drag::Pending)
        m_store.change([&](ViewState& state) {
            if (hit && hit->end)
                state.showInterval(hit->begin, *hit->end);
            else
                state.moveTo(time);
        });
    m_hasClickMadeStep = drag == Drag::Pending && m_store.state() != before;
    if (drag == Drag::PendingCompare) m_store.change([&](ViewState& state) { state.showInterval(time, state.time); });
}

void TimePlot::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    // The click it began with was not meant to choose a time.
    if (std::exchange(m_hasClickMadeStep, false)) m_store.back();
    fit();
}

void TimePlot::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    hideHover();
}

void TimePlot::keyPressEvent(QKeyEvent* event) {
    if (!m_result) return QWidget::keyPressEvent(event);
    const bool isCompared = event->modifiers() & Qt::ShiftModifier;
    const double step = event->modifiers() & Qt::ControlModifier ? kBigKeyStep : kKeyStep;
    const QRectF& area = m_plot.frame.plotArea;
    const double shift = static_cast<double>((m_end - m_begin).count) / 2;
    switch (event->key()) {
        case Qt::Key_Left:
            return moveCursor(-step, isCompared);
        case Qt::Key_Right:
            return moveCursor(step, isCompared);
        case Qt::Key_Home:
            return m_store.change([](ViewState& state) { state.moveTo(Instant(Micros(0))); });
        case Qt::Key_End:
            return m_store.change([](ViewState& state) { state.moveTo(std::nullopt); });
        case Qt::Key_PageUp:
            return showSpan(static_cast<double>(m_begin.count) - shift, static_cast<double>(m_end.count) - shift);
        case Qt::Key_PageDown:
            return showSpan(static_cast<double>(m_begin.count) + shift, static_cast<double>(m_end.count) + shift);
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(1.5, std::clamp(xOf(cursorTime()), area.left(), area.right()));
        case Qt::Key_Minus:
            return zoom(1 / 1.5, std::clamp(xOf(cursorTime()), area.left(), area.right()));
        case Qt::Key_0:
            return fit();
        case Qt::Key_BracketLeft:
        case Qt::Key_BracketRight:
            if (const auto mark = nextMark(m_plot, cursorTime(), event->key() == Qt::Key_BracketRight))
                m_store.change([&](ViewState& state) { state.moveTo(*mark); });
            return;
        case Qt::Key_Escape:
            if (m_store.leaveSearch()) return;
            if (!m_store.state().compareTime) return QWidget::keyPressEvent(event);
            return m_store.change([](ViewState& state) { state.leaveInterval(); });
        case Qt::Key_R:
            return toggle(isCompared ? PlotSwitch::Of::Kinds : PlotSwitch::Of::Resident);
        default:
            QWidget::keyPressEvent(event);
    }
}

bool TimePlot::isOnPeak(const QPointF& position) const {
    return m_plot.peak && (peakDot(m_plot).contains(position) || peakLabel(m_plot, font()).contains(position));
}

Micros TimePlot::cursorTime() const {
    if (const auto& time = m_store.state().time) return time->time;
    return m_instant ? m_instant->snapshot().time.time : m_result ? m_result->last : Micros(0);
}

void TimePlot::moveCursor(double pixels, bool isCompared) {
    const ViewState& state = m_store.state();
    const Micros from = isCompared && state.compareTime ? state.compareTime->time : cursorTime();
    const double width = m_plot.frame.plotArea.width();
    const double step = std::max(1.0, static_cast<double>((m_end - m_begin).count) / width);
    const auto to = std::clamp<std::int64_t>(from.count + std::llround(pixels * step), 0, m_result->last.count);
    m_store.change([&](ViewState& next) {
        if (isCompared)
            next.showInterval(Micros(to), next.time);
        else
            next.moveTo(Micros(to));
    });
}

/// Kinds are those of resident memory that is shown.
void TimePlot::toggle(PlotSwitch::Of of) {
    if (!hasSwitch(of)) return;
    const bool isOn = of == PlotSwitch::Of::Kinds ? showsKinds() : m_store.state().showsResident;
    m_store.change([&](ViewState& state) {
        if (of == PlotSwitch::Of::Kinds) state.showsResidentKinds = !isOn;
        state.showsResident = of == PlotSwitch::Of::Kinds || !isOn;
    });
}

bool TimePlot::clickLegend(const QPointF& position) {
    for (const PlotSwitch& entry : m_plot.switches)
        if (entry.area.contains(position)) {
            toggle(entry.of);
            return true;
        }
    for (std::size_t i = 0; i < m_plot.legend.size(); ++i) {
        const LineIndex line = m_result->lines[i].line;
        if (m_plot.legend[i].remove.contains(position)) {
            m_store.change([&](ViewState& state) { std::erase(state.pinnedLines, line); });
            return true;
        }
        if (m_plot.legend[i].area.contains(position)) {
            m_store.change([&](ViewState& state) { state.selectedLine = line; });
            return true;
        }
    }
    return false;
}

}  // namespace heapprof::gui
