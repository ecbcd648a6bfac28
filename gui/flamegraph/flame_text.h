// Draws many short labels fast.
#pragma once

#include <QFont>
#include <QPainter>
#include <QRawFont>
#include <QString>
#include <array>

namespace heapprof::gui {

/// Text in one font, cut off with an ellipsis where it does not fit. ASCII, nearly all there is, goes through a table
/// of glyphs made once; other scripts need Qt's shaping and get it.
class FlameText {
public:
    explicit FlameText(const QFont& font);

    /// The width of `text` when nothing is cut off.
    double width(const QString& text) const;
    /// Draws in the painter's pen. Nothing when not even two letters fit.
    void draw(QPainter& painter, QPointF baseline, const QString& text, double width) const;
    /// The same as text that stays text in SVG and PDF.
    void drawAsText(QPainter& painter, QPointF baseline, const QString& text, double width) const;

    const QFont& font() const { return m_font; }

private:
    static constexpr int kFirst = 32;
    static constexpr int kLast = 126;
    static constexpr int kEllipsis = kLast - kFirst + 1;  ///< its place in the table

    QFont m_font;
    QRawFont m_raw;
    std::array<quint32, kEllipsis + 1> m_glyphs{};
    std::array<double, kEllipsis + 1> m_advances{};
    bool m_hasTable = false;
};

}  // namespace heapprof::gui
