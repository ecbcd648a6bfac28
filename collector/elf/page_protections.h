// Which pages of this process may be written.
#pragma once

#include "collector/memory/address_range.h"
#include "collector/memory/mapped_array.h"

namespace heapprof {

/// /proc/self/maps as it was at one moment. Never allocates from any heap.
class PageProtections {
public:
    /// Whether the whole range could be read and not be written; false when that is not known.
    bool isReadOnly(const AddressRange& range) const;

    void read() noexcept;
    bool wasRead() const { return m_wasRead; }

private:
    MappedArray<AddressRange> m_readOnly;  // ascending; neighbours joined
    std::size_t m_count = 0;
    bool m_wasRead = false;
};

}  // namespace heapprof
