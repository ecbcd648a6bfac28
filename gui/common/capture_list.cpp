#include "gui/common/capture_list.h"

#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>
#include <utility>

#include "gui/common/small_curve.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr int kCurveWidth = 96, kSmallCurveWidth = 48, kCurveHeight = 30;
constexpr int kNarrow = 420, kNarrowest = 230;  // widths of a row: below these the curve is smaller, or left out
const QString kBetween = QStringLiteral("  \u00B7  ");

void paintCurve(QPainter& painter, const QRectF& area, const std::vector<std::int64_t>& curve, const Tones& tones) {
    if (curve.empty()) return;
    const auto top = static_cast<double>(std::max<std::int64_t>(1, *std::ranges::max_element(curve)));
    const double step = area.width() / static_cast<double>(curve.size());
    QPolygonF line;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const double x = area.left() + step * static_cast<double>(i);
        const double y = area.bottom() - area.height() * std::max(0.0, static_cast<double>(curve[i]) / top);
        line << QPointF(x, y) << QPointF(x + step, y);
    }
    paintSmallCurve(painter, line, area.bottom(), tones.accent);
}

/// One after the other on one line, with a gap between; the first is cut while the second keeps what it needs, up to
/// its share.
class TwoTexts {
public:
    TwoTexts(QPainter& painter, const QRectF& area) : m_painter(painter), m_area(area) {}

    void paint(const QString& first, const QFont& firstFont, const QColor& firstColour, const QString& second,
               const QFont& secondFont, const QColor& secondColour, Qt::TextElideMode secondMode, double secondShare) {
        const QFontMetricsF metrics(firstFont), others(secondFont);
        const double gap = second.isEmpty() || first.isEmpty() ? 0 : 3 * kGrid;
        const double kept = std::min(others.horizontalAdvance(second) + 1, m_area.width() * secondShare);
        const QString cut = metrics.elidedText(first, Qt::ElideRight, std::max(0.0, m_area.width() - kept - gap));
        text(m_area, cut, firstFont, firstColour);
        const QRectF rest = m_area.adjusted(cut.isEmpty() ? 0 : metrics.horizontalAdvance(cut) + gap, 0, 0, 0);
        text(rest, others.elidedText(second, secondMode, std::max(0.0, rest.width())), secondFont, secondColour);
    }

private:
    void text(const QRectF& area, const QString& words, const QFont& font, const QColor& colour) {
        m_painter.setFont(font);
        m_painter.setPen(colour);
        m_painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, words);
    }

    QPainter& m_painter;
    QRectF m_area;
};

}  // namespace

/// Its curve, then title and place over what is known of it.
class CaptureList::Delegate : public QStyledItemDelegate {
public:
    explicit Delegate(CaptureList* list) : QStyledItemDelegate(list), m_list(*list) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {200, std::max(kCurveHeight, 2 * option.fontMetrics.height()) + 4 * kGrid};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const CaptureRow& row = m_list.m_rows[static_cast<std::size_t>(index.row())];
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const Tones tones = tonesOf(option.palette);
        paintGround(*painter, option, tones, row.isCurrent);
        const QRectF area = QRectF(option.rect).adjusted(2 * kGrid, 2 * kGrid, -2 * kGrid, -2 * kGrid);
        const int curveWidth = option.rect.width() >= kNarrow      ? kCurveWidth
                               : option.rect.width() >= kNarrowest ? kSmallCurveWidth
                                                                   : 0;
        if (curveWidth > 0)
            paintCurve(*painter, QRectF(area.topLeft(), QSizeF(curveWidth, area.height())), row.curve, tones);
        const double left = area.left() + (curveWidth > 0 ? curveWidth + 3 * kGrid : kGrid);
        const QRectF upper(left, area.top(), area.right() - left, area.height() / 2);
        QFont strong = option.font;
        strong.setWeight(QFont::DemiBold);
        TwoTexts(*painter, upper)
            .paint(row.title, strong, option.palette.color(QPalette::Text), row.beside, option.font, tones.dim,
                   Qt::ElideMiddle, 0.5);
        TwoTexts(*painter, upper.translated(0, upper.height()))
            .paint(row.lead, option.font, tones.dim, row.facts.join(kBetween), option.font, tones.dim, Qt::ElideRight,
                   1);
        painter->restore();
    }

