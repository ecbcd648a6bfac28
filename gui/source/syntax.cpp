#include "gui/source/syntax.h"

#include <srchilite/formatter.h>
#include <srchilite/formattermanager.h>
#include <srchilite/formatterparams.h>
#include <srchilite/langdefmanager.h>
#include <srchilite/langmap.h>
#include <srchilite/regexrulefactory.h>
#include <srchilite/settings.h>
#include <srchilite/sourcehighlighter.h>

#include <QString>
#include <array>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr std::size_t kLongestLine =
    2000;  // bytes: a line of data, of which regular expressions would make a day's work
const char* const kPython = "python.lang";

/// Parts of one line, in bytes.
struct ByteSpan {
    std::size_t begin = 0, end = 0;
    std::optional<SyntaxKind> kind;
};

class Collector final : public srchilite::Formatter {
public:
    Collector(std::vector<ByteSpan>& spans, std::optional<SyntaxKind> kind) : m_spans(spans), m_kind(kind) {}

    void format(const std::string& text, const srchilite::FormatterParams* params) override {
        if (text.empty() || !params || params->start < 0) return;
        const auto begin = static_cast<std::size_t>(params->start);
        m_spans.push_back({begin, begin + text.size(), m_kind});
    }

private:
    std::vector<ByteSpan>& m_spans;
    std::optional<SyntaxKind> m_kind;
};

/// What the library's Python does not have: constants and decorators.
void addPython(const std::string& line, const ByteSpan& plain, std::vector<ByteSpan>& spans) {
    const auto isWordPart = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               (c & 0x80) != 0;
    };
    for (std::size_t at = plain.begin; at < plain.end;) {
        if (line[at] == '@' && line.find_first_not_of(" \t") == at) {
            std::size_t end = at + 1;
            while (end < line.size() && (isWordPart(line[end]) || line[end] == '.')) ++end;
            spans.push_back({at, end, SyntaxKind::Decorator});
            at = end;
            continue;
        }
        std::size_t end = at;
        while (end < plain.end && isWordPart(line[end])) ++end;
        const std::string_view word = std::string_view(line).substr(at, end - at);
        for (const std::string_view constant : {"None", "True", "False", "nonlocal"})
            if (word == constant) spans.push_back({at, end, SyntaxKind::Keyword});
        at = std::max(end, at + 1);
    }
}

/// Of single lines, in order: the state is carried from one to the next.
class Highlighter {
public:
    explicit Highlighter(const std::string& language) : m_isPython(language == kPython) {
        static auto& languages = *new srchilite::LangDefManager(new srchilite::RegexRuleFactory);
        m_highlighter.emplace(languages.getHighlightState(srchilite::Settings::retrieveDataDir(), language));
        for (const auto& [name, kind] :
             std::initializer_list<std::pair<const char*, SyntaxKind>>{{"keyword", SyntaxKind::Keyword},
                                                                       {"type", SyntaxKind::Keyword},
                                                                       {"preproc", SyntaxKind::Keyword},
                                                                       {"string", SyntaxKind::String},
                                                                       {"specialchar", SyntaxKind::String},
                                                                       {"regexp", SyntaxKind::String},
                                                                       {"comment", SyntaxKind::Comment},
                                                                       {"number", SyntaxKind::Number},
                                                                       {"function", SyntaxKind::Function},
                                                                       {"classname", SyntaxKind::Function}})
            m_formatters.addFormatter(name, srchilite::FormatterPtr(new Collector(m_spans, kind)));
        m_highlighter->setFormatterManager(&m_formatters);
        m_highlighter->setFormatterParams(&m_params);
        m_highlighter->setOptimize(false);
    }

    std::vector<SyntaxSpan> of(const std::string& line) {
        if (line.size() > kLongestLine) return {};
        m_spans.clear();
        m_params.start = 0;
        m_highlighter->highlightParagraph(line);
        std::vector<ByteSpan> all;
        for (const ByteSpan& span : m_spans) {
            const bool isDecorator = !all.empty() && all.back().end > span.begin;
            if (span.kind && !isDecorator)
                all.push_back(span);
            else if (!span.kind && m_isPython)
                addPython(line, span, all);
        }
        return inUtf16(line, all);
    }

private:
    static std::vector<SyntaxSpan> inUtf16(const std::string& line, const std::vector<ByteSpan>& spans) {
        std::vector<SyntaxSpan> result;
        std::size_t byte = 0;
        int unit = 0;
        const auto unitOf = [&](std::size_t at) {
            for (; byte < at && byte < line.size(); ++byte) {
                const auto value = static_cast<unsigned char>(line[byte]);
                if ((value & 0xC0) != 0x80) unit += value >= 0xF0 ? 2 : 1;
            }
            return unit;
        };
        for (const ByteSpan& span : spans) {
            const int begin = unitOf(span.begin), end = unitOf(span.end);
            if (!result.empty() && result.back().kind == *span.kind &&
                result.back().begin + result.back().length == begin)
                result.back().length = end - result.back().begin;
            else if (end > begin)
                result.push_back({begin, end - begin, *span.kind});
        }
        return result;
    }

    bool m_isPython;
    std::vector<ByteSpan> m_spans;
    srchilite::FormatterManager m_formatters{srchilite::FormatterPtr(new Collector(m_spans, std::nullopt))};
    srchilite::FormatterParams m_params;
    std::optional<srchilite::SourceHighlighter> m_highlighter;
};

std::string languageOf(const std::string& file) {
    static auto& map = *new srchilite::LangMap(srchilite::Settings::retrieveDataDir(), "lang.map");
    const std::string name = std::filesystem::path(file).filename().string();
    const std::string known = map.getMappedFileNameFromFileName(name);
    return known.empty() ? kPython : known;
}

}  // namespace

Syntax syntaxOf(const std::string& file, const std::vector<std::string>& lines, std::stop_token stop) {
    if (lines.size() > kMostColouredLines) return {};
    // The library reads its languages with a parser that has but one state. What is kept is never destroyed: a thread
    // may be here when the program ends.
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    Syntax result;
    result.reserve(lines.size());
    try {
        Highlighter highlighter(languageOf(file));
        for (const std::string& line : lines) {
            if (stop.stop_requested()) return {};
            result.push_back(highlighter.of(line));
        }
    } catch (const std::exception& error) {
        qWarning("no colours for %s: %s", file.c_str(), error.what());
        return {};
    }
    return result;
}

}  // namespace heapprof::gui
