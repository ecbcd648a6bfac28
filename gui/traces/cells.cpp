#include "gui/traces/cells.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Cells)
};

QString grouped(std::int64_t number) { return QString::fromStdString(formatBlocks(number)); }

/// To the last byte.
QString exactly(std::int64_t number, Measure measure) {
    const int plural = pluralOf(number);
    return (measure == Measure::ByteCount ? Words::tr("%1 bytes", nullptr, plural)
                                          : Words::tr("%1 blocks", nullptr, plural))
        .arg(grouped(number));
}

}  // namespace

QString CellStyle::text(CellKind kind, std::int64_t number) const {
    if (number == 0 && hidesZero) return {};
    const auto amount = [this](std::int64_t value, Measure in) {
        return QString::fromStdString(isDifference ? formatSignedAmount(value, in) : formatAmount(value, in));
    };
    switch (kind) {
        case CellKind::Amount:
            return amount(number, measure);
        case CellKind::Other:
            return amount(number, otherThan(measure));
        case CellKind::Share:
            return (isDifference && number > 0 ? QStringLiteral("+") : QString()) +
                   QString::fromStdString(formatShare(number, shareBase));
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
        case CellKind::Amount:
            return exactly(number, measure);
        case CellKind::Other:
            return exactly(number, otherThan(measure));
        case CellKind::Share:
            return isDifference
                       ? Words::tr("%1 of %2 that grew or shrank").arg(grouped(number), exactly(shareBase, measure))
                       : Words::tr("%1 of %2").arg(grouped(number), exactly(shareBase, measure));
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

QVariant CellStyle::intervalData(const Estimate& usage, int role) const {
    const Interval interval = interval95(usage, measure);
    const bool isExact = !(usage.varianceOf(measure) > 0);
    const std::int64_t min = std::llround(interval.min), max = std::llround(interval.max);
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(formatInterval(usage, measure));
        case Qt::ToolTipRole:
            return isExact ? Words::tr("exact")
                           : Words::tr("Between %1 and %2 in 95 of 100 recordings")
                                 .arg(grouped(min), exactly(max, measure));
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        case RawRole:
            return isExact ? QString() : QString::fromStdString(formatRange(std::to_string(min), std::to_string(max)));
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
