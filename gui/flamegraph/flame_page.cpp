#include "gui/flamegraph/flame_page.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/fitted_page.h"
#include "gui/common/result_texts.h"
#include "gui/flamegraph/flame_legend.h"
#include "gui/flamegraph/flame_painter.h"

namespace heapprof::gui {
namespace {

constexpr double kPageWidth = 1600;
constexpr double kMargin = 12;
constexpr std::uint32_t kMaxRows = 250;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(FlamePage)
};

int rowHeight(const QFont& font) { return static_cast<int>(QFontMetricsF(font).height()) + 6; }
double headHeight(const QFont& font) { return 2.2 * QFontMetricsF(font).height(); }
std::uint32_t shownRows(const FlamePage& page) {
    return page.scene ? std::min(page.scene->layout.rowCount(), kMaxRows) : 0;
}

QString title(const FlamePage& page) {
    const QString subject = Text::tr("%1: %2").arg(subjectOf(*page.scene->result), page.scene->amount(0));
    return page.search.isEmpty() ? subject : Text::tr("%1; found: %2").arg(subject, page.search);
}

}  // namespace

QSizeF FlamePage::size() const {
    const double rows = std::max(4u, shownRows(*this)) * static_cast<double>(rowHeight(font));
    return {kPageWidth, rows + headHeight(font) * 2 + 2 * kMargin};
}

void FlamePage::draw(QPainter& painter, const QSizeF& pageSize) const {
    const QSizeF natural = size();
    const FittedPage page(painter, pageSize, natural, palette.color(QPalette::Base));
    painter.translate(kMargin, kMargin);
    painter.setFont(font);
    const double width = natural.width() - 2 * kMargin;
    const QFontMetricsF metrics(font);
    const QColor ink = palette.color(QPalette::Text);
    if (!scene || scene->layout.total() == 0) {
        painter.setPen(ink);
        painter.drawText(QRectF(0, 0, width, natural.height() - 2 * kMargin), Qt::AlignCenter, emptyText);
        return;
    }
    FlamePainter frames(scene, palette, font);
    painter.setPen(ink);
    const auto legend = legendOf(*scene, frames.palette());
    const double legendLeft = width - legendWidth(legend, metrics);
    painter.drawText(QPointF(0, metrics.ascent()),
                     metrics.elidedText(title(*this), Qt::ElideRight, legendLeft - 2 * kMargin));
    drawLegend(painter, legend, QPointF(legendLeft, metrics.ascent()));
    painter.translate(0, headHeight(font));

    const std::uint32_t rows = shownRows(*this);
    FlameWindow window;
    window.x.left = static_cast<double>(scene->layout.start(focus));
    window.x.width = std::max(1.0, static_cast<double>(scene->layout.end(focus) - scene->layout.start(focus)));
    window.x.pixels = static_cast<int>(width);
    window.rowHeight = rowHeight(font);
    window.rows = rows;
    window.height = static_cast<int>(rows) * window.rowHeight;
    window.rootAtTop = rootAtTop;
    frames.paintShapes(painter, window, matches);
    if (const std::uint32_t hidden = scene->layout.rowCount() - rows; hidden > 0) {
        painter.setPen(ink);
        painter.drawText(QPointF(0, window.height + metrics.height() * 1.2),
                         Text::tr("Deeper levels that are not drawn: %1").arg(hidden));
    }
}

}  // namespace heapprof::gui
