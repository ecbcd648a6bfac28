#include "core/text/text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/state/estimate.h"

namespace heapprof {
namespace {

TextStyle& style() {
    static auto& style = *new TextStyle;
    return style;
}

template <typename... Values>
std::string print(const char* format, Values... values) {
    char text[64];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

/// One number; what the C library takes for a decimal point becomes ours.
template <typename... Values>
std::string number(const char* format, Values... values) {
    constexpr std::string_view kDigits = "0123456789";
    std::string text = print(format, values...);
    const std::size_t point = text.find_first_not_of(kDigits, text.find_first_of(kDigits));
    const std::size_t decimals = text.find_first_of(kDigits, point);
    if (decimals != std::string::npos && text[point] != 'e')
        text.replace(point, decimals - point, style().decimalPoint);
    return text;
}

/// Length of the valid UTF-8 sequence at text[at], or 0.
std::size_t sequenceLength(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(at);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xc0) != 0x80) return 0;
    const unsigned second = length > 1 ? byte(at + 1) : 0;
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second >= 0xa0;
    const bool beyond = lead == 0xf4 && second >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

void setTextStyle(TextStyle words) { style() = std::move(words); }

std::string formatBytes(std::int64_t bytes) {
    static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    if (unit == 0) return print("%.0f B", value);
    const double size = std::abs(value);
    const int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    return number("%.*f", decimals, value) + " " + units[unit];
}

std::string formatSignedBytes(std::int64_t bytes) { return formatSignedAmount(bytes, Measure::ByteCount); }

std::string formatBlocks(std::int64_t blocks) {
    std::string text = std::to_string(blocks);
    for (std::size_t at = text.size(); at > 3 + (blocks < 0 ? 1u : 0u);) text.insert(at -= 3, style().groupSeparator);
    return text;
}

std::string formatAmount(std::int64_t amount, Measure measure) {
    return measure == Measure::ByteCount ? formatBytes(amount) : formatBlocks(amount);
}

std::string formatSignedAmount(std::int64_t amount, Measure measure) {
    return (amount > 0 ? "+" : "") + formatAmount(amount, measure);
}

std::string formatWithUnit(std::int64_t amount, Measure measure) {
    if (measure == Measure::ByteCount) return formatBytes(amount);
    const std::string number = formatBlocks(amount);
    if (style().blocks) return style().blocks(amount, number);
    return number + (amount == 1 ? " block" : " blocks");
}

std::string formatRange(const std::string& min, const std::string& max) {
    return style().range ? style().range(min, max) : min + " to " + max;
}

std::string formatTime(Micros time) {
    const double seconds = toSeconds(time);
    if (std::abs(seconds) < 59.9995) return number("%.3f", seconds) + " s";
    const long long tenths = std::llround(seconds * 10);
    if (std::llabs(tenths) < 36000)
        return print("%lld min ", tenths / 600) + number("%04.1f", static_cast<double>(std::llabs(tenths) % 600) / 10) +
               " s";
    const long long whole = std::llround(seconds);
    return print("%lld h %02lld min %02lld s", whole / 3600, std::llabs(whole) / 60 % 60, std::llabs(whole) % 60);
}

std::string formatTime(const Instant& instant) { return formatTime(instant.time); }

std::string formatInterval(const Estimate& usage, Measure measure) {
    if (!(usage.varianceOf(measure) > 0)) return {};
    const Interval interval = interval95(usage, measure);
    std::string min = formatAmount(std::llround(interval.min), measure);
    const std::string max = formatAmount(std::llround(interval.max), measure);
    if (measure == Measure::BlockCount) return formatRange(min, max);
    const auto unit = [](const std::string& text) { return text.substr(text.rfind(' ')); };
    if (unit(min) == unit(max)) min.resize(min.rfind(' '));
    return formatRange(min, max);
}

std::string formatEstimate(const Estimate& usage, Measure measure) {
    const std::string amount = formatWithUnit(usage.of(measure), measure), interval = formatInterval(usage, measure);
    return interval.empty() ? amount : amount + " (95 %: " + interval + ")";
}

std::string formatShare(std::int64_t part, std::int64_t total) {
    if (total == 0 || part == 0) return "0 %";
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(total);
    return number("%.*f", std::abs(percent) < 9.95 ? 2 : 1, percent) + " %";
}

std::string formatShare(const Estimate& part, const Estimate& total, Measure measure) {
    const double error = 100 * kQuantile95 * shareOf(part, total, measure).error();
    const std::string share = formatShare(part.of(measure), total.of(measure));
    return error > 0 ? share + " \u00b1 " + number("%.2g", error) + " %" : share;
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequenceLength(text, at);
        if (length == 0) {
            result += "\xEF\xBF\xBD";
            ++at;
        } else if (byte < 0x20 || byte == 0x7f) {  // U+2400 + code; U+2421 for DEL
            result += "\xE2\x90";
            result += static_cast<char>(0x80 + (byte == 0x7f ? 0x21 : byte));
            ++at;
        } else if (length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0) {  // C1 controls
            result += "\xEF\xBF\xBD";
            at += 2;
        } else {
            result.append(text, at, length);
            at += length;
        }
    }
    return result;
}

std::string lineText(const TraceTable& traces, LineIndex index) {
    const Line& line = traces.line(index);
    std::string text = printable(traces.string(line.file));
    if (line.line != 0) text += ":" + std::to_string(line.line);
    return text;
}

std::string frameText(const TraceTable& traces, FrameIndex frame) {
    const std::string line = lineText(traces, traces.lineOf(frame));
    const std::string& name = traces.functionName(frame);
    return name.empty() ? line : line + " (" + printable(name) + ")";
}

std::string baseName(std::string_view file) {
    const auto slash = file.find_last_of('/');
    return printable(slash == std::string_view::npos ? file : file.substr(slash + 1));
}

}  // namespace heapprof