private:
    static void paintGround(QPainter& painter, const QStyleOptionViewItem& option, const Tones& tones, bool isCurrent) {
        painter.setPen(Qt::NoPen);
        const bool hasFocus = option.state & QStyle::State_HasFocus;
        if (hasFocus || isCurrent || (option.state & QStyle::State_MouseOver)) {
            painter.setBrush(hasFocus || isCurrent ? tones.chosen : tones.hover);
            painter.drawRoundedRect(option.rect, kGrid, kGrid);
        }
        if (hasFocus && isCurrent) {
            painter.setPen(QPen(tones.accent, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), kGrid, kGrid);
            painter.setPen(Qt::NoPen);
        }
        if (!isCurrent) return;
        painter.setBrush(tones.accent);
        const QRectF bar(option.rect.left(), option.rect.top() + kGrid, 3, option.rect.height() - 2 * kGrid);
        painter.drawRoundedRect(bar, 1.5, 1.5);
    }

    CaptureList& m_list;
};

CaptureList::CaptureList(QWidget* parent) : QListWidget(parent) {
    setItemDelegate(new Delegate(this));
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    const auto want = [this](const QListWidgetItem* item) {
        const CaptureRow& chosen = m_rows[static_cast<std::size_t>(row(item))];
        if (!chosen.isCurrent) emit wanted(QString(chosen.file));  // a copy: rows may change meanwhile
    };
    connect(this, &QListWidget::itemActivated, this, want);
    connect(this, &QListWidget::itemClicked, this, want);
}

void CaptureList::setRows(std::vector<CaptureRow> rows) {
    const auto sameFile = [](const CaptureRow& one, const CaptureRow& other) { return one.file == other.file; };
    const bool isKept = std::ranges::equal(m_rows, rows, sameFile);
    m_rows = std::move(rows);
    if (!isKept) clear();
    for (int i = 0; i < static_cast<int>(m_rows.size()); ++i) {
        const CaptureRow& row = m_rows[static_cast<std::size_t>(i)];
        if (!isKept) addItem(new QListWidgetItem);
        QListWidgetItem* shown = item(i);
        shown->setText(row.title);
        QStringList said{row.beside, aboutOf(i), row.isCurrent ? tr("shown now") : QString()};
        said.removeAll(QString());
        shown->setData(Qt::AccessibleDescriptionRole, said.join(kBetween));  // for those who cannot see the picture
        said.prepend(row.title);
        shown->setToolTip(said.join(u'\n').toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
    }
    updateGeometry();
    viewport()->update();
}

QString CaptureList::aboutOf(int row) const {
    const CaptureRow& known = m_rows[static_cast<std::size_t>(row)];
    return ((known.lead.isEmpty() ? QStringList{} : QStringList{known.lead}) + known.facts).join(kBetween);
}

void CaptureList::setMostInSight(int rows) {
    m_mostInSight = rows;
    updateGeometry();
}

QSize CaptureList::sizeHint() const {
    const int rowHeight = sizeHintForRow(0), margins = 2 * frameWidth();
    if (m_mostInSight > 0 && count() > m_mostInSight)  // half a row says that there are more
        return {560, m_mostInSight * rowHeight + rowHeight / 2 + margins};
    return {560, std::max(1, count()) * rowHeight + margins};
}

QSize CaptureList::minimumSizeHint() const {
    return m_mostInSight > 0 ? QSize(120, sizeHint().height()) : QListWidget::minimumSizeHint();
}

}  // namespace heapprof::gui
