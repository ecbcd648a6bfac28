#include "gui/composition/composition_view.h"

#include <QHeaderView>
#include <QPainter>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/text/text.h"
#include "gui/common/fitted_page.h"
#include "gui/common/style.h"
#include "gui/composition/composition_bar.h"
#include "gui/composition/composition_texts.h"

namespace heapprof::gui {
namespace {

constexpr int kSwatch = 10;
constexpr double kPageWidth = 900;
enum LegendColumn { Name, Amount, Share, Explanation };

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QIcon swatch(const QColor& colour) {
    QPixmap pixmap(2 * kSwatch, 2 * kSwatch);
    pixmap.fill(colour);
    return pixmap;
}

/// Of parts that are nothing only what matters is shown.
bool isShown(const Composition::Part& part) {
    return part.bytes != 0 || part.kind == CompositionKind::Python || part.kind == CompositionKind::Unexplained;
}

}  // namespace

CompositionView::CompositionView(ViewStateStore& store, QWidget* parent) : InstantView(store, parent) {
    setObjectName(QStringLiteral("compositionView"));
    m_bar = new CompositionBar;
    m_legend = new QTreeWidget;
    m_legend->setObjectName(QStringLiteral("compositionLegend"));
    m_legend->setAccessibleName(tr("Parts of resident memory"));
    m_legend->setRootIsDecorated(false);
    m_legend->setUniformRowHeights(true);
    m_legend->setIconSize({kSwatch, kSwatch});
    m_legend->setHeaderLabels({tr("Part"), tr("Bytes"), tr("Share"), tr("What it is")});
    for (const int column : {Amount, Share})
        m_legend->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    QHeaderView* header = m_legend->header();
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(Name, QHeaderView::ResizeToContents);
    header->setSectionResizeMode(Explanation, QHeaderView::Stretch);
    for (const auto& [column, widest] : {std::pair(Amount, "-1000 MiB"), std::pair(Share, "-1000.0 %")})
        header->resizeSection(column, fontMetrics().horizontalAdvance(QLatin1String(widest)) + 5 * kGrid);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_legend, 1);
    setFocusProxy(m_legend);
    connect(m_bar, &CompositionBar::picked, this, [this](CompositionKind kind) {
        for (int row = 0; row < m_legend->topLevelItemCount(); ++row)
            if (m_legend->topLevelItem(row)->data(Name, Qt::UserRole).toInt() == static_cast<int>(kind))
                m_legend->setCurrentItem(m_legend->topLevelItem(row));
    });
    connect(m_legend, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        m_bar->setCurrent(item ? std::optional(static_cast<CompositionKind>(item->data(Name, Qt::UserRole).toInt()))
                               : std::nullopt);
    });
    fillLegend();
}

void CompositionView::showResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    m_problem.clear();
    if (!m_result || !m_result->timeline || m_result->timeline->memory.empty()) {
        m_task.cancel();
        take(m_result, std::nullopt);
        return;
    }
    emit preparing();
    m_task.start(
        [result = m_result](std::stop_token stop) { return compositionOf(*result, stop); },
        [this, result = m_result](std::optional<Composition> composition) { take(result, std::move(composition)); },
        [this, result = m_result](const std::string& reason) {
            m_problem = tr("What resident memory consists of could not be read: %1").arg(text(printable(reason)));
            take(result, std::nullopt);
        });
}

void CompositionView::take(std::shared_ptr<const InstantResult> result, std::optional<Composition> composition) {
    m_shown = std::move(result);
    m_composition = std::move(composition);
    fillLegend();
    if (!isBusy()) emit settled();
}

const InstantResult* CompositionView::outdated() const { return m_shown == m_result ? nullptr : m_shown.get(); }

QString CompositionView::emptyText() const {
    if (!m_problem.isEmpty()) return m_problem;
    if (!m_shown) return tr("Nothing to show yet.");
    return tr("This recording does not tell what resident memory consists of.");
}

void CompositionView::fillLegend() {
    const QTreeWidgetItem* before = m_legend->currentItem();
    const QVariant current = before ? before->data(Name, Qt::UserRole) : QVariant();
    {
        const QSignalBlocker block(m_legend);
        m_legend->clear();
    }
    m_bar->setComposition(m_composition, emptyText());
    m_bar->setCurrent(std::nullopt);
    m_legend->setHeaderHidden(!m_composition);
    if (!m_composition) return;
    for (const Composition::Part& part : m_composition->parts) {
        if (!isShown(part)) continue;
        const QString explanation = explanationOf(part.kind, *m_composition);
        auto* item =
            new QTreeWidgetItem(m_legend, {titleOf(part.kind), text(formatBytes(part.bytes)),
                                           text(formatShare(part.bytes, m_composition->resident)), explanation});
        item->setData(Name, Qt::UserRole, static_cast<int>(part.kind));
        item->setIcon(Name, swatch(colourOf(part.kind, palette())));
        item->setForeground(Explanation, palette().color(QPalette::PlaceholderText));
        item->setToolTip(Explanation, explanation);
        item->setToolTip(Amount, tr("%1 bytes").arg(text(formatBlocks(part.bytes))));
        for (const int column : {Amount, Share}) item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        if (current == item->data(Name, Qt::UserRole)) m_legend->setCurrentItem(item);
    }
}

void CompositionView::changeEvent(QEvent* event) {
    InstantView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) fillLegend();  // icons and texts have its colours
}

QSizeF CompositionView::pageSize() const {
    const double row = QFontMetricsF(font()).height() + 2 * kGrid;
    const auto rows = m_composition ? std::ranges::count_if(m_composition->parts, isShown) : 0;
    return {kPageWidth, m_bar->sizeHint().height() + static_cast<double>(rows) * row + 3 * kGrid};
}

void CompositionView::drawPage(QPainter& painter, const QSizeF& size) {
    const QSizeF natural = pageSize();
    const FittedPage page(painter, size, natural, palette().color(QPalette::Base));
    const double top = m_bar->draw(painter, natural.width());
    if (!m_composition) return;
    const QFontMetricsF metrics(font());
    painter.setFont(font());
    QRectF row(3 * kGrid, top, natural.width() - 6 * kGrid, metrics.height() + 2 * kGrid);
    const auto widthOf = [&](const char* widest) { return metrics.horizontalAdvance(QLatin1String(widest)); };
    const double amounts = widthOf("-1000 MiB") + 4 * kGrid, shares = widthOf("-1000.0 %") + 4 * kGrid;
    double names = 0;
    for (const Composition::Part& part : m_composition->parts)
        names = std::max(names, metrics.horizontalAdvance(titleOf(part.kind)));
    for (const Composition::Part& part : m_composition->parts) {
        if (!isShown(part)) continue;
        painter.fillRect(QRectF(row.left(), row.center().y() - kSwatch / 2.0, kSwatch, kSwatch),
                         colourOf(part.kind, palette()));
        QRectF cell(row.left() + kSwatch + 2 * kGrid, row.top(), names, row.height());
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter, titleOf(part.kind));
        cell = QRectF(cell.right(), row.top(), amounts, row.height());
        painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter, text(formatBytes(part.bytes)));
        cell = QRectF(cell.right(), row.top(), shares, row.height());
        painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter,
                         text(formatShare(part.bytes, m_composition->resident)));
        cell = QRectF(cell.right() + 4 * kGrid, row.top(), row.right() - cell.right() - 4 * kGrid, row.height());
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(explanationOf(part.kind, *m_composition), Qt::ElideRight, cell.width()));
        row.translate(0, row.height());
    }
}

}  // namespace heapprof::gui
