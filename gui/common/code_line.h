// One line of source text as it stands on screen: coloured, and in the order in which it is written.
#pragma once

#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QString>
#include <QTextLayout>
#include <optional>
#include <vector>

#include "gui/source/syntax.h"

namespace heapprof::gui {

/// A part of a line.
struct CodeRange {
    int begin = 0, length = 0;

    bool operator==(const CodeRange&) const = default;
};

/// Runs from left to right, whatever it holds: each string and comment is on its own, so that Arabic in one moves
/// nothing around it. What does not fit into `width` is cut, with an ellipsis.
class CodeLine {
public:
    struct Look {
        QFont font;
        QPalette palette;
        std::optional<CodeRange> underlined = {};  ///< as what can be clicked
    };
    CodeLine(const QString& text, const std::vector<SyntaxSpan>& spans, const Look& look, double width);
    CodeLine(const CodeLine&) = delete;
    CodeLine& operator=(const CodeLine&) = delete;

    double height() const;
    /// Whether it did not fit.
    bool isCut() const { return m_isCut; }
    void draw(QPainter& painter, const QPointF& topLeft) const;
    /// The position in the text given that lies at `x`, from the left; nothing to the right of it.
    std::optional<int> positionAt(double x) const;

private:
    /// With what keeps strings and comments on their own.
    void isolate(const QString& text, const std::vector<SyntaxSpan>& spans);

    std::vector<int> m_origins;  // of each unit of what is laid out, in the text; empty: the same
    QString m_text;
    bool m_isCut = false;
    QTextLayout m_layout;
};

/// The word that `position` lies in: as Python's names are made; nothing when it is in none.
std::optional<CodeRange> wordAt(const QString& text, int position);

}  // namespace heapprof::gui
