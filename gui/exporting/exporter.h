// Writes pictures and data of views into files, whole or not at all.
#pragma once

#include <QPainter>
#include <QSizeF>
#include <QString>
#include <functional>
#include <memory>
#include <span>

#include "core/state/time_series.h"
#include "gui/document/instant_result.h"
#include "gui/exporting/export_format.h"

namespace heapprof::gui {

/// Each returns what went wrong, as one sentence for people; empty: the file is written. A file that was there before
/// is replaced only when all went well.

/// The title of an export of the capture `name`: with what counts, unless that is everything recorded.
QString exportTitle(const QString& name, const Counted& counted, const Recording& recording);

struct PicturePage {
    QSizeF size;            ///< logical pixels, 96 to the inch
    double pixelRatio = 1;  ///< pixels per logical pixel, of a PNG
    QString title;
    std::function<void(QPainter&, const QSizeF&)> draw;
};
/// `format` is one for which isPicture() holds.
QString exportPicture(const QString& path, ExportFormat format, const PicturePage& page);

/// Speedscope, collapsed stacks, DOT and CSV of the line table.
QString exportInstant(const QString& path, ExportFormat format, const InstantResult& result,
                      const FlowGraphOptions& flow, const QString& title);
/// CSV of what resident memory consists of.
QString exportComposition(const QString& path, const InstantResult& result);
/// CSV of the total over time, in `measure`, of a recording that began at `wallStart`, ns since 1970.
QString exportTotal(const QString& path, std::span<const TotalStep> steps, std::int64_t wallStart, Measure measure);

}  // namespace heapprof::gui
