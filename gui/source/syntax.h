// What the parts of source text are: keywords, strings, comments. Found by GNU source-highlight.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace heapprof::gui {

enum class SyntaxKind : std::uint8_t { Keyword, String, Comment, Number, Function, Decorator };

/// A part of a line, in UTF-16 units of it. What lies in none is plain text.
struct SyntaxSpan {
    int begin = 0, length = 0;
    SyntaxKind kind = SyntaxKind::Keyword;

    bool operator==(const SyntaxSpan&) const = default;
};
/// One for each line: ascending, without overlap.
using Syntax = std::vector<std::vector<SyntaxSpan>>;

constexpr std::size_t kMostColouredLines = 30'000;

/// Of the language that the file's name tells, of Python where it tells none. Empty - plain text - for more than
/// kMostColouredLines, and where the library's own files are missing; what is left plain of single lines is too long.
/// Takes some 60 microseconds a line; asked from several threads, one after the other. Nothing useful once a stop is
/// requested.
Syntax syntaxOf(const std::string& file, const std::vector<std::string>& lines, std::stop_token stop = {});

}  // namespace heapprof::gui
