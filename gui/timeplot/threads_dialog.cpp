#include "gui/timeplot/threads_dialog.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {

constexpr qint64 kLeastRest = 500;  // ms
constexpr qint64 kRestShare = 10;   // times as long as reading takes

}  // namespace

/// The threads whose names hold what is searched for, sorted.
class FoundThreads : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void find(const QString& typed) {
        m_wanted = SearchText(typed.toStdString());
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex&) const override {
        return m_wanted.isEmpty() || m_wanted.matches(dynamic_cast<ThreadModel*>(sourceModel())->threadName(row));
    }

private:
    SearchText m_wanted;
};

ThreadsDialog::ThreadsDialog(ViewStateStore& store, QWidget* parent)
    : QDialog(parent),
      m_store(store),
      m_model(new ThreadModel(this)),
      m_shown(new FoundThreads(this)),
      m_search(new QLineEdit),
      m_view(new QTreeView),
      m_text(new QLabel),
      m_only(new QPushButton(tr("&Only This Thread"))) {
    setObjectName(QStringLiteral("threadsDialog"));
    setWindowTitle(tr("Threads"));
    resize(680, 420);
    m_shown->setSourceModel(m_model);
    m_shown->setSortRole(ThreadModel::SortRole);
    m_shown->setSortCaseSensitivity(Qt::CaseInsensitive);
    m_search->setObjectName(QStringLiteral("threadSearch"));
    m_search->setPlaceholderText(tr("Find a thread"));
    m_search->setClearButtonEnabled(true);
    m_view->setObjectName(QStringLiteral("threadsTable"));
    m_view->setAccessibleName(tr("Threads"));
    m_view->setModel(m_shown);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(ThreadModel::First, Qt::AscendingOrder);
    m_view->setItemDelegateForColumn(ThreadModel::Life, new LifeDelegate(this));
    m_view->header()->setStretchLastSection(false);
    m_view->header()->setSectionResizeMode(ThreadModel::Life, QHeaderView::Stretch);
    m_view->header()->resizeSection(ThreadModel::Name, 190);
    for (const int column : {ThreadModel::First, ThreadModel::Last, ThreadModel::Lasted})
        m_view->header()->resizeSection(column, fontMetrics().horizontalAdvance(QStringLiteral("10 min 00.0 s")) + 24);
    m_text->setObjectName(QStringLiteral("threadsText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_only->setObjectName(QStringLiteral("onlyThread"));
    m_only->setToolTip(tr("Count only what threads of this name allocated, in every view"));
    m_only->setAutoDefault(false);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_text, 1);
    foot->addWidget(m_only);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * kGrid, 3 * kGrid, 3 * kGrid, 3 * kGrid);
    layout->setSpacing(2 * kGrid);
    layout->addWidget(m_search);
    layout->addWidget(m_view, 1);
    layout->addLayout(foot);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& wanted) {
        m_shown->find(wanted);
        updateTexts();
    });
    connect(m_view, &QTreeView::clicked, this, &ThreadsDialog::choose);
    connect(m_view, &QTreeView::activated, this, &ThreadsDialog::choose);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ThreadsDialog::updateTexts);
    connect(m_only, &QPushButton::clicked, this, &ThreadsDialog::filterByCurrent);
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, [this] { followRecording(m_newest); });
    updateTexts();
}

void ThreadsDialog::showRecording(const Recording& recording) {
    m_newest = recording;
    read();
}

void ThreadsDialog::followRecording(const Recording& recording) {
    if (!isVisible()) return;
    m_newest = recording;
    if (!m_task.isRunning() && !m_rest.isActive() && m_newest.sharedDigest() != m_recording.sharedDigest()) read();
}

/// All of its events, so not without a rest.
void ThreadsDialog::read() {
    m_rest.stop();
    m_reading.start();
    m_recording = m_newest;
    m_task.start([recording = m_recording](std::stop_token stop) { return threadLives(recording, std::move(stop)); },
                 [this](std::vector<ThreadLife> lives) {
                     take(std::move(lives));
                     m_rest.start(static_cast<int>(std::max<qint64>(kLeastRest, kRestShare * m_reading.elapsed())));
                 },
                 [this](const std::string& reason) { m_text->setText(QString::fromStdString(printable(reason))); });
    updateTexts();
}

/// The current row stays current, and what is in sight in sight.
void ThreadsDialog::take(std::vector<ThreadLife> lives) {
    const int scrolled = m_view->verticalScrollBar()->value();
    int now = -1;
    if (const int row = currentRow(); row >= 0) {
        const auto found = std::ranges::find(lives, m_model->life(row).thread, &ThreadLife::thread);
        if (found != lives.end()) now = static_cast<int>(found - lives.begin());
    }
    m_model->setLives(m_recording, std::move(lives));
    if (now >= 0) m_view->setCurrentIndex(m_shown->mapFromSource(m_model->index(now, ThreadModel::Name)));
    m_view->verticalScrollBar()->setValue(scrolled);
    updateTexts();
}

void ThreadsDialog::clear() {
    m_task.cancel();
    m_rest.stop();
    m_recording = m_newest = {};
    m_model->setLives({}, {});
    m_search->clear();
    hide();
}

int ThreadsDialog::currentRow() const { return m_shown->mapToSource(m_view->currentIndex()).row(); }

void ThreadsDialog::choose(const QModelIndex& row) {
    const ThreadLife& life = m_model->life(m_shown->mapToSource(row).row());
    m_store.change([&](ViewState& state) { state.showInterval(life.begin, life.end); });
}

void ThreadsDialog::filterByCurrent() {
    const TraceFilter filter{TraceFilter::By::Thread, {}, {}, m_model->threadName(currentRow())};
    m_store.change([&](ViewState& state) { addFilter(state, filter); });
}

void ThreadsDialog::updateTexts() {
    const int row = currentRow();
    m_only->setEnabled(row >= 0 && !m_model->threadName(row).empty());
    const QLocale locale;
    const int all = m_model->rowCount(), shown = m_shown->rowCount();
    m_text->setText(m_task.isRunning() && all == 0 ? tr("Reading\u2026")
                    : shown == all
                        ? tr("%1 threads. A click makes the life of one the interval.", nullptr, static_cast<int>(all))
                              .arg(locale.toString(all))
                        : tr("%1 of %2").arg(locale.toString(shown), locale.toString(all)));
}

}  // namespace heapprof::gui
