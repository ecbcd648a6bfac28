// What the menus and the toolbar of a window do.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QImage>
#include <QMenuBar>
#include <QMessageBox>
#include <QPainter>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/icons.h"
#include "gui/common/instant_view.h"
#include "gui/common/line_menu.h"
#include "gui/common/path_text.h"
#include "gui/common/source_paths_dialog.h"
#include "gui/exporting/exporter.h"
#include "gui/timeplot/threads_dialog.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/command_palette.h"
#include "gui/window/filter_bar.h"
#include "gui/window/main_window.h"
#include "gui/window/preference_menus.h"
#include "gui/window/search_field.h"
#include "gui/window/view_area.h"

namespace heapprof::gui {
namespace {

constexpr qreal kPictureRatio = 2;  // PNGs from the menu: sharp on every screen

QString titleOf(ExportView view) {
    switch (view) {
        case ExportView::Time:
            return MainWindow::tr("Time Plot");
        case ExportView::Flow:
            return MainWindow::tr("Flow Graph");
        case ExportView::Flame:
            return MainWindow::tr("Flame Graph");
        case ExportView::Parts:
            return MainWindow::tr("Memory over Time");
        case ExportView::Resident:
            return MainWindow::tr("Resident Memory");
        case ExportView::Traces:
            break;
    }
    return MainWindow::tr("Traces");
}

QString refusalOf(ExportView view) {
    switch (view) {
        case ExportView::Time:
            return MainWindow::tr("The time plot cannot be exported as %1.");
        case ExportView::Flow:
            return MainWindow::tr("The flow graph cannot be exported as %1.");
        case ExportView::Flame:
            return MainWindow::tr("The flame graph cannot be exported as %1.");
        case ExportView::Parts:
            return MainWindow::tr("The memory over time cannot be exported as %1.");
        case ExportView::Resident:
            return MainWindow::tr("Resident memory cannot be exported as %1.");
        case ExportView::Traces:
            break;
    }
    return MainWindow::tr("The traces cannot be exported as %1.");
}

PicturePage pageOf(ViewArea& views, ExportView which, const QString& title) {
    PicturePage page{views.timePlot().pageSize(), kPictureRatio, title, {}};
    if (InstantView* view = views.view(which)) {
        page.size = view->pageSize();
        page.draw = [view](QPainter& painter, const QSizeF& size) { view->drawPage(painter, size); };
    } else {
        page.draw = [&plot = views.timePlot()](QPainter& painter, const QSizeF& size) { plot.drawPage(painter, size); };
    }
    return page;
}

/// Modeless, so that the window goes on following a live capture.
void showBox(QWidget* parent, const char* name, const QString& title, const QString& richText) {
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, richText, QMessageBox::Close, parent);
    box->setObjectName(QLatin1String(name));
    box->setTextFormat(Qt::RichText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
}

}  // namespace

void MainWindow::makeActions() {
    const auto make = [this](const char* name, const QString& text, const QKeySequence& keys, auto&& run) {
        auto* action = new QAction(text, this);
        action->setObjectName(QLatin1String(name));
        action->setShortcut(keys);
        if (!keys.isEmpty())
            action->setToolTip(QStringLiteral("%1 (%2)").arg(QString(text).remove(u'&').remove(u'\u2026'),
                                                             keys.toString(QKeySequence::NativeText)));
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    m_open = make("actionOpen", tr("&Open\u2026"), QKeySequence::Open, [this] { askAndOpen(); });
    m_export =
        make("actionExport", tr("&Export\u2026"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportCurrent(); });
    m_reload = make("actionReload", tr("&Reload"), QKeySequence(Qt::Key_F5), [this] {
        if (m_document) open(textOfPath(m_document->path()));
    });
    m_quit = make("actionQuit", tr("&Quit"), QKeySequence::Quit, [] { QApplication::closeAllWindows(); });
    m_copyPicture = make("actionCopyPicture", tr("Copy View as &Picture"),
                         QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] { copyPicture(); });
    m_copyLine = make("actionCopyLine", tr("Copy Selected &Line"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C),
                      [this] { copySelectedLine(); });
    m_back = make("actionBack", tr("&Back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_store.back(); });
    m_forward =
        make("actionForward", tr("&Forward"), QKeySequence(Qt::ALT | Qt::Key_Right), [this] { m_store.forward(); });
    m_follow = make("actionFollowEnd", tr("Follow the &End"), QKeySequence(Qt::CTRL | Qt::Key_L),
                    [this](bool follow) { followEnd(follow); });
    m_follow->setCheckable(true);
    m_follow->setIconText(tr("\u25CF LIVE \u00B7 follow"));
    m_follow->setToolTip(tr("The program is still running: show its newest state as it comes (%1)")
                             .arg(m_follow->shortcut().toString(QKeySequence::NativeText)));
    m_fit = make("actionFit", tr("Show &All of the Time"), QKeySequence(Qt::CTRL | Qt::Key_0),
                 [this] { m_views->timePlot().fit(); });
    m_countBlocks = make("actionCountBlocks", tr("Count Bl&ocks, not Bytes"), QKeySequence(Qt::CTRL | Qt::Key_B),
                         [this](bool isChecked) {
                             m_store.change([&](ViewState& state) {
                                 state.measure = isChecked ? Measure::BlockCount : Measure::ByteCount;
                             });
                         });
    m_countBlocks->setCheckable(true);
    m_commands = make("actionCommands", tr("&Commands\u2026"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] {
        m_palette->offer(commandsOf(menuBar()->actions() << m_filters->addButton()->menu()->menuAction()));
    });
    m_find = make("actionFind", tr("&Find"), QKeySequence::Find, [this] { m_search->find(); });
    m_find->setShortcuts({QKeySequence(QKeySequence::Find), QKeySequence(Qt::Key_Slash)});
    m_findNext = make("actionFindNext", tr("Next &Match"), QKeySequence(Qt::Key_F3), [this] { m_search->step(true); });
    m_findPrevious = make("actionFindPrevious", tr("&Previous Match"), QKeySequence(Qt::SHIFT | Qt::Key_F3),
                          [this] { m_search->step(false); });
    m_onlyMatching =
        make("actionOnlyMatching", tr("&Only Matching Stacks"), QKeySequence(), [this] { m_search->filter(false); });
    m_notMatching =
        make("actionNotMatching", tr("&Not Matching Stacks"), QKeySequence(), [this] { m_search->filter(true); });
    m_threads = make("actionThreads", tr("&Threads\u2026"), QKeySequence(), [this] { showThreads(); });
    m_views->timePlot().addAction(m_threads);
    m_forget = make("actionForgetView", tr("Forget What Was Shown &of This Capture"), QKeySequence(),
                    [this] { forgetView(); });
    m_arrange = make("actionArrange", tr("&Reset the Arrangement"), QKeySequence(), [this] { m_views->arrange(); });
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(m_open);
    m_recentMenu = file->addMenu(tr("Open &Recent"));
    m_recentMenu->setObjectName(QStringLiteral("recentMenu"));
    file->addAction(m_reload);
    file->addSeparator();
    file->addAction(m_export);
    file->addSeparator();
    file->addAction(m_quit);
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addAction(m_copyPicture);
    edit->addAction(m_copyLine);
    edit->addSeparator();
    for (QAction* action : {m_find, m_findNext, m_findPrevious, m_onlyMatching, m_notMatching}) edit->addAction(action);
    edit->addSeparator();
    QMenu* line = edit->addMenu(tr("Selected &Line"));
    line->setObjectName(QStringLiteral("selectedLineMenu"));
    connect(line, &QMenu::aboutToShow, this, [this, line] {
        clearMenu(*line);
        if (const auto& result = m_views->result()) addLineCommands(*line, m_store, *result->info);
        if (line->isEmpty()) line->addAction(tr("No line is selected"))->setEnabled(false);
    });
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(m_back);
    view->addAction(m_forward);
    view->addSeparator();
    view->addAction(m_fit);
    view->addAction(m_follow);
    view->addAction(m_threads);
    view->addSeparator();
    view->addAction(m_countBlocks);
    view->addSeparator();
    for (QDockWidget* dock : m_views->docks()) view->addAction(dock->toggleViewAction());
    m_floatMenu = view->addMenu(tr("F&loat, or Put Back"));
    for (QDockWidget* dock : m_views->docks())
        connect(m_floatMenu->addAction(dock->windowTitle()), &QAction::triggered, dock,
                [dock] { dock->setFloating(!dock->isFloating()); });
    view->addAction(m_arrange);
    view->addAction(m_forget);
    view->addMenu(makeThemeMenu(this));
    view->addMenu(makeEditorMenu(this));
    QAction* paths = view->addAction(tr("Source &Paths\u2026"));
    paths->setObjectName(QStringLiteral("actionSourcePaths"));
    connect(paths, &QAction::triggered, this, [this] { showSourcePaths(this); });
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(m_commands);
    QAction* keys = help->addAction(tr("&Mouse and Keys"));
    keys->setObjectName(QStringLiteral("actionKeys"));
    keys->setShortcut(QKeySequence(Qt::Key_Question));
    connect(keys, &QAction::triggered, this, &MainWindow::showShortcuts);
    QAction* about = help->addAction(tr("&About heapprof"));
    about->setObjectName(QStringLiteral("actionAbout"));
    connect(about, &QAction::triggered, this, &MainWindow::showAbout);

    m_tools = addToolBar(tr("Main Tools"));
    m_tools->setObjectName(QStringLiteral("mainToolBar"));
    m_tools->setMovable(false);
    m_tools->setIconSize(QSize(20, 20));
    for (QAction* action : {m_open, m_export}) m_tools->addAction(action);
    m_tools->addSeparator();
    for (QAction* action : {m_back, m_forward}) m_tools->addAction(action);
    m_tools->addSeparator();
    m_tools->addAction(m_fit);
    m_tools->addSeparator();
    m_tools->addWidget(m_filters->addButton());
    auto* gap = new QWidget;
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_tools->addWidget(gap);
    m_tools->addWidget(m_search);
    // The one place that says so: that the program runs, and whether its newest state is shown.
    auto* live = new QToolButton;
    live->setObjectName(QStringLiteral("liveFollow"));
    live->setDefaultAction(m_follow);
    live->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_liveTool = m_tools->addWidget(live);
}

void MainWindow::applyPalette() {
    for (const auto& [action, icon] : {std::pair(m_open, "open"),
                                       {m_export, "export"},
                                       {m_reload, "reload"},
                                       {m_copyPicture, "copy"},
                                       {m_back, "back"},
                                       {m_forward, "forward"},
                                       {m_fit, "fit"}})
        action->setIcon(themedIcon(QLatin1String(icon), palette()));
}

void MainWindow::exportCurrent() {
    if (!m_document) return;
    m_problem.clear();
    const ExportView which = m_views->current();
    const std::vector<ExportFormat> formats = formatsOf(which);
    QStringList filters;
    for (const ExportFormat format : formats) filters << filterOf(format);
    QSettings settings;
    const QString folder =
        settings.value(QStringLiteral("folder/export"), QFileInfo(textOfPath(m_document->path())).absolutePath())
            .toString();
    QString filter = filters.first();
    QString path = m_dialogs.save(
        this, tr("Export %1").arg(titleOf(which)),
        QDir(folder).filePath(m_document->name() + QLatin1Char('-') + nameOf(which) + extensionOf(formats.front())),
        filters, filter);
    if (path.isEmpty()) return;
    settings.setValue(QStringLiteral("folder/export"), QFileInfo(path).absolutePath());
    // What was typed counts; without a known extension the chosen kind of file gives its own.
    auto format = exportFormatOf(path);
    if (!format) {
        const qsizetype chosen = filters.indexOf(filter);
        format = formats[static_cast<std::size_t>(std::max<qsizetype>(0, chosen))];
        path += extensionOf(*format);
    }
    if (std::find(formats.begin(), formats.end(), *format) == formats.end())
        return showProblem(refusalOf(which).arg(extensionOf(*format)));
    if (const InstantView* view = m_views->view(which); view && isPicture(*format) && !view->problem().isEmpty())
        return showProblem(view->problem());
    QString problem;
    const QString title = exportTitle(m_document->name(), m_views->result() ? m_views->result()->counted : Counted(),
                                      m_document->status().recording);
    const auto& plot = m_views->timePlot().result();
    if (isPicture(*format)) {
        problem = exportPicture(path, *format, pageOf(*m_views, which, title));
    } else if (which == ExportView::Time) {
        problem = plot ? exportTotal(path, plot->total, plot->info->metadata.wallStart, plot->counted.measure)
                       : exportTotal(path, {}, 0, m_store.state().measure);
    } else if (which == ExportView::Resident && m_views->result()) {
        problem = exportComposition(path, *m_views->result());
    } else if (m_views->result()) {
        problem = exportInstant(path, *format, *m_views->result(), m_store.state().flow, title);
    } else {
        problem = tr("There is nothing to export yet.");
    }
    showProblem(problem);
    if (problem.isEmpty()) statusBar()->showMessage(tr("Exported to %1").arg(QDir::toNativeSeparators(path)), 5000);
}

void MainWindow::copyPicture() {
    if (!m_document) return;
    const PicturePage page = pageOf(*m_views, m_views->current(), QString());
    const qreal ratio = devicePixelRatioF();
    QImage image((page.size * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull()) return showProblem(tr("The view is too large to copy as a picture."));
    image.setDevicePixelRatio(ratio);
    image.fill(palette().color(QPalette::Base));
    QPainter painter(&image);
    page.draw(painter, page.size);
    painter.end();
    QApplication::clipboard()->setImage(image);
}

void MainWindow::copySelectedLine() {
    if (!m_document || !m_store.state().selectedLine) return;
    QApplication::clipboard()->setText(
        QString::fromStdString(lineText(m_document->status().recording.traces(), *m_store.state().selectedLine)));
}

void MainWindow::followEnd(bool follow) {
    if (!m_document) return;
    const Recording recording = m_document->status().recording;
    m_store.change([&](ViewState& state) {
        if (follow)
            state.moveTo(std::nullopt);
        else if (recording.hasDigest())
            state.moveTo(recording.end());
    });
    updateActions();
}

void MainWindow::showThreads() {
    if (!m_document) return;
    m_threadsDialog->showRecording(m_document->status().recording);
    m_threadsDialog->show();
    m_threadsDialog->raise();
    m_threadsDialog->activateWindow();
}

void MainWindow::showShortcuts() {
    const std::pair<QString, QString> rows[] = {
        {tr("Click in the time plot"), tr("the instant that all views show")},
        {tr("Click on a mark, a phase, a collection"), tr("its time, or the interval that it is")},
        {tr("Drag in the time plot, or Shift and click"), tr("an interval; its ends can be dragged")},
        {tr("Escape in the time plot"), tr("end the interval")},
        {tr("Wheel, plus, minus"), tr("zoom in time")},
        {tr("Ctrl and drag, Page Up, Page Down"), tr("move in time")},
        {tr("Double click, 0"), tr("show all of the time")},
        {tr("Drag the frame or its edges below the time plot"), tr("move in time, show more or less of it")},
        {tr("Right click, Menu key in the time plot"), tr("an instant, an interval, threads")},
        {tr("Left, Right (with Ctrl: faster)"), tr("move the instant")},
        {tr("[, ]"), tr("go to the mark before, after")},
        {tr("R, Shift+R"), tr("show or hide resident memory, its kinds")},
        {tr("Click on a line of code in any view"), tr("show it in all views")},
        {tr("Right click, Menu key"), tr("what can be done with the line: plot, filter, copy")},
        {tr("Ctrl and click on a call in the source, Ctrl and Enter"), tr("go to what it calls")},
        {tr("Double click, Enter in a picture"), tr("focus on a frame or a line")},
        {tr("Arrow keys in a picture"), tr("walk from frame to frame, from line to line")},
        {tr("H in the flow graph"), tr("the heaviest path")},
        {tr("Wheel, Ctrl and wheel in the flame graph"), tr("move, zoom; in the flow graph the wheel zooms")},
        {tr("Shift and wheel, drag in the flame graph"), tr("move sideways, anywhere; two fingers zoom")},
        {tr("Click on frames narrower than a pixel"), tr("zoom to them")},
        {tr("Drag or click in an overview"), tr("move what is in sight; the flame graph's takes arrow keys, too")},
        {QKeySequence(Qt::CTRL | Qt::Key_B).toString(QKeySequence::NativeText),
         tr("count blocks, or bytes again, in all views")},
        {QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText) + QStringLiteral(", /"),
         tr("find in every view; Enter, F3: the next match, with Shift: the one before")},
        {tr("Escape"), tr("leave the search, the focus, the interval, the selection")},
        {QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText), tr("every command, by its name")},
        {tr("?"), tr("this list")},
        {QKeySequence(Qt::ALT | Qt::Key_Left).toString(QKeySequence::NativeText) + QStringLiteral(", ") +
             QKeySequence(Qt::ALT | Qt::Key_Right).toString(QKeySequence::NativeText),
         tr("undo and redo what the views show")},
    };
    QString text = QStringLiteral("<table cellspacing='6' style='white-space:pre'>");
    for (const auto& [keys, meaning] : rows)
        text +=
            QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>").arg(keys.toHtmlEscaped(), meaning.toHtmlEscaped());
    showBox(this, "shortcutsBox", tr("Mouse and Keys"), text + QStringLiteral("</table>"));
}

void MainWindow::showAbout() {
    showBox(
        this, "aboutBox", tr("About heapprof"),
        tr("<h3>heapprof workstation %1</h3><p>Shows what a sampling heap profiler recorded of a Python program.</p>"
           "<p>Free software under the GNU General Public License, version 3 or later. It uses Qt %2, Qt Charts, "
           "Graphviz, GNU source-highlight and libzip.</p>")
            .arg(QCoreApplication::applicationVersion().toHtmlEscaped(), QLatin1String(qVersion())));
}

}  // namespace heapprof::gui
