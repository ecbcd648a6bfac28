// What a window remembers: its arrangement, the captures opened last, and how each of them was left.
#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QLayout>
#include <QMenu>
#include <QScreen>
#include <QSettings>
#include <QTimer>
#include <utility>

#include "gui/common/path_text.h"
#include "gui/state/view_state_json.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/main_window.h"
#include "gui/window/remembered_views.h"
#include "gui/window/start_page.h"
#include "gui/window/view_area.h"

namespace heapprof::gui {
namespace {

constexpr qsizetype kMaxRecent = 10;

QString settingsKey(const char* name) { return QLatin1String(name); }

QString fileOf(const Document& document) { return textOfPath(document.path()); }

}  // namespace

void MainWindow::restoreArrangement() {
    QSettings settings;
    if (!restoreGeometry(settings.value(settingsKey("window/geometry")).toByteArray()))
        resize(QSize(1280, 860).boundedTo(screen()->availableSize()));
    m_isArranged = m_views->restoreState(settings.value(settingsKey("window/views")).toByteArray());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    QSettings settings;
    settings.setValue(settingsKey("window/geometry"), saveGeometry());
    if (m_document) settings.setValue(settingsKey("window/views"), m_views->saveState());
    keepView();
    QMainWindow::closeEvent(event);
}

void MainWindow::keepView() const {
    if (!m_document) return;
    const Recording& recording = m_document->status().recording;
    const TimePlot& plot = m_views->timePlot();
    RememberedView view;
    view.state = toJson(m_store.state(), recording.traces());
    if (!plot.fits()) view.inSight = plot.visible();
    view.picture = nameOf(m_views->picture());
    view.table = m_views->table();
    view.columns = m_views->columns();
    view.panes = m_views->saveState();
    remembered_views::keep(fileOf(*m_document), recording.metadata(), view);
}

void MainWindow::restoreView() {
    if (!m_restoresViews) return;
    const Recording& recording = m_document->status().recording;
    const auto view = remembered_views::find(fileOf(*m_document), recording.metadata());
    if (!view) return;
    // Panes have their sizes once tool bar and filters have taken their places, and the views lie in the window.
    const bool wasArranged = std::exchange(m_isArranged, true);
    QTimer::singleShot(0, this, [this, panes = view->panes, wasArranged] {
        layout()->activate();
        centralWidget()->layout()->activate();
        if (!m_views->restoreState(panes) && !wasArranged) m_views->arrange();
    });
    if (const auto picture = exportViewOf(view->picture)) m_views->showPicture(*picture);
    m_views->showTable(view->table);
    m_views->arrangeColumns(view->columns);
    m_store.adjust([&](ViewState& state) { state = viewStateOf(view->state, recording.traces()); });
    if (view->inSight) m_views->timePlot().expectSpan(*view->inSight);
}

void MainWindow::forgetView() {
    if (!m_document) return;
    remembered_views::forget(fileOf(*m_document));
    m_views->arrange();
    m_views->showPicture(ExportView::Flame);
    m_views->showTable({});
    m_views->arrangeColumns({});
    m_views->timePlot().fit();
    // A step of the history, so that it can be undone; the instant is what a new user meets as well.
    const auto& plot = m_views->timePlot().result();
    const bool hasPeak = plot && plot->isComplete && plot->peak && plot->peak->amount > 0;
    m_store.change([&](ViewState& state) {
        state = ViewState();
        if (hasPeak) state.moveTo(plot->peak->instant);
    });
}

void MainWindow::rememberRecent(const QString& file) {
    QSettings settings;
    QStringList files = settings.value(settingsKey("recent")).toStringList();
    files.removeAll(file);
    files.prepend(file);
    settings.setValue(settingsKey("recent"), files.mid(0, kMaxRecent));
    updateRecent();
}

void MainWindow::updateRecent() {
    const QStringList files = QSettings().value(settingsKey("recent")).toStringList();
    m_startPage->setRecentFiles(files);
    m_recentMenu->clear();
    m_recentMenu->setEnabled(!files.isEmpty());
    for (const QString& file : files) {
        QString shown = fontMetrics().elidedText(QDir::toNativeSeparators(file), Qt::ElideMiddle, 500);
        connect(m_recentMenu->addAction(shown.replace(u'&', QStringLiteral("&&"))), &QAction::triggered, this,
                [this, file] { open(file); });
    }
    m_recentMenu->addSeparator();
    connect(m_recentMenu->addAction(tr("&Clear This List")), &QAction::triggered, this, [this] {
        QSettings().remove(settingsKey("recent"));
        updateRecent();
    });
}

}  // namespace heapprof::gui
