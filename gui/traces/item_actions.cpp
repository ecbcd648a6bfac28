#include "gui/traces/item_actions.h"

#include <QAbstractItemView>
#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QTableView>
#include <QTreeView>
#include <algorithm>
#include <memory>

#include "gui/traces/cells.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ItemActions)
};

constexpr qsizetype kMaxRows = 100'000;

QHeaderView* headerOf(QAbstractItemView* view) {
    if (auto* table = qobject_cast<QTableView*>(view)) return table->horizontalHeader();
    auto* tree = qobject_cast<QTreeView*>(view);
    return tree ? tree->header() : nullptr;
}

QString csvField(QString text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n'))) {
        return text;
    }
    text.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

/// Orders the rows of a tree as they stand below each other.
bool standsAbove(const QModelIndex& a, const QModelIndex& b) {
    const auto pathOf = [](QModelIndex index) {
        QList<int> path;
        for (; index.isValid(); index = index.parent()) path.prepend(index.row());
        return path;
    };
    return pathOf(a) < pathOf(b);
}

}  // namespace

QMimeData* copySelection(const QAbstractItemView* view, QHeaderView* header) {
    if (!view->selectionModel()) return nullptr;
    QModelIndexList rows = view->selectionModel()->selectedRows();
    if (rows.isEmpty()) return nullptr;
    if (rows.size() > kMaxRows) rows.resize(kMaxRows);
    if (qobject_cast<const QTreeView*>(view)) {
        std::sort(rows.begin(), rows.end(), standsAbove);
    } else {
        std::sort(rows.begin(), rows.end());
    }

    QList<int> columns;  // as they stand on screen
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        if (!header->isSectionHidden(column)) columns.append(column);
    }
    const QAbstractItemModel& model = *view->model();
    QStringList text, csv;
    QStringList titles, csvTitles;
    for (const int column : columns) {
        titles << model.headerData(column, Qt::Horizontal).toString();
        csvTitles << csvField(titles.last());
    }
    text << titles.join(QLatin1Char('\t'));
    csv << csvTitles.join(QLatin1Char(','));
    for (const QModelIndex& row : rows) {
        QStringList cells, csvCells;
        for (const int column : columns) {
            const QModelIndex cell = row.siblingAtColumn(column);
            cells << cell.data().toString();
            csvCells << csvField(cell.data(RawRole).toString());
        }
        text << cells.join(QLatin1Char('\t'));
        csv << csvCells.join(QLatin1Char(','));
    }
    auto* data = new QMimeData;
    data->setText(text.join(QLatin1Char('\n')));
    data->setData(QStringLiteral("text/csv"), (csv.join(QStringLiteral("\r\n")) + QStringLiteral("\r\n")).toUtf8());
    return data;
}

void addCopyActions(QAbstractItemView* view) {
    QHeaderView* header = headerOf(view);
    auto* copy = new QAction(Words::tr("Copy"), view);
    copy->setObjectName(QStringLiteral("copy"));
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, view, [view, header] {
        if (QMimeData* data = copySelection(view, header)) QGuiApplication::clipboard()->setMimeData(data);
    });
    auto* copyCsv = new QAction(Words::tr("Copy as CSV"), view);
    copyCsv->setObjectName(QStringLiteral("copyCsv"));
    QObject::connect(copyCsv, &QAction::triggered, view, [view, header] {
        const std::unique_ptr<QMimeData> data(copySelection(view, header));
        if (data) QGuiApplication::clipboard()->setText(QString::fromUtf8(data->data(QStringLiteral("text/csv"))));
    });
    view->addAction(copy);
    view->addAction(copyCsv);
}

void addColumnMenu(QHeaderView* header) {
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QHeaderView::customContextMenuRequested, header, [header](const QPoint& position) {
        auto* menu = new QMenu(header);
        menu->setObjectName(QStringLiteral("columnMenu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        for (int column = 0; column < header->count(); ++column) {
            const QString title = header->model()->headerData(column, Qt::Horizontal).toString();
            QAction* action = menu->addAction(title);
            action->setCheckable(true);
            action->setChecked(!header->isSectionHidden(column));
            action->setEnabled(header->isSectionHidden(column) || header->hiddenSectionCount() + 1 < header->count());
            QObject::connect(action, &QAction::toggled, header,
                             [header, column](bool on) { header->setSectionHidden(column, !on); });
        }
        menu->popup(header->viewport()->mapToGlobal(position));
    });
}

}  // namespace heapprof::gui
