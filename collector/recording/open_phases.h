// The phases of a recording that have begun and not ended.
#pragma once

#include <cstddef>

#include "collector/memory/mapped_array.h"
#include "core/capture/chunk.h"
#include "core/units.h"

namespace heapprof {

/// The owner locks. Of more than kMost, further ones are not known.
class OpenPhases {
public:
    static constexpr std::size_t kMost = 10'000;

    /// To be called for every mark.
    void note(records::MarkKind kind, StringIndex text, ThreadIndex thread) noexcept {
        if (kind == records::PhaseBegins && m_count < kMost && m_open.reserve(m_count + 1))
            m_open[m_count++] = {text, thread};
        if (kind == records::PhaseEnds) end({text, thread});
    }

    /// Calls `visit(text, thread)` for each, in the order in which they began.
    template <typename Visit>
    void forEach(Visit visit) const {
        for (std::size_t i = 0; i < m_count; ++i) visit(m_open[i].text, m_open[i].thread);
    }

private:
    struct Phase {
        StringIndex text;
        ThreadIndex thread;

        bool operator==(const Phase&) const = default;
    };

    /// The last one of that name.
    void end(const Phase& phase) noexcept {
        std::size_t at = m_count;
        while (at > 0 && m_open[at - 1] != phase) --at;
        if (at == 0) return;
        for (; at < m_count; ++at) m_open[at - 1] = m_open[at];
        --m_count;
    }

    MappedArray<Phase> m_open;
    std::size_t m_count = 0;
};

}  // namespace heapprof
