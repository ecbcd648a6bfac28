#include "gui/state/search_text.h"

#include <algorithm>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

/// The same for texts that differ in case only, or in how letters with accents are made up. Each letter is folded to
/// one letter: "ss" is not a sharp s.
QString folded(const QString& text) {
    return text.normalized(QString::NormalizationForm_C).toCaseFolded().normalized(QString::NormalizationForm_C);
}

}  // namespace

SearchText::SearchText(const std::string& typed)
    : SearchText(typed.size() > 2 && typed.starts_with('/') && typed.ends_with('/')
                     ? expression(typed.substr(1, typed.size() - 2))
                     : words(typed)) {}

SearchText SearchText::words(const std::string& text) {
    SearchText search;
    search.m_words = folded(QString::fromStdString(text).simplified()).split(u' ', Qt::SkipEmptyParts);
    return search;
}

SearchText SearchText::expression(const std::string& pattern) {
    SearchText search;
    search.m_expression =
        QRegularExpression(QString::fromStdString(pattern), QRegularExpression::UseUnicodePropertiesOption);
    return search;
}

std::string SearchText::problem() const {
    return m_expression.isValid() ? std::string() : m_expression.errorString().toStdString();
}

bool SearchText::matches(const std::string& text) const {
    const QString all = QString::fromStdString(text);
    if (isExpression()) return m_expression.isValid() && m_expression.match(all).hasMatch();
    if (m_words.isEmpty()) return false;
    const QString known = folded(all);
    return std::ranges::all_of(m_words, [&](const QString& word) { return known.contains(word); });
}

std::vector<bool> matchingFrames(const TraceTable& traces, const SearchText& text) {
    std::vector<bool> frames(traces.frameCount());
    if (text.isEmpty()) return frames;
    for (std::uint32_t i = 0; i < frames.size(); ++i) {
        const FrameIndex frame(i);
        const std::string name = printable(traces.functionName(frame));
        frames[i] = text.matches(name + ' ' + lineText(traces, traces.lineOf(frame)));
    }
    return frames;
}

}  // namespace heapprof::gui
