#include "gui/traces/usage_table.h"

#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/traces/empty_label.h"
#include "gui/traces/heat_delegate.h"
#include "gui/traces/item_actions.h"
#include "gui/traces/table_columns.h"
#include "gui/traces/usage_table_model.h"

namespace heapprof::gui {
namespace {

constexpr int kRowPadding = 10;

/// What a new user meets; `place` is the column that says where: it is the longest.
std::vector<ColumnWidth> widthsOf(const std::vector<Column>& columns, std::size_t place, const QFontMetrics& metrics) {
    constexpr std::size_t kNames = 3;  // so many texts at most say what a row is about
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    std::vector<ColumnWidth> widths;
    for (const Column& column : columns) {
        ColumnWidth width = widthOf(column.kind, column.title, metrics);
        if (column.digits > 0)
            width = {column.digits * digit, column.digits * digit * 3 / 5, 1};
        else if (isText(column.kind) && widths.size() >= kNames)
            width = {width.usual * 3 / 5, width.least, 1};
        if (widths.empty() || widths.size() == place) width.rank = 0;
        widths.push_back(width);
    }
    return widths;
}

/// The last one with code, or else with a text.
std::size_t placeIn(const std::vector<Column>& columns) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].kind == CellKind::Code ||
            (columns[i].kind == CellKind::Text && columns[place].kind != CellKind::Code))
            place = i;
    return place;
}

}  // namespace

UsageTable::UsageTable(const QString& name, const QString& accessibleName, int sortColumn, QWidget* parent)
    : QWidget(parent), m_sortColumn(sortColumn) {
    m_view = new QTableView;
    m_view->setObjectName(name);
    m_view->setAccessibleName(accessibleName);
    m_model = new UsageTableModel(this);
    m_model->setLook(palette(), font());
    m_view->setModel(m_model);
    m_view->setItemDelegate(new HeatDelegate(m_view));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kRowPadding);
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->horizontalHeader()->setSortIndicator(m_sortColumn, Qt::DescendingOrder);
    m_view->horizontalHeader()->setSectionsMovable(true);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->setSortingEnabled(true);
    addCopyActions(m_view);
    addColumnMenu(m_view->horizontalHeader());
    m_columns = new TableColumns(m_view->horizontalHeader());
    m_empty = makeEmptyLabel(m_view, name);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_view);

    connect(m_model, &UsageTableModel::sortRequested, this, [this](int column, Qt::SortOrder order) {
        m_sortColumn = column;
        m_descending = order == Qt::DescendingOrder;
        reorder(m_pending);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (m_isMarking || !now.isValid()) return;
        const std::uint32_t row = m_model->source(now.row());
        m_selectedIdentity = m_rows->identity(row);
        m_selectedLine = m_rows->line(row);
        emit picked(row, QGuiApplication::mouseButtons() == Qt::NoButton);
    });
    connect(m_view, &QAbstractItemView::activated, this,
            [this](const QModelIndex& index) { emit activated(m_model->source(index.row())); });
}

void UsageTable::setRows(MakeRows make) {
    if (!make) {
        m_task.cancel();
        m_pending = nullptr;
        m_rows = nullptr;
        m_model->setRows(nullptr, {});
        updateEmptyLabel();
        return;
    }
    m_pending = std::move(make);
    reorder(m_pending);
    updateEmptyLabel();
}

void UsageTable::reorder(MakeRows make) {
    if (!make && !m_rows) return;
    m_task.start(
        [rows = m_rows, make = std::move(make), search = m_search.text, column = m_sortColumn,
         descending = m_descending](std::stop_token stop) {
            Ordered ordered;
            ordered.rows = make ? make(stop) : rows;
            std::vector<CellKind> kinds;
            for (const Column& each : ordered.rows->columns()) kinds.push_back(each.kind);
            const auto matches = search.empty() ? nullptr : ordered.rows->sharedResult()->search(search);
            ordered.order = orderRows(*ordered.rows, kinds, matches.get(), column, descending, stop);
            for (int i = 0; i < static_cast<int>(kinds.size()); ++i)
                if (ordered.rows->isEmpty(i)) ordered.emptyColumns.push_back(i);
            return ordered;
        },
        [this](Ordered ordered) { take(std::move(ordered)); });
}

