#include "gui/flowgraph/flow_items.h"

#include <QGraphicsScene>
#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>
#include <cmath>

#include "gui/common/colours.h"

namespace heapprof::gui {
namespace {

constexpr double kOutlineRoom = 6;     // what an outline may reach beyond its box
constexpr double kReadablePixels = 6;  // smaller texts are noise
constexpr double kDimmed = 0.13;
const QColor kMatch(0xe0, 0x8a, 0x00);

/// Device pixels per scene unit.
double detailOf(const QPainter& painter) {
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform()) *
           painter.device()->devicePixelRatioF();
}

}  // namespace

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto channel = [&](float x, float y) { return static_cast<float>(x + (y - x) * share); };
    return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                            channel(a.blueF(), b.blueF()));
}

// ----------------------------------------------------------------------------------------------------------------
// boxes

BoxItem::BoxItem(const BoxContent& content) : m_content(content) { setZValue(1); }

QRectF BoxItem::box() const {
    return {QPointF(-m_content.size.width() / 2, -m_content.size.height() / 2), m_content.size};
}

QRectF BoxItem::boundingRect() const {
    return box().adjusted(-kOutlineRoom, -kOutlineRoom, kOutlineRoom, kOutlineRoom);
}

void BoxItem::setLook(const ItemLook& look) {
    if (look == m_look) return;
    m_look = look;
    setOpacity(look.dimmed ? kDimmed : 1);
    setZValue(look.selected || look.current ? 2 : 1);
    update();
}

int BoxItem::rowAt(const QPointF& point) const {
    const int row = std::max(0, static_cast<int>(std::floor((point.y() - box().top() - 2) / m_content.rowHeight)));
    return row < static_cast<int>(m_content.rows.size()) ? row : -1;
}

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    draw(*painter, scene()->palette(), detailOf(*painter));
}

void BoxItem::draw(QPainter& painter, const QPalette& palette, double detail) const {
    const QRectF frame = box();
    const bool texts = m_content.rowHeight * detail >= kReadablePixels;
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.color(QPalette::Base));
    painter.drawRect(frame);

    QRectF rect(frame.left(), frame.top() + 2, frame.width(), m_content.rowHeight);
    for (std::size_t i = 0; i < m_content.rows.size(); ++i) {
        if (m_look.selectedRow == static_cast<int>(i))
            painter.fillRect(rect, mixed(palette.color(QPalette::Base), palette.color(QPalette::Highlight), 0.3));
        if (texts) {
            drawRow(painter, palette, m_content.rows[i], rect);
        } else {
            const double width =
                m_content.rows[i].line ? m_content.placeWidth + m_content.functionWidth : frame.width() / 2;
            painter.fillRect(QRectF(rect.left() + BoxContent::kMargin, rect.center().y() - rect.height() / 6, width,
                                    rect.height() / 3),
                             mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.25));
        }
        rect.translate(0, m_content.rowHeight);
    }
    drawFields(painter, palette, QRectF(QPointF(frame.left(), rect.top()), frame.bottomRight()), texts);

    painter.setBrush(Qt::NoBrush);
    const auto outline = [&](const QColor& colour, double width, double distance, Qt::PenStyle style = Qt::SolidLine) {
        QPen pen(colour, width / std::min(detail, 1.0), style);  // seen from afar too
        pen.setJoinStyle(Qt::MiterJoin);
        painter.setPen(pen);
        painter.drawRect(frame.adjusted(-distance, -distance, distance, distance));
    };
    outline(mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.5), detail < 1 ? detail : 1, 0,
            m_content.kind == FlowDiagram::Kind::Other ? Qt::DashLine : Qt::SolidLine);
    if (m_look.match) outline(kMatch, m_look.current ? 4 : 2, m_look.current ? 2 : 1);
    if (m_look.lit) outline(palette.color(QPalette::Highlight), 2, 0.5);
    if (m_look.selected) outline(palette.color(QPalette::Highlight), 3.5, 1.5);
}

void BoxItem::drawRow(QPainter& painter, const QPalette& palette, const BoxContent::Row& row,
                      const QRectF& rect) const {
    constexpr int kFlags = Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip;
    const QColor foreground = palette.color(QPalette::Text), base = palette.color(QPalette::Base);
    double x = rect.left() + BoxContent::kMargin;
    if (!row.line) return drawWords(painter, palette, row, rect);
    painter.setFont(placeFont(m_content.font));
    painter.setPen(foreground);
    painter.drawText(QRectF(x, rect.top(), m_content.placeWidth, rect.height()), kFlags | Qt::AlignLeft, row.place);
    x += m_content.placeWidth + BoxContent::kColumnGap;
    if (!row.function.isEmpty()) {
        painter.setFont(m_content.font);
        painter.setPen(mixed(base, foreground, 0.88));
        painter.drawText(QRectF(x, rect.top(), m_content.functionWidth, rect.height()), kFlags | Qt::AlignLeft,
                         row.function);
    }
    if (!row.directory.isEmpty()) {
        painter.setFont(directoryFont(m_content.font));
        painter.setPen(mixed(base, foreground, 0.62));
        painter.drawText(QRectF(rect.left(), rect.top(), rect.width() - BoxContent::kMargin, rect.height()),
                         kFlags | Qt::AlignRight, row.directory);
    }
}

