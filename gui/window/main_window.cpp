#include "gui/window/main_window.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>

#include "gui/common/instant_view.h"
#include "gui/common/path_text.h"
#include "gui/common/program_text.h"
#include "gui/summary/summary_page.h"
#include "gui/timeplot/threads_dialog.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/banner.h"
#include "gui/window/command_palette.h"
#include "gui/window/domain_bar.h"
#include "gui/window/empty_page.h"
#include "gui/window/filter_bar.h"
#include "gui/window/search_field.h"
#include "gui/window/start_page.h"
#include "gui/window/status_area.h"
#include "gui/window/view_area.h"

namespace heapprof::gui {
namespace {

constexpr int kKeepAfter = 2000;  // ms

QString settingsKey(const char* name) { return QLatin1String(name); }

}  // namespace

FileDialogs FileDialogs::system() {
    return {[](QWidget* parent, const QString& folder) {
                return QFileDialog::getOpenFileNames(
                    parent, MainWindow::tr("Open a Capture"), folder,
                    MainWindow::tr("heapprof captures (*.hpm *.hpd *.hpc);;All files (*)"));
            },
            [](QWidget* parent, const QString& title, const QString& suggestion, const QStringList& filters,
               QString& chosenFilter) {
                return QFileDialog::getSaveFileName(parent, title, suggestion, filters.join(QStringLiteral(";;")),
                                                    &chosenFilter);
            }};
}

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent),
      m_banner(nullptr),
      m_domains(nullptr),
      m_palette(new CommandPalette(this)),
      m_filters(new FilterBar(m_store)),
      m_search(new SearchField(m_store)),
      m_stack(new QStackedWidget),
      m_startPage(new StartPage),
      m_emptyPage(new EmptyPage),
      m_views(new ViewArea(m_store)),
      m_status(new StatusArea),
      m_threadsDialog(new ThreadsDialog(m_store, this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    auto* centre = new QWidget;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_banner = new Banner(centre);
    layout->addWidget(m_banner);
    m_domains = new DomainBar(m_store, centre);
    layout->addWidget(m_filters);
    layout->addWidget(m_domains);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(m_startPage);
    m_stack->addWidget(m_views);
    m_stack->addWidget(m_emptyPage);
    setCentralWidget(centre);
    setStatusBar(m_status);
    makeActions();
    makeMenus();
    connectAll();
    applyPalette();
    updateRecent();
    updateActions();
    restoreArrangement();
    setWindowTitle(tr("heapprof"));
}

/// What goes out of sight says so: while all is there that listens.
MainWindow::~MainWindow() { hide(); }

void MainWindow::connectAll() {
    connect(&m_queries, &Queries::instantReady, this,
            [this](const std::shared_ptr<const InstantResult>& result) { showInstant(result); });
    connect(&m_queries, &Queries::plotReady, this,
            [this](const std::shared_ptr<const PlotResult>& result) { showPlot(result); });
    connect(&m_queries, &Queries::pointsReady, this,
            [this](const std::shared_ptr<const PointResult>& result) { m_views->timePlot().showPoints(result); });
    connect(&m_views->timePlot(), &TimePlot::pointsWanted, &m_queries, &Queries::setPoints);
    connect(&m_queries, &Queries::failed, this, &MainWindow::showProblem);
    connect(&m_views->timePlot(), &TimePlot::rangeWanted, &m_queries, &Queries::setPlotRange);
    connect(m_search, &SearchField::matchesChanged, this, &MainWindow::updateActions);
    connect(m_views, &ViewArea::currentChanged, this, &MainWindow::updateActions);
    connect(m_views, &ViewArea::staleChanged, m_domains, &DomainBar::setStale);
    connect(&m_store, &ViewStateStore::changed, this, [this](const ViewState& now) {
        m_queries.setView(now);
        updateActions();
        if (m_document) m_keeping.start();
    });
    connect(m_views, &ViewArea::columnsChanged, this, [this] {
        if (m_document) m_keeping.start();
    });
    m_keeping.setSingleShot(true);
    m_keeping.setInterval(kKeepAfter);
    connect(&m_keeping, &QTimer::timeout, this, &MainWindow::keepView);
    connect(m_startPage, &StartPage::openWanted, this, &MainWindow::askAndOpen);
    connect(m_emptyPage, &EmptyPage::openWanted, this, &MainWindow::askAndOpen);
    connect(m_startPage, &StartPage::recentWanted, this, &MainWindow::open);
    connect(&m_views->summary(), &SummaryPage::captureWanted, this, &MainWindow::open);
    connect(m_status, &StatusArea::cancelWanted, this, [this] {
        if (m_opening) {
            m_opening.reset();
            openingChanged();
        } else if (m_document) {
            m_document->cancel();
        }
    });
    connect(m_status, &StatusArea::continueWanted, this, [this] {
        if (m_document) m_document->resume();
    });
}

void MainWindow::askAndOpen() {
    QSettings settings;
    const QStringList files = m_dialogs.open(this, settings.value(settingsKey("folder/open")).toString());
    if (files.isEmpty()) return;
    settings.setValue(settingsKey("folder/open"), QFileInfo(files.first()).absolutePath());
    openAll(files);
}

void MainWindow::openAll(const QStringList& files) {
    // FILE.hpm and FILE.hpd, chosen together, are one capture.
    QStringList captures, bases;
    for (const QString& file : files) {
        QString base = file;
        for (const char* extension : {".hpm", ".hpd", ".hpc"})
            if (file.endsWith(QLatin1String(extension))) base.chop(4);
        if (bases.contains(base)) continue;
        bases << base;
        captures << file;
    }
    if (captures.isEmpty()) return;
    open(captures.takeFirst());
    if (!captures.isEmpty()) emit openInOtherWindows(captures);
}

void MainWindow::open(const QString& file) {
    m_problem.clear();
    m_opening = std::make_unique<Document>(pathOf(QFileInfo(file).absoluteFilePath()));
    connect(m_opening.get(), &Document::statusChanged, this, &MainWindow::openingChanged);
    openingChanged();
}

void MainWindow::openingChanged() {
    m_startPage->setOpening(m_opening ? m_opening->name() : QString());
    if (m_opening && m_opening->isOpen()) return takeDocument();
    if (m_opening && m_opening->state() == Document::State::Failed) {
        m_problem = m_opening->notices().join(u'\n');
        m_opening.release()->deleteLater();  // its signal is what brought us here
        m_startPage->setOpening({});
    }
    showNotices();
    m_status->showDocument(m_opening ? m_opening.get() : m_document.get());
    updateActions();
}

void MainWindow::takeDocument() {
    keepView();
    m_document = std::move(m_opening);
    m_document->disconnect(this);
    connect(m_document.get(), &Document::statusChanged, this, &MainWindow::documentChanged);
    connect(m_document.get(), &Document::progressed, this, [this] { m_status->showDocument(m_document.get()); });
    m_startPage->setOpening({});
    m_hasSeenEnd = m_isPeakWanted = false;
    m_threadsDialog->clear();
    // Views of the capture before are emptied before the state, which may name its lines, starts over.
    m_views->showPlot(nullptr);
    m_views->summary().showRecording(nullptr);
    showInstant(nullptr);
    m_store.reset();
    m_stack->setCurrentWidget(m_views);
    const QString file = textOfPath(m_document->path());
    const QString program = nameOf(programOf(*m_document->status().recording.sharedInfo()));
    const QString title = program.isEmpty() ? m_document->name() : tr("%1: %2").arg(m_document->name(), program);
    setWindowTitle(tr("%1 \u2014 heapprof").arg(title));
    setWindowFilePath(file);
    rememberRecent(file);
    documentChanged();
    restoreView();
    // Sizes of docks are shares of the space there is, which is known once the views lie in the window.
    if (!std::exchange(m_isArranged, true)) QTimer::singleShot(0, m_views, &ViewArea::arrange);
    m_keeping.stop();
    m_views->timePlot().setFocus();
}

void MainWindow::documentChanged() {
    const DigestWorker::Status& status = m_document->status();
    m_queries.setSource(status.recording, status.fromHeaders, status.timeline);
    // A finished capture of which the user has not chosen an instant shows its peak; its end is mostly empty.
    if (status.state == Document::State::Complete && !std::exchange(m_hasSeenEnd, true))
        m_isPeakWanted = status.ending == DigestWorker::Ending::NotFollowed && status.recording.hasDigest();
    const bool isEmpty = status.state == Document::State::Complete && !status.recording.hasEvents();
    if (isEmpty) m_emptyPage->showCapture(status.recording.metadata());
    m_stack->setCurrentWidget(isEmpty ? static_cast<QWidget*>(m_emptyPage) : m_views);
    showNotices();
    m_domains->showCapture(status.recording.sharedInfo().get());
    m_filters->showCapture(status.recording.sharedInfo());
    m_threadsDialog->followRecording(status.recording);
    m_views->summary().showRecording(&status.recording, status.timeline,
                                     status.state == DigestWorker::State::Following);
    m_status->showDocument(m_document.get());
    updateActions();
}

void MainWindow::showInstant(std::shared_ptr<const InstantResult> result) {
    m_domains->showInstant(result);
    m_search->showInstant(result);
    m_views->showInstant(std::move(result));
}

void MainWindow::showPlot(std::shared_ptr<const PlotResult> result) {
    const bool isPeakKnown = result && result->isComplete && result->peak && result->peak->amount > 0;
    const std::optional<Instant> peak = isPeakKnown ? std::optional(result->peak->instant) : std::nullopt;
    m_views->showPlot(std::move(result));
    if (!peak || !std::exchange(m_isPeakWanted, false)) return;
    if (m_store.state().time || m_store.state().compareTime || m_store.canGoBack()) return;
    m_store.adjust([&](ViewState& state) { state.moveTo(peak); });
}

void MainWindow::showProblem(const QString& text) {
    m_problem = text;
    showNotices();
}

void MainWindow::showNotices() {
    QStringList texts;
    if (!m_problem.isEmpty()) texts << m_problem;
    if (m_document) texts << m_document->notices();
    m_banner->showTexts(texts);
}

void MainWindow::updateActions() {
    const bool isOpen = m_document != nullptr;
    m_back->setEnabled(isOpen && m_store.canGoBack());
    m_forward->setEnabled(isOpen && m_store.canGoForward());
    for (QAction* action : {m_export, m_reload, m_copyPicture, m_fit, m_arrange, m_forget}) action->setEnabled(isOpen);
    m_countBlocks->setEnabled(isOpen);
    m_countBlocks->setChecked(m_store.state().measure == Measure::BlockCount);
    m_find->setEnabled(isOpen);
    for (QAction* action : {m_findNext, m_findPrevious, m_onlyMatching, m_notMatching})
        action->setEnabled(isOpen && m_search->hasMatches());
    m_copyLine->setEnabled(isOpen && m_store.state().selectedLine);
    const bool isLive = isOpen && m_document->isLive();
    const bool hasThreads = isOpen && m_document->status().recording.hasEvents() &&
                            ThreadsDialog::hasSeveral(m_document->status().recording.traces());
    m_threads->setVisible(hasThreads);
    m_threads->setEnabled(hasThreads);
    for (QDockWidget* dock : m_views->docks()) dock->toggleViewAction()->setEnabled(isOpen);
    m_floatMenu->setEnabled(isOpen);
    m_tools->setVisible(isOpen);
    m_liveTool->setVisible(isLive);
    m_follow->setEnabled(isLive);
    m_follow->setChecked(isLive && !m_store.state().time);
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyPalette();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        if (m_store.leaveSearch()) return;
        m_store.change([](ViewState& state) {
            if (!state.focus.empty())
                state.focus.clear();
            else if (state.compareTime)
                state.leaveInterval();
            else
                state.selectedLine.reset();
        });
    } else {
        QMainWindow::keyPressEvent(event);
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) return event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) files << pathTextOf(url);
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    openAll(files);
}

}  // namespace heapprof::gui
