// The window's panes, and its keys wherever the focus is.
#include <QApplication>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenu>
#include <QTabBar>

#include "gui/common/instant_view.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {

class WindowPanesTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void keysWorkWhereverTheFocusIs() {
        open(m_folder / "program");
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        auto* tabs = find<QTabBar>("pictureTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QTRY_VERIFY(m_window->views().view(ExportView::Flow)->isAncestorOf(QApplication::focusWidget()));
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(0).center());
        QTRY_VERIFY(m_window->views().view(ExportView::Flame)->isAncestorOf(QApplication::focusWidget()));
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_F, Qt::ControlModifier);
        auto* field = find<QLineEdit>("search");
        QVERIFY(field->hasFocus());
        m_window->views().timePlot().setFocus();
        QTest::keyClick(&m_window->views().timePlot(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(field->hasFocus());

        // Escape leaves the focus, then the interval, then the selection.
        const InstantResult& result = *m_window->views().result();
        m_window->store().change([&](ViewState& state) {
            state.selectedLine = result.lines().lines[2].line;
            state.compareTime = Instant(Micros(1'000'000));
            state.focus = pathTo(result.tree(), 1);
        });
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Escape);
        QVERIFY(m_window->store().state().focus.empty() && m_window->store().state().compareTime);
        QTest::keyClick(tabs, Qt::Key_Escape);
        QVERIFY(!m_window->store().state().compareTime && m_window->store().state().selectedLine);
        QTest::keyClick(tabs, Qt::Key_Escape);
        QVERIFY(!m_window->store().state().selectedLine);
        QTest::keyClick(tabs, Qt::Key_Question);
        QTRY_VERIFY(m_window->findChild<QWidget*>(QStringLiteral("shortcutsBox")));
    }

    void panesKeepTheirShares_andFitIntoASmallWindow() {
        open(m_folder / "program");
        const auto shareOf = [&](const QWidget& widget) {
            return static_cast<double>(widget.height()) / m_window->views().height();
        };
        const QWidget& plot = m_window->views().timePlot();
        const QWidget& pictures = *m_window->views().docks()[ViewArea::Pictures];
        QTRY_VERIFY(shareOf(plot) < 0.35);
        const double plotShare = shareOf(plot), pictureShare = shareOf(pictures);
        m_window->resize(2000, 1400);
        QTRY_VERIFY(m_window->views().height() > 1200);
        QTRY_VERIFY2(std::abs(shareOf(plot) - plotShare) < 0.05, qPrintable(QString::number(shareOf(plot))));
        QTRY_VERIFY(std::abs(shareOf(pictures) - pictureShare) < 0.05);
        QVERIFY(find<QToolButton>("measureBlocks")->isVisible());
        m_window->resize(900, 600);
        // Bytes or blocks have no row of their own.
        const auto isInRowOf = [&](const char* name) {
            const auto middleOf = [&](const char* button) {
                const auto& found = *find<QToolButton>(button);
                return found.mapTo(m_window.get(), found.rect().center()).y();
            };
            return std::abs(middleOf(name) - middleOf("measureBlocks")) < 4;
        };
        QTRY_VERIFY(!find<QToolButton>("measureBlocks")->isVisible() || isInRowOf("modeLive") ||
                    isInRowOf("dock-pictures-menu"));
        QVERIFY2(m_window->minimumSizeHint().height() <= 600,
                 qPrintable(QString::number(m_window->minimumSizeHint().height())));
        QTRY_VERIFY(pictures.geometry().bottom() <= m_window->views().docks()[ViewArea::Tables]->geometry().top());
        m_window->resize(1400, 900);
        QTRY_VERIFY2(std::abs(shareOf(plot) - plotShare) < 0.05, qPrintable(QString::number(shareOf(plot))));
        QTRY_VERIFY(std::abs(shareOf(pictures) - pictureShare) < 0.05);
    }

    void aFunctionsNameHasRoomBeforeItsKind() {
        open(m_folder / "program");
        select(LineIndex(2));
        const auto& function = *find<QWidget>("inspectorFunction");
        const auto& kind = *find<QWidget>("inspectorKind");
        QDockWidget* dock = m_window->views().docks()[ViewArea::Inspection];
        bool wasHidden = false, wasShown = false;
        for (int width = 500; width >= 160; width -= 4) {
            m_window->views().resizeDocks({dock}, {width}, Qt::Horizontal);
            QCoreApplication::processEvents();
            (kind.isVisible() ? wasShown : wasHidden) = true;
            if (kind.isVisible())
                QVERIFY2(function.width() >= std::min(function.sizeHint().width(), 140),
                         qPrintable(QStringLiteral("%1 of %2").arg(function.width()).arg(width)));
        }
        QVERIFY(wasShown && wasHidden);
    }

    void aPaneFloatsAndComesBack() {
        open(m_folder / "program");
        QDockWidget* tables = m_window->views().docks()[ViewArea::Tables];
        QMenu* menu = find<QToolButton>("dock-tables-menu")->menu();
        menu->actions()[0]->trigger();
        QTRY_VERIFY(tables->isFloating());
        menu->actions()[0]->trigger();
        QTRY_VERIFY(!tables->isFloating());
        menu->actions()[1]->trigger();
        QTRY_VERIFY(tables->isHidden());
        m_window->views().bringIntoSight(ExportView::Traces);
        QTRY_VERIFY(tables->isVisible());
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::WindowPanesTest)
#include "window_panes_test.moc"
