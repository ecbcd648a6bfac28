// Which pages of this process are read-only.
#pragma once

#include "collector/memory/address_range.h"
#include "collector/memory/mapped_array.h"

namespace heapprof {

/// The contents of /proc/self/maps when read() was called. Never allocates from any heap.
class PageProtections {
public:
    /// Whether the whole range was readable and not writable; false when that is not known.
    bool isReadOnly(const AddressRange& range) const;

    void read() noexcept;
    bool wasRead() const { return m_wasRead; }

private:
    MappedArray<AddressRange> m_readOnly;  // ascending; neighbours joined
    std::size_t m_count = 0;
    bool m_wasRead = false;
};

}  // namespace heapprof
