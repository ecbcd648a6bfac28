// Units and identifiers that never mix: a byte count cannot be added to a time, nor a trace index used as a line.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heapprof {

/// A signed 64-bit number with a unit. Values of one unit add, subtract and compare; two units do not convert.
template <typename Tag>
struct Quantity {
    std::int64_t count = 0;

    constexpr Quantity() = default;
    constexpr explicit Quantity(std::int64_t value) : count(value) {}

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity operator-() const { return Quantity(-count); }
    constexpr Quantity& operator+=(Quantity other) {
        count += other.count;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other) {
        count -= other.count;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.count + b.count); }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.count - b.count); }
};

/// Bytes of the profiled program's memory. Signed: a difference of two instants may shrink.
using Bytes = Quantity<struct BytesTag>;
/// Microseconds since the capture's start: the integer ticks of every time in this library.
using Micros = Quantity<struct MicrosTag>;

constexpr double toSeconds(Micros time) { return static_cast<double>(time.count) * 1e-6; }
/// Rounds to the nearest microsecond; the caller keeps `seconds` finite and below 9e12.
constexpr Micros fromSeconds(double seconds) {
    return Micros(static_cast<std::int64_t>(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5)));
}

/// A position in one particular table. Tables say which indices they accept and what index 0 means.
template <typename Tag>
struct Index {
    std::uint32_t value = 0;

    constexpr Index() = default;
    constexpr explicit Index(std::uint32_t v) : value(v) {}
    constexpr auto operator<=>(const Index&) const = default;
};

/// A stack trace of one capture, from 1 on; 0 is "unknown" (an event whose trace is not in the file).
using TraceIndex = Index<struct TraceTag>;
/// A node of the tree of all stacks: a frame below its caller. 0 is the root, above every outermost frame.
using NodeIndex = Index<struct NodeTag>;
/// A (function, line) pair that occurs in some stack.
using FrameIndex = Index<struct FrameTag>;
/// A (file, line) pair: the "line of code" that views select. Several frames may lie on one line.
using LineIndex = Index<struct LineTag>;
using FunctionIndex = Index<struct FunctionTag>;
/// An interned text; 0 is the empty one.
using StringIndex = Index<struct StringTag>;
/// A thread of the profiled program, from 1 on; 0 is "not known".
using ThreadIndex = Index<struct ThreadTag>;
/// A set of labels, from 1 on; 0 is the one without any.
using LabelSetIndex = Index<struct LabelSetTag>;

}  // namespace heapprof

template <typename Tag>
struct std::hash<heapprof::Index<Tag>> {
    std::size_t operator()(heapprof::Index<Tag> index) const noexcept { return index.value; }
};
