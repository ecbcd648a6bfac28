#include "tests/pictures/stage.h"

#include <QApplication>
#include <QLabel>
#include <QPainter>
#include <QTabBar>
#include <QTabWidget>

#include "gui/common/elided_label.h"
#include "gui/common/instant_view.h"
#include "gui/common/latest_task.h"
#include "gui/summary/summary_page.h"
#include "tests/gui/window_test.h"
#include "tests/pictures/waiting_disk.h"

namespace heapprof::test {
namespace {

constexpr int kPatience = 30000;  // ms
constexpr int kQuiet = 200;       // ms: longer than overlays and smooth curves wait

using State = gui::Document::State;

void paintOver(QPainter& painter, QWidget& widget, const QWidget& window) {
    painter.drawPixmap(widget.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()), widget.grab());
}

}  // namespace

/// Who waits for the disk could not be joined.
Stage::~Stage() { waitingDisk::open(); }

void Stage::await(const char* what, const std::function<bool()>& condition) {
    if (!QTest::qWaitFor(condition, kPatience)) qFatal("not within %d s: %s", kPatience / 1000, what);
}

void Stage::makeWindow(QSize size) {
    m_window.reset();
    m_window = freshWindow(size);
    if (!m_window) qFatal("no window");
    m_program.clear();
    m_size = size;
}

void Stage::prepare(const std::string& program, QSize size) {
    m_isHeld = false;
    waitingDisk::open();
    if (!m_isSpoilt && program == m_program && size == m_size) {
        m_window->store().change([this](gui::ViewState& state) { state = m_first; });
        showPicture(gui::ExportView::Flame);
        find<QTabWidget>("traceTabs").setCurrentIndex(0);
        return;
    }
    m_isSpoilt = false;
    makeWindow(size);
    if (!program.empty()) open(program);
    m_first = m_window->store().state();
}

void Stage::open(const std::string& program) {
    beginToOpen(program);
    await("an open capture", [this] {
        return m_window->document() &&
               (m_window->document()->state() == State::Complete || m_window->document()->isLive());
    });
    m_program = program;
    settle();
}

QString Stage::fileOf(const std::string& program) const {
    return QString::fromStdString((m_programs / program).string() + ".hpm");
}

void Stage::beginToOpen(const std::string& program) { m_window->open(fileOf(program)); }

void Stage::read(Reading reading) {
    spoil();
    std::filesystem::remove(m_programs / "long.hpc");
    // The file's head, and of every segment its contents and its place in the head.
    waitingDisk::letThrough("long.hpc", reading == Reading::Begun ? 1 : 3);
    beginToOpen("long");
    await("a disk that waits", [] { return waitingDisk::isWaiting(); });
    await("a curve", [this] { return m_window->views().timePlot().result() != nullptr; });
    if (reading != Reading::Begun) {
        await("a part", [this] { return m_window->views().result() != nullptr; });
        change([](gui::ViewState& state) { state.showInstant(Micros(5'000'000)); });
    }
    settle();
    if (reading == Reading::StoppedThere) {
        click("cancelReading");
        waitingDisk::open();
        await("an end", [this] { return m_window->document()->state() == State::Stopped; });
        return;
    }
    // How fast reading is differs.
    find<gui::ElidedLabel>("progressText").setText(QStringLiteral("8.20 M events/s \u00B7 1 s left"));
    m_isHeld = true;
}

const char* Stage::unrest() const {
    auto& views = m_window->views();
    const auto& result = views.result();
    if (m_window->queries().isBusy()) return "queries are busy";
    if (result && !result->isOf(m_window->store().state())) return "a result is still to come";
    if (views.isStale()) return "the views show another instant";
    for (const auto which : {gui::ExportView::Flow, gui::ExportView::Flame, gui::ExportView::Parts,
                             gui::ExportView::Resident, gui::ExportView::Traces}) {
        const gui::InstantView& view = *views.view(which);
        if (view.isVisible() && (view.isBusy() || view.outdated())) return "a view is being prepared";
    }
    if (views.inspector().isBusy()) return "the inspector is busy";
    if (views.summary().isBusy()) return "the summary is busy";
    return gui::workThreads().activeThreadCount() == 0 ? nullptr : "work in the background";
}

void Stage::settle() {
    do {
        if (!QTest::qWaitFor([this] { return !unrest(); }, kPatience)) qFatal("no rest: %s", unrest());
        QTest::qWait(kQuiet);
    } while (unrest());
}

QImage Stage::photograph() {
    if (!m_isHeld) settle();
    return snapshot();
}

QImage Stage::snapshot() {
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    QImage image = m_window->grab().toImage().convertToFormat(QImage::Format_RGB32);
    QPainter painter(&image);
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (widget->isVisible() && widget != m_window.get()) paintOver(painter, *widget, *m_window);
    return image;
}

void Stage::showTable(const QString& title) {
    m_window->views().showTable(title);
    if (m_window->views().table() != title) qFatal("no table %s", qPrintable(title));
}

void Stage::click(const char* button) { find<QAbstractButton>(button).click(); }

void Stage::type(const char* field, const QString& text) {
    spoil();
    auto& line = find<QLineEdit>(field);
    line.setFocus();
    line.setText(text);
}

void Stage::pointInto(const char* widget, double x, double y) {
    spoil();
    settle();
    auto& target = find<QWidget>(widget);
    QTest::mouseMove(&target, QPoint(qRound(target.width() * x), qRound(target.height() * y)));
}

LineIndex Stage::line(const std::string& file, std::uint32_t number) {
    const TraceTable& traces = m_window->document()->status().recording.traces();
    for (std::uint32_t i = 0; i < traces.lineCount(); ++i)
        if (traces.file(LineIndex(i)) == file && (number == 0 || traces.line(LineIndex(i)).line == number))
            return LineIndex(i);
    qFatal("no line %s:%u", file.c_str(), number);
}

void Stage::select(const std::string& file, std::uint32_t number) {
    change([line = line(file, number)](gui::ViewState& state) { state.selectedLine = line; });
}

void Stage::interval(double fromSeconds, double toSeconds, gui::IntervalMode mode) {
    change([=](gui::ViewState& state) {
        state.mode = mode;
        state.showInterval(Micros(std::llround(fromSeconds * 1e6)), Micros(std::llround(toSeconds * 1e6)));
    });
}

}  // namespace heapprof::test
