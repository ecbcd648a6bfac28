#include "collector/recording/recording_order.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <stdexcept>
#include <utility>

namespace heapprof {
namespace {

template <typename Number>
Number numberOf(std::string_view text, int base = 10) {
    Number value{};
    std::from_chars_result result;
    if constexpr (std::floating_point<Number>)
        result = std::from_chars(text.data(), text.data() + text.size(), value);
    else
        result = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
        throw std::invalid_argument("not a number: " + std::string(text));
    return value;
}

template <typename Number>
std::string textOfNumber(Number value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// Takes what stands before the first `separator` from the front of `text`.
std::string_view takeUpTo(char separator, std::string_view& text) {
    const std::string_view front = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), front.size() + 1));
    return front;
}

std::string decoded(std::string_view value) {
    std::string result;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '%') {
            result += static_cast<char>(numberOf<unsigned>(value.substr(i + 1, 2), 16));
            i += 2;
        } else {
            result += value[i];
        }
    }
    return result;
}

std::string encoded(std::string_view value) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string result;
    for (const char each : value) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte > ' ' && byte != '%')
            result += each;
        else
            result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return result;
}

Sampling samplingOf(std::string_view text) {
    if (text == "everything") return Sampling::everything();
    if (text.find(':') == std::string_view::npos) return Sampling::byBytes(numberOf<double>(text));
    std::vector<Sampling::Range> ranges;
    while (!text.empty()) {
        std::string_view range = takeUpTo(',', text);
        const auto bound = numberOf<std::uint64_t>(takeUpTo(':', range));
        ranges.push_back({bound, numberOf<double>(range)});
    }
    return Sampling::byRanges(std::move(ranges));
}

std::string textOf(const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::Everything) return "everything";
    if (sampling.mode == Sampling::Mode::ByBytes) return textOfNumber(sampling.meanBytes);
    std::string text;
    for (const Sampling::Range& range : sampling.ranges)
        text += (text.empty() ? "" : ",") + textOfNumber(range.bound) + ":" + textOfNumber(range.probability);
    return text;
}

Uuid uuidOf(std::string_view digits) {
    Uuid uuid{};
    if (digits.size() != 2 * uuid.size()) throw std::invalid_argument("a uuid has 16 bytes");
    for (std::size_t i = 0; i < uuid.size(); ++i)
        uuid[i] = static_cast<std::uint8_t>(numberOf<unsigned>(digits.substr(2 * i, 2), 16));
    return uuid;
}

std::string textOf(const Uuid& uuid) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : uuid) text += {kDigits[byte >> 4], kDigits[byte & 15]};
    return text;
}

Ancestor ancestorOf(std::string_view text) {
    const Uuid uuid = uuidOf(takeUpTo(':', text));
    return {uuid, numberOf<std::uint64_t>(text)};
}

std::string textOf(const Ancestor& ancestor) { return textOf(ancestor.uuid) + ":" + textOfNumber(ancestor.pid); }

FirstProcess firstOf(std::string_view text) {
    const Uuid identity = uuidOf(takeUpTo(':', text));
    const auto pid = numberOf<std::uint64_t>(takeUpTo(':', text));
    return {identity, pid, numberOf<std::uint64_t>(text)};
}

std::string textOf(const FirstProcess& first) {
    return textOf(first.identity) + ":" + textOfNumber(first.pid) + ":" + textOfNumber(first.began);
}

RunPlace placeOf(std::string_view text) {
    const auto process = numberOf<std::uint32_t>(takeUpTo(':', text));
    return {process, numberOf<std::uint32_t>(text)};
}

std::string textOf(const RunPlace& place) { return textOfNumber(place.process) + ":" + textOfNumber(place.descriptor); }

