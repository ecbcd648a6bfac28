#include "gui/traces/cells.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "gui/common/colours.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Cells)
};

QString grouped(std::int64_t number) { return QLocale().toString(static_cast<qlonglong>(number)); }

}  // namespace

QColor matchBackground(const QPalette& palette, bool isAt) {
    QColor colour = matchColour(palette);
    colour.setAlphaF(isAt ? 0.55F : 0.2F);
    return colour;
}

QString CellStyle::text(CellKind kind, std::int64_t number) const {
    if (number == 0 && hidesZero) return {};
    switch (kind) {
        case CellKind::Bytes:
            return QString::fromStdString(isDifference ? formatSignedBytes(number) : formatBytes(number));
        case CellKind::Share:
            return (isDifference && number > 0 ? QStringLiteral("+") : QString()) +
                   QString::fromStdString(formatShare(number, shareBase));
        case CellKind::Count:
            return isDifference && number > 0 ? QLatin1Char('+') + grouped(number) : grouped(number);
        case CellKind::Identifier:
            return QString::number(number);
        case CellKind::Text:
        case CellKind::Code:
        case CellKind::Interval:
            break;
    }
    return {};
}

QString CellStyle::toolTip(CellKind kind, std::int64_t number) const {
    switch (kind) {
        case CellKind::Bytes:
            return Words::tr("%1 bytes").arg(grouped(number));
        case CellKind::Share:
            return isDifference
                       ? Words::tr("%1 of %2 bytes that grew or shrank").arg(grouped(number), grouped(shareBase))
                       : Words::tr("%1 of %2 bytes").arg(grouped(number), grouped(shareBase));
        case CellKind::Count:
            return Words::tr("blocks: %1").arg(grouped(number));
        case CellKind::Identifier:
            return QString::number(number);
        case CellKind::Text:
        case CellKind::Code:
        case CellKind::Interval:
            break;
    }
    return {};
}

double CellStyle::heat(std::int64_t number) const {
    if (shareBase <= 0) return 0;
    return std::clamp(static_cast<double>(number) / static_cast<double>(shareBase), -1.0, 1.0);
}

QVariant CellStyle::intervalData(const Estimate& usage, int role) {
    const Interval interval = interval95(static_cast<double>(usage.bytes), usage.bytesVariance);
    const std::int64_t min = std::llround(interval.min), max = std::llround(interval.max);
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(formatInterval(usage));
        case Qt::ToolTipRole:
            return usage.bytesVariance > 0
                       ? Words::tr("Between %1 and %2 bytes in 95 of 100 recordings").arg(grouped(min), grouped(max))
                       : Words::tr("exact");
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        case RawRole:
            return usage.bytesVariance > 0 ? QStringLiteral("%1 to %2").arg(min).arg(max) : QString();
        default:
            return {};
    }
}

QVariant CellStyle::data(CellKind kind, std::int64_t number, int role, const QPalette& palette) const {
    switch (role) {
        case Qt::DisplayRole:
            return text(kind, number);
        case Qt::ToolTipRole:
            return toolTip(kind, number);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        case Qt::ForegroundRole:
            if (isDifference && kind != CellKind::Identifier && number != 0) {
                return changeColour(number > 0 ? 1 : -1, palette);
            }
            // What is nothing is quiet.
            if (number == 0 && kind != CellKind::Identifier) return palette.color(QPalette::PlaceholderText);
            return {};
        case ChangeRole:
            return isDifference;
        case HeatRole:
            return kind == CellKind::Share && !(hidesZero && number == 0) ? QVariant(heat(number)) : QVariant();
        case RawRole:
            return static_cast<qlonglong>(number);
        default:
            return {};
    }
}

}  // namespace heapprof::gui
