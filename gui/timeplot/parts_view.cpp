#include "gui/timeplot/parts_view.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/ground_delegate.h"
#include "gui/common/line_menu.h"
#include "gui/common/result_texts.h"
#include "gui/common/segmented_control.h"
#include "gui/common/style.h"
#include "gui/common/wrap_layout.h"
#include "gui/timeplot/parts_chart.h"

namespace heapprof::gui {
namespace {

constexpr int kPixelsPerStep = 2;
constexpr int kLabelRole = Qt::UserRole + 1;  // of a choice by label: its name, bytes
constexpr int kSwatch = 10;
constexpr double kLegendWidth = 320;  // of an exported picture
enum LegendColumn { Name, Amount, Share };

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QIcon swatch(const QColor& colour) {
    QPixmap pixmap(2 * kSwatch, 2 * kSwatch);
    pixmap.fill(colour);
    return pixmap;
}

}  // namespace

PartsView::PartsView(ViewStateStore& store, QWidget* parent) : InstantView(store, parent) {
    setObjectName(QStringLiteral("partsView"));
    make();
    setFocusProxy(m_legend);
    connect(&store, &ViewStateStore::changed, this, &PartsView::onStateChanged);
    syncTools();
    updateChart();
}

void PartsView::make() {
    auto* tools = new WrapLayout;
    tools->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    tools->setSpacing(2 * kGrid);
    m_by = new QComboBox;
    m_by->setObjectName(QStringLiteral("partsBy"));
    m_by->setAccessibleName(tr("One part per"));
    m_by->setToolTip(
        tr("What the memory is divided by: the code that allocates itself, the thread, the domain, or a label that the "
           "program has set"));
    const auto addChoice = [this](const QString& title, PartsBy by) { m_by->addItem(title, static_cast<int>(by)); };
    addChoice(tr("By line"), PartsBy::Line);
    addChoice(tr("By function"), PartsBy::Function);
    addChoice(tr("By file"), PartsBy::File);
    addChoice(tr("By module"), PartsBy::Module);
    addChoice(tr("By thread"), PartsBy::Thread);
    addChoice(tr("By domain"), PartsBy::Domain);
    tools->addWidget(m_by);
    m_unit = new SegmentedControl(tr("Unit"));
    m_unit->addSegment(0, QStringLiteral("partsAmount"), tr("Amount"), tr("How much each part has"));
    m_unit->addSegment(1, QStringLiteral("partsShare"), tr("Share"), tr("How much of the total each part has"));
    tools->addWidget(m_unit);

    m_chart = new PartsChart;
    m_legend = new QTreeWidget;
    m_legend->setObjectName(QStringLiteral("partsLegend"));
    m_legend->setAccessibleName(tr("Parts"));
    m_legend->setRootIsDecorated(false);
    m_legend->setItemDelegate(new GroundDelegate(m_legend));
    m_legend->setUniformRowHeights(true);
    m_legend->setIconSize({kSwatch, kSwatch});
    m_legend->setTextElideMode(Qt::ElideLeft);
    m_legend->setHeaderLabels({tr("Part"), tr("Bytes"), tr("Share")});
    m_legend->headerItem()->setTextAlignment(Amount, Qt::AlignRight | Qt::AlignVCenter);
    m_legend->headerItem()->setTextAlignment(Share, Qt::AlignRight | Qt::AlignVCenter);
    m_legend->header()->setStretchLastSection(false);
    m_legend->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    for (const auto& [column, widest] : {std::pair(Amount, "+1000 MiB"), std::pair(Share, "-100.0 %")}) {
        m_legend->header()->setSectionResizeMode(column, QHeaderView::Fixed);
        m_legend->header()->resizeSection(column, fontMetrics().horizontalAdvance(QLatin1String(widest)) + 5 * kGrid);
    }
    m_legend->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* middle = new QSplitter;
    middle->setChildrenCollapsible(false);
    middle->addWidget(m_chart);
    middle->addWidget(m_legend);
    middle->setStretchFactor(0, 3);
    middle->setStretchFactor(1, 2);
    middle->setSizes({600, 400});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(tools);
    layout->addWidget(middle, 1);

    connect(m_by, &QComboBox::activated, this, [this](int index) {
        store().change([&](ViewState& edited) {
            edited.parts.by = static_cast<PartsBy>(m_by->itemData(index).toInt());
            edited.parts.label = m_by->itemData(index, kLabelRole).toByteArray().toStdString();
        });
    });
    connect(m_unit, &SegmentedControl::chosen, this,
            [this](int id) { store().change([id](ViewState& edited) { edited.parts.isShare = id == 1; }); });
    connect(m_chart, &PartsChart::picked, this, &PartsView::pick);
    connect(m_chart, &PartsChart::menuWanted, this, &PartsView::showMenu);
    connect(m_legend, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (item) pick(static_cast<std::size_t>(m_legend->indexOfTopLevelItem(item)));
    });
    connect(m_legend, &QTreeWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        if (const QTreeWidgetItem* item = m_legend->itemAt(position))
            showMenu(static_cast<std::size_t>(m_legend->indexOfTopLevelItem(const_cast<QTreeWidgetItem*>(item))),
                     m_legend->viewport()->mapToGlobal(position));
    });
}

