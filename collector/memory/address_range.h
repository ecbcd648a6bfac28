// A range of addresses.
#pragma once

#include <cstdint>

namespace heapprof {

struct AddressRange {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;  ///< exclusive

    bool operator==(const AddressRange&) const = default;
    bool contains(const void* address) const {
        const auto at = reinterpret_cast<std::uintptr_t>(address);
        return at >= begin && at < end;
    }
};

}  // namespace heapprof
