#include "gui/timeplot/thread_model.h"

#include <QApplication>
#include <QPainter>
#include <QPointF>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr double kBarHeight = 6;
constexpr double kLeastBar = 3;  // pixels, so that a short life can be seen

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

void ThreadModel::setLives(const Recording& recording, std::vector<ThreadLife> lives) {
    beginResetModel();
    m_recording = recording;
    m_lives = std::move(lives);
    endResetModel();
}

const std::string& ThreadModel::threadName(int row) const { return m_recording.traces().thread(life(row).thread).name; }

int ThreadModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_lives.size());
}

int ThreadModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int{ColumnCount}; }

QVariant ThreadModel::data(const QModelIndex& index, int role) const {
    const ThreadLife& each = life(index.row());
    const Micros begin = each.begin.time, end = each.end.time;
    if (role == LifeRole) {
        const double all = std::max(1.0, static_cast<double>(m_recording.end().count));
        return QPointF(static_cast<double>(begin.count) / all, static_cast<double>(end.count) / all);
    }
    if (role == Qt::TextAlignmentRole && index.column() > Life) return int{Qt::AlignRight | Qt::AlignVCenter};
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool isSorted = role == SortRole;
    switch (index.column()) {
        case Name: {
            const std::string& name = threadName(index.row());
            return name.empty() ? tr("(thread without a name)") : text(printable(name));
        }
        case First:
            return isSorted ? QVariant(static_cast<qlonglong>(begin.count)) : text(formatTime(begin));
        case Last:
            return isSorted ? QVariant(static_cast<qlonglong>(end.count)) : text(formatTime(end));
        case Lasted:
            return isSorted ? QVariant(static_cast<qlonglong>((end - begin).count)) : text(formatTime(end - begin));
        default:
            return isSorted ? QVariant(static_cast<qlonglong>(begin.count)) : QVariant();
    }
}

QVariant ThreadModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && section > Life) return int{Qt::AlignRight | Qt::AlignVCenter};
    if (role == Qt::ToolTipRole) return tr("From the first recorded allocation of the thread to its last");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Thread");
        case Life:
            return tr("Life");
        case First:
            return tr("First seen");
        case Last:
            return tr("Last seen");
        default:
            return tr("Lasted");
    }
}

void LifeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    const QPointF life = index.data(ThreadModel::LifeRole).toPointF();
    const QRectF whole = QRectF(option.rect).adjusted(2 * kGrid, 0, -2 * kGrid, 0);
    const double top = whole.center().y() - kBarHeight / 2;
    const double width = std::clamp((life.y() - life.x()) * whole.width(), kLeastBar, whole.width());
    const double left = std::min(whole.left() + life.x() * whole.width(), whole.right() - width);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tonesOf(option.palette).chip);
    painter->drawRoundedRect(QRectF(whole.left(), top, whole.width(), kBarHeight), 2, 2);
    painter->setBrush(option.palette.color(QPalette::Highlight));
    painter->drawRoundedRect(QRectF(left, top, width, kBarHeight), 2, 2);
    painter->restore();
}

}  // namespace heapprof::gui
