// Names with numbers in them in the order of the numbers.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace heapprof::gui {

/// "worker 2" before "worker 10"; otherwise by their bytes.
struct NaturalOrder {
    bool operator()(const std::string& a, const std::string& b) const {
        std::size_t i = 0, j = 0;
        while (i < a.size() && j < b.size()) {
            if (isDigit(a[i]) && isDigit(b[j])) {
                const auto left = numberAt(a, i), right = numberAt(b, j);
                if (left.size() != right.size()) return left.size() < right.size();
                if (left != right) return left < right;
            } else if (a[i] != b[j]) {
                return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
            } else {
                ++i, ++j;
            }
        }
        if ((i < a.size()) != (j < b.size())) return i >= a.size();
        return a < b;  // they differ in zeros before numbers, if at all
    }

private:
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    /// Without the zeros that lead it; `at` goes behind it.
    static std::string_view numberAt(const std::string& text, std::size_t& at) {
        while (at + 1 < text.size() && text[at] == '0' && isDigit(text[at + 1])) ++at;
        const std::size_t begin = at;
        while (at < text.size() && isDigit(text[at])) ++at;
        return std::string_view(text).substr(begin, at - begin);
    }
};

}  // namespace heapprof::gui
