// The text of a Python file: which encoding its bytes are in, as PEP 263 has it. No widgets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapprof::gui {

struct SourceText {
    std::vector<std::string> lines;  ///< valid UTF-8, as they stand in the file
    std::string encoding;            ///< as the file names it; "utf-8" where it names none
    bool isEncodingKnown = true;     ///< false: what it names is unknown here, and the text was taken for Latin-1
    std::size_t invalidLine = 0;     ///< the first, from 1, with bytes that the encoding does not have; 0: none
};

/// The encoding named by a byte order mark, else by a comment in one of the first two lines; "" where none is.
std::string declaredEncoding(std::string_view bytes);

/// Lines end where CPython ends them: at \n, \r\n and \r, and nowhere else. Bytes that the encoding does not have
/// become U+FFFD.
SourceText decodeSource(std::string_view bytes);

}  // namespace heapprof::gui