PartsView::Wanted PartsView::wanted() const {
    const auto steps = static_cast<std::size_t>(std::clamp(m_chart->width() / kPixelsPerStep, 50, 1000));
    PartsOptions options = state().parts;
    options.isShare = false;  // is a matter of drawing
    return {m_result, {m_span, steps}, options};
}

void PartsView::showResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    offerLabels();
    if (m_result && m_result->recording.hasEvents()) return ask();
    m_task.cancel();
    m_asked = {};
    m_problem.clear();
    takeScene(nullptr);
}

void PartsView::showPlot(const PlotResult* plot) {
    m_span = plot ? std::optional(PlotRange::Span{plot->begin, std::min(plot->end, plot->last)}) : std::nullopt;
    ask();
}

/// What is under way is finished first: while a capture grows there is always something newer.
void PartsView::ask() {
    if (!m_result || m_task.isRunning() || wanted() == m_asked) return;
    m_asked = wanted();
    m_problem.clear();
    emit preparing();
    m_task.start(
        [wanted = m_asked, known = m_scene](std::stop_token stop) {
            return makePartsScene(wanted.result, wanted.range, wanted.options, known.get(), stop);
        },
        [this](std::shared_ptr<const PartsScene> scene) { takeScene(std::move(scene)); },
        [this](const std::string& reason) {
            m_problem = tr("Memory over time could not be divided: %1").arg(QString::fromStdString(printable(reason)));
            takeScene(nullptr);
        });
}

void PartsView::takeScene(std::shared_ptr<const PartsScene> scene) {
    const bool hasSameEntries = m_scene && scene && m_scene->series == scene->series;
    if (!hasSameEntries) m_matches.clear();
    m_scene = std::move(scene);
    fillLegend();
    updateChart();
    updateSearch();
    ask();
    if (!isBusy()) emit settled();
}

const InstantResult* PartsView::outdated() const {
    return m_scene && m_scene->result != m_result ? m_scene->result.get() : nullptr;
}

