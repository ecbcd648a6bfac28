// What people look for, and the one rule by which it is found.
#pragma once

#include <QRegularExpression>
#include <QString>
#include <stop_token>
#include <string>
#include <vector>

#include "core/capture/trace_table.h"

namespace heapprof::gui {

/// Words, all of which a text must hold, in any order, letters of any script in either case; or, between slashes, a
/// regular expression, of which it must hold a match. Texts are UTF-8. Any thread.
class SearchText {
public:
    /// Looks for nothing.
    SearchText() = default;
    /// As it was typed: "join orders", "/^load_.*py:1\d/".
    explicit SearchText(const std::string& typed);
    static SearchText words(const std::string& text);
    static SearchText expression(const std::string& pattern);

    /// Nothing to look for; then nothing matches.
    bool isEmpty() const { return m_words.isEmpty() && m_expression.pattern().isEmpty(); }
    bool isExpression() const { return !m_expression.pattern().isEmpty(); }
    /// The expression without its slashes; "" where there is none.
    std::string pattern() const { return m_expression.pattern().toStdString(); }
    /// Why it is no regular expression; "" when it is one, or words. Then nothing matches.
    std::string problem() const;

    bool matches(const std::string& text) const;

private:
    QStringList m_words;  // folded
    QRegularExpression m_expression;
};

/// By frame: whether what it is called, "function file:line", matches.
std::vector<bool> matchingFrames(const TraceTable& traces, const SearchText& text);

}  // namespace heapprof::gui
