// The flame graph as a page for PNG, SVG and PDF.
#pragma once

#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QSizeF>
#include <QString>
#include <cstdint>
#include <memory>
#include <vector>

#include "gui/flamegraph/flame_scene.h"

namespace heapprof::gui {

struct FlamePage {
    std::shared_ptr<const FlameScene> scene;  ///< null: an empty page that says so
    std::uint32_t focus = 0;                  ///< its range fills the page's width
    bool rootAtTop = true;
    std::vector<std::uint32_t> matches;  ///< of the search; ascending
    QString search;                      ///< as it was typed; empty: there is none
    QPalette palette;
    QFont font;
    QString emptyText;

    /// In logical pixels. Very deep graphs are cut off, and the page says how many levels are missing.
    QSizeF size() const;
    /// Scaled as a whole to fit into `size`.
    void draw(QPainter& painter, const QSizeF& size) const;
};

}  // namespace heapprof::gui
