#include "gui/common/code_line.h"

#include <QFontMetricsF>
#include <QTextOption>
#include <algorithm>

#include "gui/common/syntax_colours.h"

namespace heapprof::gui {
namespace {

constexpr QChar kIsolate(0x2066), kIsolateEnd(0x2069);  // left to right, until the end

bool hasRightToLeft(const QString& text) {
    return std::any_of(text.begin(), text.end(), [](QChar c) {
        return c.direction() == QChar::DirR || c.direction() == QChar::DirAL || c.isSurrogate();
    });
}

bool isPartOfName(QChar c) { return c.isLetterOrNumber() || c.isMark() || c.isSurrogate() || c == u'_'; }

}  // namespace

CodeLine::CodeLine(const QString& text, const std::vector<SyntaxSpan>& spans, const Look& look, double width) {
    if (hasRightToLeft(text))
        isolate(text, spans);
    else
        m_text = text;
    const QString whole = m_text;
    m_text = QFontMetricsF(look.font).elidedText(whole, Qt::ElideRight, std::max(0.0, width));
    m_isCut = m_text != whole;
    const auto shownAt = [this](int origin) {
        if (m_origins.empty()) return origin;
        return static_cast<int>(std::lower_bound(m_origins.begin(), m_origins.end(), origin) - m_origins.begin());
    };
    QList<QTextLayout::FormatRange> formats;
    const auto add = [&](int begin, int length, const QTextCharFormat& format) {
        const int first = shownAt(begin), end = std::min<int>(shownAt(begin + length), m_text.size());
        if (first < end) formats.append({first, end - first, format});
    };
    for (const SyntaxSpan& span : spans) {
        QTextCharFormat format;
        format.setForeground(syntaxColour(span.kind, look.palette));
        add(span.begin, span.length, format);
    }
    if (look.underlined) {
        QTextCharFormat format;
        format.setFontUnderline(true);
        format.setForeground(look.palette.color(QPalette::Link));
        add(look.underlined->begin, look.underlined->length, format);
    }
    m_layout.setText(m_text);
    m_layout.setFont(look.font);
    m_layout.setFormats(formats);
    QTextOption option;
    option.setTextDirection(Qt::LeftToRight);
    option.setWrapMode(QTextOption::NoWrap);
    m_layout.setTextOption(option);
    m_layout.setCacheEnabled(true);
    m_layout.beginLayout();
    m_layout.createLine();
    m_layout.endLayout();
}

void CodeLine::isolate(const QString& text, const std::vector<SyntaxSpan>& spans) {
    const auto append = [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            m_origins.push_back(i);
            m_text += text[i];
        }
    };
    const int size = static_cast<int>(text.size());
    int at = 0;
    for (const SyntaxSpan& span : spans) {
        if (span.kind != SyntaxKind::String && span.kind != SyntaxKind::Comment) continue;
        const int begin = std::clamp(span.begin, at, size), end = std::clamp(span.begin + span.length, begin, size);
        append(at, begin);
        m_origins.push_back(begin);
        m_text += kIsolate;
        append(begin, end);
        m_origins.push_back(end);
        m_text += kIsolateEnd;
        at = end;
    }
    append(at, size);
}

double CodeLine::height() const { return m_layout.lineAt(0).height(); }

void CodeLine::draw(QPainter& painter, const QPointF& topLeft) const { m_layout.draw(&painter, topLeft); }

std::optional<int> CodeLine::positionAt(double x) const {
    const QTextLine line = m_layout.lineAt(0);
    if (x < 0 || x >= line.naturalTextWidth()) return std::nullopt;
    const int shown = line.xToCursor(x, QTextLine::CursorOnCharacter);
    if (m_origins.empty()) return shown;
    return shown < static_cast<int>(m_origins.size()) ? std::optional(m_origins[static_cast<std::size_t>(shown)])
                                                      : std::nullopt;
}

std::optional<CodeRange> wordAt(const QString& text, int position) {
    if (position < 0 || position >= text.size() || !isPartOfName(text[position])) return std::nullopt;
    int begin = position, end = position;
    while (begin > 0 && isPartOfName(text[begin - 1])) --begin;
    while (end < text.size() && isPartOfName(text[end])) ++end;
    return CodeRange{begin, end - begin};
}

}  // namespace heapprof::gui