void UsageTable::take(Ordered ordered) {
    m_pending = nullptr;
    m_rows = ordered.rows;
    const int scrolled = m_view->verticalScrollBar()->value();
    m_isMarking = true;
    m_model->setRows(std::move(ordered.rows), std::move(ordered.order));
    m_isMarking = false;
    const auto columns = m_rows->columns();
    QStringList titles;
    for (const Column& column : columns) titles << column.title;
    if (std::exchange(m_sizedTitles, titles) != titles) {
        const std::size_t place = placeIn(columns);
        m_columns->setWidths(widthsOf(columns, place, fontMetrics()), static_cast<int>(place));
    }
    m_columns->hideEmpty(ordered.emptyColumns);
    m_view->verticalScrollBar()->setValue(scrolled);
    m_summary = tr("%1 of %2").arg(QLocale().toString(m_model->rowCount()), QLocale().toString(m_rows->size()));
    if (const std::string note = m_rows->note(); !note.empty())
        m_summary += QStringLiteral("  \u00B7  ") + QString::fromStdString(note);
    updateEmptyLabel();
    markSelected();
    goToMatch();
    emit settled();
}

void UsageTable::setEmptyText(const QString& text) {
    m_emptyText = text;
    updateEmptyLabel();
}

void UsageTable::updateEmptyLabel() {
    const bool filteredOut = m_rows && m_rows->size() > 0 && m_model->rowCount() == 0;
    m_empty->setText(m_pending     ? tr("Reading\u2026")
                     : filteredOut ? tr("The search finds nothing here.")
                                   : m_emptyText);
    m_empty->setVisible(m_model->rowCount() == 0);
    if (!m_rows) m_summary.clear();
}

void UsageTable::setSelectedLine(std::optional<LineIndex> line) {
    m_selectedLine = line;
    markSelected();
}

void UsageTable::setSearch(const Search& search) {
    const Search before = std::exchange(m_search, search);
    m_isToGoToMatch = search.at && search.at != before.at;
    if (search.text != before.text) return reorder(m_pending);
    goToMatch();
}

void UsageTable::goToMatch() {
    m_model->setMatch(m_search.at);
    if (m_task.isRunning() || !m_rows || !std::exchange(m_isToGoToMatch, false)) return;
    if (const int row = m_model->rowOf(*m_search.at); row >= 0) m_view->scrollTo(m_model->index(row, 0));
}

void UsageTable::markSelected() {
    if (!m_rows) return;
    const QModelIndex current = m_view->currentIndex();
    if (m_selectedLine && current.isValid() && m_rows->line(m_model->source(current.row())) == m_selectedLine) return;
    int row = m_selectedIdentity ? m_model->rowOfIdentity(*m_selectedIdentity) : -1;
    if (row >= 0 && m_selectedLine != m_rows->line(m_model->source(row))) row = -1;
    if (row < 0 && m_selectedLine) row = m_model->rowOf(*m_selectedLine);
    m_isMarking = true;
    if (row < 0) {
        m_view->selectionModel()->clear();
    } else {
        const QModelIndex index = m_model->index(row, 0);
        m_view->selectionModel()->setCurrentIndex(index,
                                                  QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        const bool isInSight = m_view->viewport()->rect().intersects(m_view->visualRect(index));
        m_view->scrollTo(index, isInSight ? QAbstractItemView::EnsureVisible : QAbstractItemView::PositionAtCenter);
    }
    m_isMarking = false;
}

void UsageTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_model->setLook(palette(), font());
    if (event->type() == QEvent::FontChange)
        m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kRowPadding);
    QWidget::changeEvent(event);
}

}  // namespace heapprof::gui
