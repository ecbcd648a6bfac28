// Programs whose memory follows given curves.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <random>
#include <vector>

#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

namespace heapprof::test {

inline constexpr int kSteps = 1600;  // of a program: 100 per window
inline constexpr Micros kStep(10'000);
inline constexpr std::uint64_t kSize = 1000;  // of a block

/// Live blocks of one trace after each step.
using Curve = std::function<int(int step)>;

/// A program that keeps as many blocks as its curves say, each by a trace of its own, recorded by a rule; the oldest go
/// first. `churn` blocks of every curve are replaced in each step.
class CurveProgram {
public:
    CurveProgram(const TemporaryFolder& folder, const Sampling& sampling, std::uint32_t seed)
        : m_model(folder / "x", sampling, seed),
          m_random(seed),
          m_recordedOf1024(static_cast<unsigned>(std::lround(1024 * sampling.probability(kSize)))) {}

    /// Returns the curve's trace.
    std::uint32_t add(Curve curve) {
        m_curves.push_back(std::move(curve));
        m_traces.push_back(m_model.addTrace(1 + static_cast<int>(m_curves.size() % 4)));
        m_isRecorded.emplace_back();
        return m_traces.back().value;
    }
    RecordedModel& run(int churn = 0) {
        for (int step = 0; step < kSteps; ++step) {
            for (std::size_t i = 0; i < m_curves.size(); ++i) {
                const std::size_t wanted = static_cast<std::size_t>(m_curves[i](step));
                while (m_isRecorded[i].size() > wanted) removeOldest(i);
                while (m_isRecorded[i].size() < wanted) add(i);
                for (int n = 0; n < churn && wanted > 0; ++n) {
                    removeOldest(i);
                    add(i);
                }
            }
            m_model.passTime(kStep);
        }
        return m_model;
    }

private:
    void add(std::size_t i) {
        const bool isRecorded = m_random() % 1024 < m_recordedOf1024;
        m_isRecorded[i].push_back(isRecorded);
        if (!isRecorded) return;
        m_model.allocate(m_traces[i], kSize);
        m_live.push_back(i);
    }
    void removeOldest(std::size_t i) {
        const bool wasRecorded = m_isRecorded[i].front();
        m_isRecorded[i].pop_front();
        if (!wasRecorded) return;
        const auto found = std::find(m_live.begin(), m_live.end(), i);
        m_model.freeBlock(static_cast<std::size_t>(found - m_live.begin()));
        m_live.erase(found);
    }

    RecordedModel m_model;
    std::mt19937 m_random;
    unsigned m_recordedOf1024;
    std::vector<Curve> m_curves;
    std::vector<TraceIndex> m_traces;
    std::vector<std::deque<bool>> m_isRecorded;  // by curve: its blocks, the oldest first
    std::vector<std::size_t> m_live;             // the recorded ones' curves, as the model has them
};

}  // namespace heapprof::test
