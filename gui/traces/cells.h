// How the cells of the trace browser's tables are written and coloured.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <QVariant>
#include <cstdint>

#include "core/state/snapshot.h"

namespace heapprof::gui {

/// What a column holds. All but Text, Code and Interval are signed numbers; Share is bytes too, shown as a part of a
/// base. An Interval is that of an estimate, sorted by its width. An Identifier is a number without a size.
enum class CellKind { Text, Code, Bytes, Share, Interval, Count, Identifier };

struct Column {
    QString title;
    QString hint;
    CellKind kind = CellKind::Text;
};

/// Beyond Qt's roles: the part of the base in [-1, 1] that a heat bar shows, the bare number for CSV,
/// whether it is growth or shrinkage, and the line of code that a row is about.
enum CellRole : int { HeatRole = Qt::UserRole + 1, RawRole, ChangeRole, LineRole };

/// Whether cells of a column are texts.
constexpr bool isText(CellKind kind) { return kind == CellKind::Text || kind == CellKind::Code; }

/// Behind what the search finds, or behind the one that it is at.
QColor matchBackground(const QPalette& palette, bool isAt);

/// What numbers mean in one table.
struct CellStyle {
    bool isDifference = false;
    std::int64_t shareBase = 0;  ///< what Share cells are parts of
    bool hidesZero = false;      ///< of amounts

    QString text(CellKind kind, std::int64_t number) const;
    QString toolTip(CellKind kind, std::int64_t number) const;
    double heat(std::int64_t number) const;
    /// Every role of an Interval cell.
    static QVariant intervalData(const Estimate& usage, int role);
    /// Every role of a number's cell; invalid for roles that it leaves to the view.
    QVariant data(CellKind kind, std::int64_t number, int role, const QPalette& palette) const;
};

}  // namespace heapprof::gui
