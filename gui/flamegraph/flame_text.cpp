#include "gui/flamegraph/flame_text.h"

#include <QFontMetricsF>
#include <QGlyphRun>
#include <QVarLengthArray>
#include <algorithm>

namespace heapprof::gui {
namespace {
bool isPlain(const QString& text) {
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() >= 32 && c.unicode() < 127; });
}
}  // namespace

FlameText::FlameText(const QFont& font) : m_font(font), m_raw(QRawFont::fromFont(font)) {
    QString all;
    for (int c = kFirst; c <= kLast; ++c) all += QChar(c);
    all += QChar(0x2026);
    const QList<quint32> glyphs = m_raw.glyphIndexesForString(all);
    if (!m_raw.isValid() || glyphs.size() != all.size()) return;
    const QList<QPointF> advances = m_raw.advancesForGlyphIndexes(glyphs);
    if (advances.size() != glyphs.size()) return;
    for (int i = 0; i <= kEllipsis; ++i) {
        m_glyphs[i] = glyphs[i];
        m_advances[i] = advances[i].x();
    }
    m_hasTable = !glyphs.contains(0);  // a font without one of these letters needs a substitute for it
}

double FlameText::width(const QString& text) const {
    if (!m_hasTable || !isPlain(text)) return QFontMetricsF(m_font).horizontalAdvance(text);
    double sum = 0;
    for (const QChar c : text) sum += m_advances[c.unicode() - kFirst];
    return sum;
}

void FlameText::draw(QPainter& painter, QPointF baseline, const QString& text, double width) const {
    if (!m_hasTable || !isPlain(text)) {
        drawAsText(painter, baseline, text, width);
        return;
    }
    QVarLengthArray<quint32, 256> glyphs;
    QVarLengthArray<QPointF, 256> positions;
    double x = 0;
    int fitting = 0;  // so many letters leave room for an ellipsis behind them
    double fittingWidth = 0;
    for (const QChar c : text) {
        const int place = c.unicode() - kFirst;
        if (x + m_advances[kEllipsis] <= width) {
            fitting = static_cast<int>(glyphs.size());
            fittingWidth = x;
        }
        glyphs.append(m_glyphs[place]);
        positions.append(QPointF(x, 0));
        x += m_advances[place];
        if (x > width) break;
    }
    if (x > width) {
        if (fitting < 2) return;
        glyphs.resize(fitting);
        positions.resize(fitting);
        glyphs.append(m_glyphs[kEllipsis]);
        positions.append(QPointF(fittingWidth, 0));
    }
    QGlyphRun run;
    run.setRawFont(m_raw);
    run.setRawData(glyphs.constData(), positions.constData(), static_cast<int>(glyphs.size()));
    painter.drawGlyphRun(baseline, run);
}

void FlameText::drawAsText(QPainter& painter, QPointF baseline, const QString& text, double width) const {
    const QString shown = QFontMetricsF(m_font).elidedText(text, Qt::ElideRight, width);
    if (shown.size() < 3 && shown != text) return;
    painter.setFont(m_font);
    // Names written from right to left do not turn the label round.
    painter.drawText(baseline, QChar(0x202A) + shown + QChar(0x202C));
}

}  // namespace heapprof::gui
