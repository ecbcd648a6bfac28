// A place for what is never destroyed.
#pragma once

#include <optional>

namespace heapprof {

/// For a variable of static storage duration that threads may still use while the process exits: `value` is not
/// destroyed with it.
template <typename T>
union Forever {
    constexpr Forever() : value() {}
    ~Forever() {}
    std::optional<T> value;
};

}  // namespace heapprof
