// The stretches of a plot, as they are filled.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/analysis/time_series.h"

namespace heapprof {

/// Fills the stretches of a plot from left to right.
class StepFiller {
public:
    StepFiller(Micros begin, Micros end, std::size_t count)
        : m_begin(begin.count), m_length(end.count - begin.count), m_steps(count) {
        for (std::size_t i = 0; i < count; ++i)
            m_steps[i].begin = Micros(border(i)), m_steps[i].end = Micros(border(i + 1));
    }

    /// The stretch that holds `time`; times outside belong to the first and the last one.
    std::size_t stepOf(std::int64_t time) const {
        if (time <= m_begin) return 0;
        const auto offset = static_cast<unsigned __int128>(time - m_begin) * m_steps.size();
        return std::min(m_steps.size() - 1,
                        static_cast<std::size_t>(offset / static_cast<unsigned __int128>(m_length)));
    }
    bool isBefore(std::int64_t time) const { return time < m_begin; }

    /// From `time` on the total is `bytes`.
    void set(std::int64_t time, std::int64_t bytes, std::int64_t variance) {
        if (!isBefore(time)) {
            if (m_at < m_steps.size() && time >= m_steps[m_at].end.count) advanceTo(stepOf(time));
            include(bytes, bytes);
        }
        m_bytes = bytes;
        m_variance = variance;
    }
    /// Whether what lies between the two times has to be looked at in parts.
    bool isTooLong(std::int64_t first, std::int64_t last) const {
        return isBefore(first) || stepOf(last) > stepOf(first) + 1;
    }
    /// Between two times that are not too far apart the total reached both values.
    void cross(std::int64_t first, std::int64_t last, std::int64_t least, std::int64_t greatest) {
        touch(first, least, greatest);
        touch(last, least, greatest);
    }
    /// In the stretch of `time` the total reached both values.
    void touch(std::int64_t time, std::int64_t least, std::int64_t greatest) {
        advanceTo(stepOf(time));
        include(least, greatest);
    }

    /// In the units they were filled with; `error` is a variance.
    std::vector<TotalStep> finish() {
        advanceTo(m_steps.size());
        return std::move(m_steps);
    }

private:
    std::int64_t border(std::size_t i) const {
        return m_begin + static_cast<std::int64_t>(static_cast<unsigned __int128>(m_length) * i / m_steps.size());
    }
    void include(std::int64_t least, std::int64_t greatest) {
        open();
        m_steps[m_at].least = std::min(m_steps[m_at].least, least);
        m_steps[m_at].greatest = std::max(m_steps[m_at].greatest, greatest);
    }
    /// The total at the start of a stretch is part of it.
    void open() {
        if (m_isOpen || m_at == m_steps.size()) return;
        m_isOpen = true;
        m_steps[m_at].least = m_steps[m_at].greatest = m_bytes;
    }
    void advanceTo(std::size_t step) {
        for (; m_at < step; ++m_at, m_isOpen = false) {
            open();
            m_steps[m_at].last = m_bytes;
            m_steps[m_at].error = static_cast<double>(m_variance);
        }
    }

    std::int64_t m_begin;
    std::int64_t m_length;
    std::vector<TotalStep> m_steps;
    std::size_t m_at = 0;
    bool m_isOpen = false;
    std::int64_t m_bytes = 0;
    std::int64_t m_variance = 0;
};

}  // namespace heapprof
