// A window that is asked by its controls, and a capture of a program that grows.
#pragma once

#include <QTest>
#include <QToolButton>

#include "gui/inspector/inspector.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/headline.h"
#include "gui/window/view_area.h"
#include "tests/gui/recorded_capture.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::test {

/// What tests of the window's questions have in common; each test function has a window of its own.
class WindowTest : public QObject {
protected:
    static constexpr int kPatience = 30000;

    static QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

    /// Settings, and the capture "program".
    void prepare() {
        prepareWindows(m_folder);
        RecordedCapture capture(m_folder / "program");
        capture.grow(20'000, Micros(20'000'000));
        capture.end();
    }
    void makeWindow() {
        m_window = freshWindow({1400, 900});
        QVERIFY(m_window);
    }
    template <typename Widget>
    Widget* find(const char* name) const {
        auto* widget = m_window->findChild<Widget*>(QLatin1String(name));
        if (!widget) qFatal("no %s", name);
        return widget;
    }
    const gui::Headline& headline() const { return m_window->views().headline(); }
    void click(const char* button) const { QTest::mouseClick(find<QToolButton>(button), Qt::LeftButton); }
    void settle() const {
        const auto isSettled = [&] {
            const auto& result = m_window->views().result();
            return !m_window->queries().isBusy() && result && result->isOf(m_window->store().state());
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    }
    void open(const std::filesystem::path& filebase) {
        m_window->open(text(filebase.string()));
        const QString name = text(filebase.filename().string());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->name() == name &&
                                     m_window->document()->state() == gui::Document::State::Complete,
                                 kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->store().state().time.has_value(), kPatience);
        settle();
    }
    void select(LineIndex line) {
        m_window->store().change([line](gui::ViewState& state) { state.selectedLine = line; });
        const gui::Inspector& inspector = m_window->views().inspector();
        QTRY_VERIFY_WITH_TIMEOUT(!inspector.isBusy() && inspector.facts() && inspector.facts()->line == line,
                                 kPatience);
    }

    TemporaryFolder m_folder;
    std::unique_ptr<gui::MainWindow> m_window;
};

}  // namespace heapprof::test