void PartsView::fillLegend() {
    const QSignalBlocker block(m_legend);
    m_legend->clear();
    if (m_scene) {
        const Measure measure = m_scene->result->measure();
        const PartsScene::Question& question = m_scene->question;
        // Of a place the end tells most, of other names the beginning.
        const bool arePlaces = question.by == PartsBy::Line || question.by == PartsBy::File;
        m_legend->setTextElideMode(arePlaces ? Qt::ElideLeft : Qt::ElideRight);
        m_legend->headerItem()->setText(Name,
                                        question.by == PartsBy::Label ? text(printable(question.label)) : tr("Part"));
        for (const PartsScene::Entry& entry : m_scene->entries) {
            auto* item = new QTreeWidgetItem(
                m_legend, {entry.name, amountText(*m_scene->result, m_scene->result->amountOf(entry.now)),
                           text(formatShare(entry.now.of(measure), m_scene->shareBase))});
            item->setIcon(Name, swatch(entry.colour));
            item->setToolTip(Name, entry.name);
            item->setToolTip(Amount, text(formatEstimate(entry.now, measure)));
            for (const int column : {Amount, Share}) item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
        m_legend->headerItem()->setText(Amount, titleOf(measure));
        m_legend->headerItem()->setToolTip(Amount, subjectOf(*m_scene->result));
    }
    updateCurrent();
}

void PartsView::onStateChanged(const ViewState& now, const ViewState& before) {
    syncTools();
    if (now.parts.isShare != before.parts.isShare) updateChart();
    if (now.selectedLine != before.selectedLine) updateCurrent();
    if (now.search.text != before.search.text)
        updateSearch();
    else if (now.search != before.search)
        showMatches();
    ask();
}

/// The capture's labels, behind what there always is.
void PartsView::offerLabels() {
    const std::vector<std::string> names = m_result ? m_result->traces().labelNames() : std::vector<std::string>();
    if (names == m_labels) return;
    m_labels = names;
    while (m_by->itemData(m_by->count() - 1).toInt() == static_cast<int>(PartsBy::Label))
        m_by->removeItem(m_by->count() - 1);
    for (const std::string& name : names) {
        m_by->addItem(tr("By label %1").arg(text(printable(name))), static_cast<int>(PartsBy::Label));
        m_by->setItemData(m_by->count() - 1, QByteArray::fromStdString(name), kLabelRole);
    }
    syncTools();
}

void PartsView::syncTools() {
    const PartsOptions& options = state().parts;
    m_by->setCurrentIndex(options.by == PartsBy::Label
                              ? m_by->findData(QByteArray::fromStdString(options.label), kLabelRole)
                              : m_by->findData(static_cast<int>(options.by)));
    m_unit->setCurrent(state().parts.isShare ? 1 : 0);
}

void PartsView::updateChart() {
    const QString nothing = !m_problem.isEmpty() ? m_problem
                            : m_result           ? tr("No memory was recorded in this interval")
                                                 : tr("Nothing to show yet.");
    m_chart->setScene(m_scene, state().parts.isShare, nothing);
}

/// The selected line's part; of other parts the one picked last, while the parts are the same.
void PartsView::updateCurrent() {
    std::optional<std::size_t> current;
    if (m_scene && m_scene->question.by == PartsBy::Line) {
        const auto found = std::ranges::find(m_scene->entries, state().selectedLine, &PartsScene::Entry::line);
        if (state().selectedLine && found != m_scene->entries.end())
            current = static_cast<std::size_t>(found - m_scene->entries.begin());
    } else if (m_scene) {
        const auto found = std::ranges::find(m_scene->entries, m_picked, &PartsScene::Entry::name);
        if (found != m_scene->entries.end()) current = static_cast<std::size_t>(found - m_scene->entries.begin());
    }
    const QSignalBlocker block(m_legend);
    m_legend->setCurrentItem(current ? m_legend->topLevelItem(static_cast<int>(*current)) : nullptr);
    m_chart->setCurrent(current);
}

void PartsView::updateSearch() {
    if (!m_scene || state().search.text.empty()) {
        m_searchTask.cancel();
        m_matches.clear();
        return showMatches();
    }
    showMatches();
    m_searchTask.start([scene = m_scene, text = state().search.text](
                           std::stop_token) { return matchesIn(*scene, *scene->result->search(text)); },
                       [this](std::vector<bool> matches) {
                           m_matches = std::move(matches);
                           showMatches();
                           if (!isBusy()) emit settled();
                       });
}

std::optional<std::size_t> PartsView::matchAt() const {
    if (!m_scene || m_matches.empty() || !state().search.at) return std::nullopt;
    const auto found = std::ranges::find(m_scene->entries, state().search.at, &PartsScene::Entry::line);
    if (found == m_scene->entries.end()) return std::nullopt;
    return static_cast<std::size_t>(found - m_scene->entries.begin());
}

void PartsView::showMatches() {
    const auto at = matchAt();
    for (int row = 0; row < m_legend->topLevelItemCount(); ++row) {
        const auto entry = static_cast<std::size_t>(row);
        const bool isMatch = entry < m_matches.size() && m_matches[entry];
        const QBrush ground = isMatch ? QBrush(matchBackground(palette(), at == entry)) : QBrush();
        for (const int column : {Name, Amount, Share}) m_legend->topLevelItem(row)->setBackground(column, ground);
    }
    if (at) m_legend->scrollToItem(m_legend->topLevelItem(static_cast<int>(*at)));
    m_chart->setMatches(m_matches, at);
}

void PartsView::pick(std::size_t entry) {
    m_picked = m_scene->entries[entry].name;
    if (const auto& line = m_scene->entries[entry].line)
        store().change([&](ViewState& edited) { edited.selectedLine = line; });
    updateCurrent();
}

void PartsView::showMenu(std::size_t entry, const QPoint& global) {
    pick(entry);
    const PartsScene::Entry& each = m_scene->entries[entry];
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("lineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (each.line)
        addLineActions(*menu, store(), *m_scene->result->info);
    else if (each.filter)
        addFilterActions(*menu, store(), *each.filter, m_scene->result->traces());
    if (menu->isEmpty()) return delete menu;
    menu->popup(global);
}

void PartsView::resizeEvent(QResizeEvent* event) {
    InstantView::resizeEvent(event);
    ask();
}

void PartsView::changeEvent(QEvent* event) {
    InstantView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showMatches();
}

void PartsView::drawPage(QPainter& painter, const QSizeF& size) {
    painter.fillRect(QRectF(QPointF(), size), palette().color(QPalette::Base));
    const double legend = std::min(size.width() / 3, kLegendWidth);
    m_chart->drawPage(painter, {size.width() - legend, size.height()});
    if (!m_scene) return;
    const QFontMetricsF metrics(font());
    painter.setFont(font());
    QRectF row(size.width() - legend, 2 * kGrid, legend - 2 * kGrid, metrics.height() + kGrid);
    for (std::size_t i = 0; i < m_scene->entries.size(); ++i) {
        const PartsScene::Entry& entry = m_scene->entries[i];
        if (i < m_matches.size() && m_matches[i])
            painter.fillRect(row.adjusted(-kGrid, 0, kGrid, 0), matchBackground(palette(), matchAt() == i));
        painter.fillRect(QRectF(row.left(), row.center().y() - kSwatch / 2.0, kSwatch, kSwatch), entry.colour);
        painter.setPen(palette().color(QPalette::Text));
        const QString amount = amountText(*m_scene->result, m_scene->result->amountOf(entry.now));
        const double amountWidth = metrics.horizontalAdvance(amount) + 2 * kGrid;
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, amount);
        const QRectF name = row.adjusted(kSwatch + 2 * kGrid, 0, -amountWidth, 0);
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(entry.name, m_legend->textElideMode(), name.width()));
        row.translate(0, row.height());
    }
}

}  // namespace heapprof::gui
