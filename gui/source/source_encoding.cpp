#include "gui/source/source_encoding.h"

#include <iconv.h>

#include <QStringDecoder>
#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <regex>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF", kUnknown = "\xEF\xBF\xBD";

/// Up to the first end of a line, which is taken off `rest` with it.
std::string_view takeLine(std::string_view& rest) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    const bool isPair = rest.substr(end, 2) == "\r\n";
    rest.remove_prefix(std::min(end + (isPair ? 2 : 1), rest.size()));
    return line;
}

/// Python's "Latin_1" and "latin-1" are one.
std::string normal(std::string name) {
    for (char& c : name) c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name;
}

bool isUtf8(const std::string& name) {
    return name == "utf8" || name == "u8" || name == "utf" || name.starts_with("utf-8");
}

/// What only Python calls so; else the name itself.
std::string iconvName(const std::string& name) {
    static constexpr std::array<std::pair<const char*, const char*>, 14> kNames{{{"mac-roman", "MACINTOSH"},
                                                                                 {"macroman", "MACINTOSH"},
                                                                                 {"mac-cyrillic", "MAC-CYRILLIC"},
                                                                                 {"hz", "HZ-GB-2312"},
                                                                                 {"latin", "ISO-8859-1"},
                                                                                 {"iso-latin-1", "ISO-8859-1"},
                                                                                 {"windows-31j", "CP932"},
                                                                                 {"ms-kanji", "CP932"},
                                                                                 {"ks-c-5601-1987", "CP949"},
                                                                                 {"euckr", "EUC-KR"},
                                                                                 {"eucjp", "EUC-JP"},
                                                                                 {"cyrillic", "ISO-8859-5"},
                                                                                 {"euc-jis-2004", "EUC-JISX0213"},
                                                                                 {"shift-jis-2004", "SHIFT_JISX0213"}}};
    for (const auto& [python, iconv] : kNames)
        if (name == python) return iconv;
    constexpr std::string_view kStateful = "iso2022-";
    if (name.starts_with(kStateful)) return "ISO-2022-" + name.substr(kStateful.size());
    return name;
}

struct Decoded {
    std::string text;
    bool isValid = true;
};

/// By glibc. Nothing: it does not know the encoding.
std::optional<Decoded> converted(std::string_view bytes, const std::string& encoding) {
    // What is wider than ASCII cannot name its encoding in a comment.
    if (encoding.starts_with("utf") || encoding.starts_with("ucs") || encoding.starts_with("unicode")) return {};
    const iconv_t conversion = iconv_open("UTF-8", iconvName(encoding).c_str());
    if (conversion == reinterpret_cast<iconv_t>(-1)) return {};
    Decoded result;
    std::array<char, 4096> buffer;
    std::string input(bytes);  // iconv does not write there, but does not say so
    char* in = input.data();
    std::size_t left = input.size();
    for (bool isDone = false; !isDone;) {
        const bool isEnd = left == 0;  // what it kept back is to be given, too
        char* out = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t done = iconv(conversion, isEnd ? nullptr : &in, isEnd ? nullptr : &left, &out, &room);
        const int error = done == static_cast<std::size_t>(-1) ? errno : 0;
        result.text.append(buffer.data(), buffer.size() - room);
        if (error == 0) {
            isDone = isEnd;
        } else if (error != E2BIG) {
            result.text += kUnknown;
            result.isValid = false;
            ++in;
            --left;
        }
    }
    iconv_close(conversion);
    return result;
}

std::optional<Decoded> decoded(std::string_view bytes, const std::string& encoding) {
    const bool isLatin1 = encoding == "latin-1" || encoding == "l1";
    const std::string name = isUtf8(encoding) ? "utf-8" : isLatin1 ? "iso-8859-1" : encoding;
    const auto known = QStringDecoder::encodingForName(name.c_str());
    // "locale" would be Qt's word for the system's own, and wider ones are as above.
    if (known != QStringDecoder::Utf8 && known != QStringDecoder::Latin1) return converted(bytes, encoding);
    QStringDecoder decoder(*known);
    const QString text = decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    return Decoded{text.toStdString(), !decoder.hasError()};
}

}  // namespace

std::string declaredEncoding(std::string_view bytes) {
    if (bytes.starts_with(kMark)) return "utf-8";
    static const std::regex cookie("^[ \t\f]*#.*?coding[:=][ \t]*([-\\w.]+)"), blank("^[ \t\f]*(#.*)?$");
    for (int line = 0; line < 2 && !bytes.empty(); ++line) {
        const std::string text(takeLine(bytes).substr(0, 400));  // std::regex recurses
        std::smatch match;
        if (std::regex_search(text, match, cookie)) return match[1].str();
        if (!std::regex_match(text, blank)) break;
    }
    return {};
}

SourceText decodeSource(std::string_view bytes) {
    SourceText result;
    result.encoding = declaredEncoding(bytes);
    if (result.encoding.empty()) result.encoding = "utf-8";
    if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
    std::optional<Decoded> text = decoded(bytes, normal(result.encoding));
    result.isEncodingKnown = text.has_value();
    if (!text) text = decoded(bytes, "iso-8859-1");
    std::string_view rest = text->text;
    while (!rest.empty()) {
        const std::string_view line = takeLine(rest);
        result.lines.emplace_back(line);
        const bool isInvalid = !text->isValid && line.find(kUnknown) != std::string_view::npos;
        if (isInvalid && result.invalidLine == 0) result.invalidLine = result.lines.size();
    }
    return result;
}

}  // namespace heapprof::gui
