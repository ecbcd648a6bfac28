// The real window, over captures of the first version.
#pragma once

#include <QLabel>
#include <QTest>
#include <filesystem>
#include <memory>

#include "gui/timeplot/time_plot.h"
#include "gui/window/view_area.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::gui::test {

using namespace heapprof::test;
inline constexpr int kPatience = 30000;
inline constexpr int kNarrow = 500;  // pixels

inline QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

template <typename Widget>
Widget* find(const MainWindow& window, const char* name) {
    auto* widget = window.findChild<Widget*>(QLatin1String(name));
    if (!widget) qFatal("no %s", name);
    return widget;
}

inline QString bannerText(const MainWindow& window) {
    const auto* banner = find<QWidget>(window, "banner");
    return banner->isVisible() ? find<QLabel>(window, "bannerText")->text() : QString();
}

/// What tests of the window have in common; each test function has a window of its own.
class CaptureWindow : public QObject {
protected:
    void prepare() {
        prepareWindows(m_folder);
        m_spike = text(copyOfV1(m_folder, "c_spike_all"));
    }
    void makeWindow() {
        m_window = freshWindow();
        QVERIFY(m_window);
    }
    void waitForEnd() {
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->state() == Document::State::Complete &&
                                     !m_window->queries().isBusy(),
                                 kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result() && m_window->views().timePlot().result(), kPatience);
    }
    void open(const QString& file) {
        const QString name = file.section(u'/', -1);
        m_window->open(file);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->name() == name, kPatience);
        waitForEnd();
    }

    TemporaryFolder m_folder;
    QString m_spike;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace heapprof::gui::test
