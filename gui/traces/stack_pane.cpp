#include "gui/traces/stack_pane.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/text.h"
#include "core/traces/shown_frames.h"
#include "gui/common/elided_label.h"
#include "gui/common/frame_labels.h"
#include "gui/source/path_map.h"
#include "gui/source/source_lines.h"
#include "gui/traces/cells.h"
#include "gui/traces/heat_delegate.h"
#include "gui/traces/item_actions.h"
#include "gui/traces/table_columns.h"

namespace heapprof::gui {

void StackModel::setStack(std::shared_ptr<const InstantResult> result, std::vector<FrameIndex> innermostFirst) {
    beginResetModel();
    m_result = std::move(result);
    m_frames = std::move(innermostFirst);
    m_sources.clear();
    endResetModel();
}

void StackModel::setSources(std::vector<std::string> sources) {
    if (sources.size() != m_frames.size() || sources.empty()) return;
    m_sources = std::move(sources);
    emit dataChanged(index(0, Source), index(rowCount() - 1, Source));
}

int StackModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_frames.size());
}

int StackModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int{ColumnCount}; }

QVariant StackModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == LineRole) return m_result->traces().lineOf(m_frames[static_cast<std::size_t>(index.row())]).value;
    if (role == Qt::FontRole && index.column() == Source) return QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != RawRole) return {};
    const auto row = static_cast<std::size_t>(index.row());
    const TraceTable& traces = m_result->traces();
    std::string text;
    if (index.column() == Name) text = functionText(traces, m_frames[row]);
    if (index.column() == Location) {
        text =
            role == Qt::DisplayRole ? placeText(traces, m_frames[row]) : lineText(traces, traces.lineOf(m_frames[row]));
    }
    if (index.column() == Source && row < m_sources.size()) text = m_sources[row];
    const QString shown = QString::fromStdString(text);
    return role == Qt::ToolTipRole ? QStringLiteral("<p>%1</p>").arg(shown.toHtmlEscaped()) : shown;
}

QVariant StackModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Function");
        case Location:
            return tr("Location");
        case Source:
            return tr("Source as it is now");
        default:
            return {};
    }
}

StackPane::StackPane(QWidget* parent) : QWidget(parent) {
    m_title = new ElidedLabel;
    m_title->setObjectName(QStringLiteral("stackTitle"));
    m_title->setContentsMargins(6, 4, 6, 0);
    m_view = new QTableView;
    m_view->setObjectName(QStringLiteral("stackTable"));
    m_view->setAccessibleName(tr("Stack of the selected trace, innermost frame first"));
    m_model = new StackModel(this);
    m_view->setModel(m_model);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setItemDelegate(new HeatDelegate(m_view));
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    addCopyActions(m_view);
    addColumnMenu(m_view->horizontalHeader());
    (new TableColumns(m_view->horizontalHeader()))
        ->setWidths({{digit * 18, digit * 12}, {digit * 20, digit * 12}, {digit * 30, digit * 14}}, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_title);
    layout->addWidget(m_view, 1);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (!now.isValid()) return;
        emit picked(m_result->traces().lineOf(m_model->frames()[static_cast<std::size_t>(now.row())]),
                    QGuiApplication::mouseButtons() == Qt::NoButton);
    });
    connect(&PathMap::shared(), &PathMap::changed, this, &StackPane::readSources);
    showTrace(nullptr, std::nullopt);
}

void StackPane::showTrace(std::shared_ptr<const InstantResult> result, std::optional<TraceIndex> trace) {
    m_result = std::move(result);
    std::vector<FrameIndex> frames;
    if (m_result && trace) frames = ShownFrames(m_result->traces(), m_result->treeOptions.hidden).of(*trace);
    std::reverse(frames.begin(), frames.end());
    QString title = !trace           ? tr("Select a trace to see its stack.")
                    : frames.empty() ? tr("This memory was allocated without a Python stack.")
                                     : tr("Stack, innermost frame first");
    if (m_result && trace) {
        const TraceTable& traces = m_result->traces();
        const std::string thread = frames.empty() ? threadText(traces, traces.trace(*trace).thread) : std::string();
        for (const std::string& text : {thread, labelsText(traces, *trace)})
            if (!text.empty()) title += QStringLiteral(" \u00B7 ") + QString::fromStdString(text);
    }
    m_title->setText(title);
    m_title->setToolTip(title);
    m_model->setStack(m_result, std::move(frames));
    readSources();
}

void StackPane::readSources() {
    std::vector<SourcePlace> places;
    for (const FrameIndex frame : m_model->frames())
        places.push_back(
            {sourceQueryOf(*m_result->info, m_result->traces().file(frame)), m_result->traces().frame(frame).line});
    if (places.empty()) return m_sourceTask.cancel();
    m_sourceTask.start([places = std::move(places)](std::stop_token stop) { return readSourceLines(places, stop); },
                       [this](std::vector<std::string> sources) {
                           m_model->setSources(std::move(sources));
                           emit settled();
                       });
}

bool StackPane::passesThrough(LineIndex line) const {
    return std::any_of(m_model->frames().begin(), m_model->frames().end(),
                       [&](FrameIndex frame) { return m_result->traces().lineOf(frame) == line; });
}

}  // namespace heapprof::gui