void set(RecordingOrder& order, std::string_view key, std::string_view value) {
    RecordingOptions& options = order.options;
    const auto flag = [&] { return numberOf<unsigned>(value) != 0; };
    if (key == "output") order.filebase = decoded(value);
    if (key == "sample") order.sampling = parseSampling(value);
    if (key == "native") options.native = flag();
    if (key == "fork") options.followFork = flag();
    if (key == "max-bytes") options.maxBytes = numberOf<std::uint64_t>(value);
    if (key == "keep") options.keep = numberOf<std::uint64_t>(value);
    if (key == "max-traces") options.maxTraces = numberOf<std::uint32_t>(value);
    if (key == "resident-every") options.residentEvery = numberOf<std::int64_t>(value);
    if (key == "run") options.run = placeOf(value);
    if (key == "unwatched") options.isUnwatched = flag();
    if (key == "fallback") options.fallback = decoded(value);
    if (key == "ancestor") options.ancestor = ancestorOf(value);
    if (key == "root") order.root = numberOf<std::uint64_t>(value);
    if (key == "first") order.first = firstOf(value);
    if (key == "follow") order.follow = flag();
    if (key == "quiet") order.quiet = flag();
    if (key == "when-resident") order.trigger.resident = numberOf<std::uint64_t>(value);
    if (key == "when-growth") order.trigger.growth = numberOf<std::uint64_t>(value);
    if (key == "for") order.trigger.duration = numberOf<std::uint64_t>(value);
    if (key == "until-fall") order.trigger.fall = numberOf<std::uint64_t>(value);
    if (key == "statistics") order.statistics = flag();
}

}  // namespace

RecordingOrder parseOrder(std::string_view text) {
    RecordingOrder order;
    order.sampling = Sampling::byBytes(Sampling::kDefaultMeanBytes);
    while (!text.empty()) {
        std::string_view value = takeUpTo(' ', text);
        const std::string_view key = takeUpTo('=', value);
        set(order, key, value);
    }
    if (order.filebase.empty()) throw std::invalid_argument("no output");
    order.options.maxTraces = std::max(order.options.maxTraces, RecordingOptions::kMinTraces);
    if (order.options.maxBytes != 0)
        order.options.maxBytes = std::max(order.options.maxBytes, RecordingOptions::kMinBytes);
    return order;
}

Sampling parseSampling(std::string_view text) {
    Sampling sampling = samplingOf(text);
    if (const std::string problem = sampling.problem(); !problem.empty()) throw std::invalid_argument(problem);
    return sampling;
}

std::string textOf(const RecordingOrder& order) {
    const RecordingOptions& options = order.options;
    std::string text = "sample=" + textOf(order.sampling);
    const auto add = [&](const char* key, const std::string& value) { text.append(" ").append(key) += "=" + value; };
    const auto addFlag = [&](const char* key, bool value, bool usual) {
        if (value != usual) add(key, value ? "1" : "0");
    };
    addFlag("native", options.native, false);
    addFlag("fork", options.followFork, true);
    addFlag("follow", order.follow, true);
    addFlag("quiet", order.quiet, false);
    addFlag("statistics", order.statistics, false);
    const auto addNumber = [&](const char* key, std::uint64_t value) {
        if (value != 0) add(key, textOfNumber(value));
    };
    addNumber("when-resident", order.trigger.resident);
    addNumber("when-growth", order.trigger.growth);
    addNumber("for", order.trigger.duration);
    addNumber("until-fall", order.trigger.fall);
    addNumber("max-bytes", options.maxBytes);
    addNumber("keep", options.keep);
    add("max-traces", textOfNumber(options.maxTraces));
    add("resident-every", textOfNumber(options.residentEvery));
    if (options.run) add("run", textOf(*options.run));
    addFlag("unwatched", options.isUnwatched, false);
    if (options.ancestor) add("ancestor", textOf(*options.ancestor));
    addNumber("root", order.root);
    if (order.first) add("first", textOf(*order.first));
    if (!options.fallback.empty()) add("fallback", encoded(options.fallback));
    add("output", encoded(order.filebase));
    return text;
}

}  // namespace heapprof
