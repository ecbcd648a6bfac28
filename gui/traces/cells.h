// How the cells of the trace browser's tables are written and coloured.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <QVariant>
#include <cstdint>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

/// What a column holds. All but Text, Code and Interval are signed numbers. An Amount is in the table's measure; Share
/// is one, too, shown as a part of a base; Other is in the other measure. An Interval is that of an estimate, sorted by
/// its width. An Identifier is a number without a size.
enum class CellKind { Text, Code, Amount, Share, Interval, Other, Identifier };

struct Column {
    QString title;
    QString hint;
    CellKind kind = CellKind::Text;
    int digits = 0;  ///< how wide it is at best, when that is not what its kind is
};

/// Beyond Qt's roles: the part of the base in [-1, 1] that a heat bar shows, the bare number for CSV,
/// whether it is growth or shrinkage, the line of code that a row is about, and whether the end of a text tells most.
enum CellRole : int { HeatRole = Qt::UserRole + 1, RawRole, ChangeRole, LineRole, PlaceRole };

/// Whether cells of a column are texts.
constexpr bool isText(CellKind kind) { return kind == CellKind::Text || kind == CellKind::Code; }

/// What numbers mean in one table.
struct CellStyle {
    bool isDifference = false;
    std::int64_t shareBase = 0;  ///< what Share cells are parts of
    bool hidesZero = false;      ///< of amounts
    Measure measure = Measure::ByteCount;

    /// That of a result's amounts.
    static CellStyle of(const InstantResult& result) {
        return {result.isDifference(), result.shareBase(), false, result.measure()};
    }
    QString text(CellKind kind, std::int64_t number) const;
    QString toolTip(CellKind kind, std::int64_t number) const;
    double heat(std::int64_t number) const;
    /// Every role of an Interval cell.
    QVariant intervalData(const Estimate& usage, int role) const;
    /// Every role of a number's cell; invalid for roles that it leaves to the view.
    QVariant data(CellKind kind, std::int64_t number, int role, const QPalette& palette) const;
};

}  // namespace heapprof::gui
