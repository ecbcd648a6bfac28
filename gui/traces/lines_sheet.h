// The greatest lines of code as a page for PNG, SVG and PDF.
#pragma once

#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QSizeF>
#include <memory>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

struct LinesSheet {
    std::shared_ptr<const UsageRows> rows;  ///< of makeLineRows; null: an empty page that says so
    QPalette palette;
    QFont font;
    QString emptyText;

    /// In logical pixels.
    QSizeF size() const;
    /// Scaled as a whole to fit into `size`.
    void draw(QPainter& painter, const QSizeF& size) const;
};

}  // namespace heapprof::gui
