#include "gui/window/recent_captures.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/text/text.h"
#include "gui/common/small_curve.h"
#include "gui/common/style.h"
#include "gui/document/document.h"
#include "gui/summary/summary_texts.h"

namespace heapprof::gui {
namespace {

constexpr int kFileRole = Qt::UserRole;
constexpr std::size_t kCurveSteps = 96;
constexpr int kCurveWidth = 96, kCurveHeight = 30;
constexpr std::uintmax_t kLargestMetadata = 64 << 20;  // more would take seconds and much memory, for a list

std::filesystem::path pathOf(const QString& file) {
    return std::filesystem::path(QFile::encodeName(file).toStdString());
}

QString nameOf(const QString& file) {
    return QString::fromStdString(printable(withoutExtension(pathOf(file).filename()).string()));
}

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

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

}  // namespace

/// Its curve, then name and folder over what is known of it.
class RecentCaptures::Delegate : public QStyledItemDelegate {
public:
    explicit Delegate(RecentCaptures* list) : QStyledItemDelegate(list), m_list(*list) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {200, std::max(kCurveHeight, 2 * option.fontMetrics.height()) + 4 * kGrid};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const Tones tones = tonesOf(option.palette);
        if (option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.state & QStyle::State_HasFocus ? tones.chosen : tones.hover);
            painter->drawRoundedRect(option.rect, kGrid, kGrid);
        }
        const QRectF area = QRectF(option.rect).adjusted(2 * kGrid, 2 * kGrid, -2 * kGrid, -2 * kGrid);
        const QString file = index.data(kFileRole).toString();
        const auto known = m_list.m_known.find(file);
        if (known != m_list.m_known.end() && known->second.overview)
            paintCurve(*painter, QRectF(area.topLeft(), QSizeF(kCurveWidth, area.height())),
                       known->second.overview->curve, tones);
        const double left = area.left() + kCurveWidth + 4 * kGrid, lineHeight = area.height() / 2;
        const QRectF upper(left, area.top(), area.right() - left, lineHeight);
        QFont strong = option.font;
        strong.setWeight(QFont::DemiBold);
        painter->setFont(strong);
        painter->setPen(option.palette.color(QPalette::Text));
        const QFileInfo info(file);
        const QString name = nameOf(file);
        painter->drawText(upper, Qt::AlignLeft | Qt::AlignVCenter, name);
        const double used = QFontMetricsF(strong).horizontalAdvance(name) + 3 * kGrid;
        painter->setFont(option.font);
        painter->setPen(tones.dim);
        const QRectF folder = upper.adjusted(used, 0, 0, 0);
        const QFontMetricsF metrics(option.font);
        painter->drawText(folder, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(QDir::toNativeSeparators(info.absolutePath()), Qt::ElideMiddle,
                                             std::max(0.0, folder.width())));
        const QRectF lower = upper.translated(0, lineHeight);
        painter->drawText(lower, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(m_list.aboutOf(index.row()), Qt::ElideRight, lower.width()));
        painter->restore();
    }

private:
    RecentCaptures& m_list;
};

RecentCaptures::RecentCaptures(QWidget* parent) : QListWidget(parent) {
    setItemDelegate(new Delegate(this));
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    const auto want = [this](const QListWidgetItem* item) { emit wanted(item->data(kFileRole).toString()); };
    connect(this, &QListWidget::itemActivated, this, want);
    connect(this, &QListWidget::itemClicked, this, want);
}

void RecentCaptures::setFiles(const QStringList& files) {
    clear();
    for (const QString& file : files) {
        auto* item = new QListWidgetItem(nameOf(file), this);
        item->setData(kFileRole, file);
        item->setToolTip(QDir::toNativeSeparators(file).toHtmlEscaped());
    }
    updateGeometry();
    m_files = files;
    m_isReadingWanted = true;
    if (isVisible()) readFiles();
}

void RecentCaptures::showEvent(QShowEvent* event) {
    QListWidget::showEvent(event);
    readFiles();
}

void RecentCaptures::readFiles() {
    if (!std::exchange(m_isReadingWanted, false)) return;
    m_task.start([files = m_files](std::stop_token stop) { return read(files, stop); },
                 [this](KnownByFile known) {
                     m_known = std::move(known);
                     for (int row = 0; row < count(); ++row)  // for those who cannot see the picture
                         item(row)->setData(Qt::AccessibleDescriptionRole, aboutOf(row));
                     viewport()->update();
                 });
}

RecentCaptures::KnownByFile RecentCaptures::read(const QStringList& files, const std::stop_token& stop) {
    KnownByFile known;
    for (const QString& file : files) {
        if (stop.stop_requested()) break;
        Known& each = known[file];
        std::error_code unknown;
        const auto size = std::filesystem::file_size(withoutExtension(pathOf(file)) += ".hpm", unknown);
        if (!unknown && size > kLargestMetadata) continue;
        try {
            each.overview = overviewOf(pathOf(file), kCurveSteps);
        } catch (const std::exception&) {
            each.problem = QFileInfo::exists(file) ? tr("cannot be read") : tr("is not there any more");
        }
    }
    return known;
}

QString RecentCaptures::aboutOf(int row) const {
    const auto found = m_known.find(item(row)->data(kFileRole).toString());
    if (found == m_known.end()) return {};
    const auto& [overview, problem] = found->second;
    if (!overview) return problem;
    QStringList parts;
    if (const QString program = programText(overview->metadata); !program.isEmpty()) parts << program;
    if (overview->metadata.wallStart != 0)
        parts << QLocale().toString(QDateTime::fromMSecsSinceEpoch(overview->metadata.wallStart / 1'000'000),
                                    QLocale::ShortFormat);
    if (!overview->curve.empty())
        parts << text(formatTime(overview->end)) << tr("peak %1").arg(text(formatBytes(overview->peakBytes)));
    if (overview->isBeingWritten) parts << tr("still being recorded");
    return parts.join(QStringLiteral("  \u00B7  "));
}

QSize RecentCaptures::sizeHint() const { return {560, std::max(1, count()) * sizeHintForRow(0) + 2 * frameWidth()}; }

}  // namespace heapprof::gui
