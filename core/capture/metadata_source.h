// Reads a growing .hpm file; one implementation per format version.
#pragma once

#include "core/bytes/error.h"
#include "core/capture/metadata.h"
#include "core/capture/trace_table.h"

namespace heapprof {

class MetadataSource {
public:
    virtual ~MetadataSource() = default;
    /// Reads what the file holds beyond what was read before; true when that was anything.
    virtual bool readMore() = 0;

    /// The string that the event log knows under this number; empty when there is none.
    virtual std::string text(std::uint32_t) const { return {}; }

    const Metadata& metadata() const { return m_metadata; }
    const TraceTable& traces() const { return m_traces; }
    virtual std::vector<Damage> damage() const = 0;

protected:
    Metadata m_metadata;
    TraceTableBuilder m_traces;
};

}  // namespace heapprof
