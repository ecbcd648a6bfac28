// A time plot over made results, driven as a user drives it.
#pragma once

#include <QApplication>
#include <QMouseEvent>
#include <QTest>
#include <QWheelEvent>
#include <memory>
#include <optional>

#include "gui/timeplot/time_plot.h"

namespace heapprof::gui::test {

inline constexpr Micros kEnd(100'000'000);

inline std::shared_ptr<const PlotResult> made(PlotRange range = {}, std::size_t lines = 0) {
    auto traces = std::make_shared<TraceTableBuilder>();
    const FunctionIndex function =
        traces->internFunction({traces->internString("/srv/<b>app</b>.py"), traces->internString("f"), 1});
    for (std::uint32_t line = 1; line <= 5; ++line) traces->internFrame({function, line});
    auto info = std::make_shared<CaptureInfo>();
    info->traces = traces;
    auto result = std::make_shared<PlotResult>();
    result->info = info;
    result->last = kEnd;
    result->begin = range.span ? range.span->begin : Micros(0);
    result->end = range.span ? range.span->end : kEnd;
    const std::int64_t span = (result->end - result->begin).count;
    const auto steps = static_cast<std::int64_t>(range.steps);
    for (std::int64_t i = 0; i < steps; ++i) {
        const Micros begin = result->begin + Micros(span * i / steps),
                     end = result->begin + Micros(span * (i + 1) / steps);
        const std::int64_t bytes =
            (begin.count > 40'000'000 && begin.count < 60'000'000 ? 3'000'000 : 1'000'000) + begin.count / 1000;
        result->total.push_back({begin, end, bytes - 1000, bytes, bytes, 0});
    }
    result->peak = Peak{Micros(59'999'999), 3'060'000};
    for (std::size_t i = 0; i < lines; ++i) {
        PlotResult::Line line{LineIndex(static_cast<std::uint32_t>(i)), {}, {}};
        for (const TotalStep& step : result->total) {
            line.amounts.push_back(step.max / static_cast<std::int64_t>(i + 2));
            line.share.push_back(1.0 / static_cast<double>(i + 2));
        }
        result->lines.push_back(std::move(line));
    }
    return result;
}

inline std::shared_ptr<const PlotResult> withMarks() {
    Timeline timeline;
    for (int second = 0; second < 100; ++second)
        timeline.resident.push_back({Micros(second * 1'000'000), 5'000'000 + second * 40'000});
    timeline.instants = {{Micros(50'000'000), "loaded <b>"}};
    timeline.phases = {{Micros(40'000'000), Micros(60'000'000), "train", 0}, {Micros(80'000'000), {}, "serve", 0}};
    timeline.pauses = {{Micros(70'000'000), Micros(75'000'000)}};
    timeline.switches = {{Micros(15'000'000), "everything recorded"}};
    timeline.collections = {{Micros(30'000'000), Micros(12'000), 2}};
    for (int i = 0; i < 40; ++i) timeline.collections.push_back({Micros(35'000'000 + i), Micros(10), 0});
    timeline.losses = {{Micros(95'000'000), 17}};
    timeline.reserved = {{Micros(20'000'000), std::int64_t{3} << 30}, {Micros(65'000'000), 1 << 30}};
    auto result = std::make_shared<PlotResult>(*made());
    result->marks = plotMarks(timeline, result->begin, result->end, result->total.size());
    return result;
}

inline QStringList words(const char* text) { return QString::fromUtf8(text).split(u'|'); }

/// What tests of the plot have in common; each test function has a plot of its own.
class TimePlotStage : public QObject {
protected:
    void makePlot() {
        m_store = std::make_unique<ViewStateStore>();
        m_plot = std::make_unique<TimePlot>(*m_store);
        m_plot->resize(800, 300);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_asked.reset();
        connect(m_plot.get(), &TimePlot::rangeWanted, this, [this](const PlotRange& range) { m_asked = range; });
        m_plot->showResult(made());
    }
    void dropPlot() {
        m_plot.reset();
        m_store.reset();
    }
    QPoint pointAt(Micros time) const {
        return QPoint(qRound(m_plot->xOf(time)), qRound(m_plot->frame().plotArea.center().y()));
    }
    void hover(QPoint at) {
        QMouseEvent move(QEvent::MouseMove, at, m_plot->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(m_plot.get(), &move);
    }
    void wheel(QPoint at, int turn) {
        QWheelEvent event(at, m_plot->mapToGlobal(at), {}, {0, turn}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(m_plot.get(), &event);
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(m_plot.get(), Qt::LeftButton, modifiers, from);
        for (int i = 1; i <= 5; ++i) {
            const QPoint at = from + (to - from) * i / 5;
            QMouseEvent move(QEvent::MouseMove, at, m_plot->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, modifiers);
            QApplication::sendEvent(m_plot.get(), &move);
        }
        QTest::mouseRelease(m_plot.get(), Qt::LeftButton, modifiers, to);
    }
    void doubleClick(QPoint at) {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(m_plot.get(), Qt::LeftButton, {}, at);
    }

    std::unique_ptr<ViewStateStore> m_store;
    std::unique_ptr<TimePlot> m_plot;
    std::optional<PlotRange> m_asked;
};

}  // namespace heapprof::gui::test