void BoxItem::drawWords(QPainter& painter, const QPalette& palette, const BoxContent::Row& row,
                        const QRectF& rect) const {
    painter.setFont(row.isTitle ? placeFont(m_content.font) : m_content.font);
    painter.setPen(mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), row.isTitle ? 1 : 0.65));
    painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine | Qt::TextDontClip, row.place);
}

void BoxItem::drawFields(QPainter& painter, const QPalette& palette, QRectF rect, bool texts) const {
    constexpr int kFlags = Qt::AlignCenter | Qt::TextSingleLine | Qt::TextDontClip;
    painter.setFont(m_content.font);
    if (!m_content.growth.isEmpty()) {
        QRectF strip = rect;
        strip.setTop(rect.bottom() - m_content.rowHeight);
        rect.setBottom(strip.top());
        const QColor colour = changeColour(m_content.growthSign, palette);
        painter.fillRect(strip, mixed(palette.color(QPalette::Base), colour, 0.12));
        if (texts) {
            painter.setFont(placeFont(m_content.font));
            painter.setPen(colour);
            painter.drawText(strip, kFlags, m_content.growth);
            painter.setFont(m_content.font);
        }
    }
    const double width = rect.width() / static_cast<double>(m_content.fields.size());
    for (std::size_t t = 0; t < m_content.fields.size(); ++t) {
        const QRectF field(rect.left() + width * static_cast<double>(t), rect.top(), width, rect.height());
        painter.fillRect(field, m_content.fields[t].colour);
        if (t > 0)
            painter.fillRect(QRectF(field.left(), field.top(), 1, field.height()), palette.color(QPalette::Base));
        if (!texts) continue;
        painter.setPen(Qt::white);  // shareColour() is dark enough for it
        painter.drawText(field, kFlags, m_content.fields[t].text);
    }
}

// ----------------------------------------------------------------------------------------------------------------
// edges

EdgeItem::EdgeItem(const EdgeContent& content, const GraphLayout::Edge& layout, const QFont& labelFont,
                   const QSizeF& labelSize)
    : m_content(content), m_labelFont(labelFont) {
    m_path.moveTo(layout.curve.front());
    for (std::size_t i = 1; i + 2 < layout.curve.size(); i += 3)
        m_path.cubicTo(layout.curve[i], layout.curve[i + 1], layout.curve[i + 2]);
    const QPointF end = layout.curve.back(), along = layout.tip - end;
    if (const double length = std::hypot(along.x(), along.y()); length > 0.1) {
        const QPointF across = QPointF(-along.y(), along.x()) / length * (3 + content.width * 0.9);
        m_arrow << layout.tip << end + across << end - across;
        m_path.lineTo(end + along * 0.3);  // under the arrowhead, without a gap
    }
    const QPointF corner(labelSize.width() / 2, labelSize.height() / 2);
    if (!content.label.isEmpty())
        m_label =
            QRectF((layout.label ? *layout.label + QPointF(content.width / 2, 0) : m_path.pointAtPercent(0.5)) - corner,
                   labelSize);
    const double room = content.width / 2 + 3;
    m_bounds = m_path.boundingRect().united(m_arrow.boundingRect()).united(m_label).adjusted(-room, -room, room, room);
}

QPainterPath EdgeItem::shape() const {
    QPainterPathStroker stroker;
    stroker.setWidth(m_content.width + 6);
    QPainterPath path = stroker.createStroke(m_path);
    path.addPolygon(m_arrow);
    path.addRect(m_label);
    return path;
}

void EdgeItem::setLook(const ItemLook& look) {
    if (look == m_look) return;
    m_look = look;
    setOpacity(look.dimmed ? kDimmed : 1);
    setZValue(look.lit ? 0.5 : 0);
    update();
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    draw(*painter, scene()->palette(), detailOf(*painter));
}

void EdgeItem::draw(QPainter& painter, const QPalette& palette, double detail) const {
    const QColor window = palette.color(QPalette::Window), text = palette.color(QPalette::WindowText);
    QColor colour = mixed(window, text, 0.55);
    if (m_content.growthSign != 0) colour = mixed(window, changeColour(m_content.growthSign, palette), 0.75);
    if (m_look.lit) colour = palette.color(QPalette::Highlight);
    QPen pen(colour, std::max(m_content.width + (m_look.lit ? 1 : 0), 0.7 / std::max(detail, 0.01)));
    if (m_content.isFaint) pen.setDashPattern({1, 3});
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(m_path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(m_arrow);
    if (m_label.height() * detail < kReadablePixels) return;  // an edge without a label included
    QColor plate = window;
    plate.setAlphaF(0.85F);
    painter.fillRect(m_label.adjusted(1, 0, -1, 0), plate);
    painter.setFont(m_labelFont);
    painter.setPen(m_look.lit ? text : mixed(window, text, 0.85));
    painter.drawText(m_label, Qt::AlignCenter | Qt::TextSingleLine | Qt::TextDontClip, m_content.label);
}

}  // namespace heapprof::gui
