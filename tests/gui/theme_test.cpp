// Light and dark while the window is open.
#include "gui/common/theme.h"

#include "tests/gui/window_test.h"

namespace heapprof::gui {

class ThemeTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() {
        prepare();
        m_warned = test::copyOfV1(m_folder, "h_default");
    }
    void cleanup() { m_window.reset(); }

    /// Whatever was on screen, or hidden, while the colours changed.
    void aWindowThatChangedLooksLikeANewOne_data() {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }
    void aWindowThatChangedLooksLikeANewOne() {
        QFETCH(bool, isDark);
        applyTheme(isDark ? Theme::Light : Theme::Dark);
        prepareWindow();
        applyTheme(isDark ? Theme::Dark : Theme::Light);
        const std::unique_ptr<MainWindow> changed = std::move(m_window);
        prepareWindow();
        for (const ExportView picture :
             {ExportView::Flame, ExportView::Flow, ExportView::Parts, ExportView::Resident}) {
            for (MainWindow* window : {changed.get(), m_window.get()}) window->views().bringIntoSight(picture);
            QTRY_VERIFY_WITH_TIMEOUT(changed->grab().toImage() == m_window->grab().toImage(), kPatience);
        }
        QVERIFY((m_window->palette().color(QPalette::Window).lightness() < 100) == isDark);
    }

private:
    /// With a banner, a filter and a selected line.
    void prepareWindow() {
        makeWindow();
        open(m_warned);
        QVERIFY(find<QWidget>("banner")->isVisible());
        select(LineIndex(1));
        m_window->store().change([](ViewState& state) {
            state.filters = {TraceFilter{TraceFilter::By::Pattern, {}, {}, "there is no such function", true}};
        });
        settle();
    }

    std::filesystem::path m_warned;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::ThemeTest)
#include "theme_test.moc"
