// A filter: some of the traces of a capture, as a value.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/capture/trace_table.h"

namespace heapprof {

/// Whether a frame is meant.
using FramePredicate = std::function<bool(FrameIndex)>;

/// Which traces are meant. Made from the traces that a table holds at that time; a trace that is none of them counts as
/// the unknown one, 0, which has no frames, no thread, and the domain Python. Sets of one capture combine, also when
/// its table grew between them.
class TraceSet {
public:
    /// Every trace there will ever be.
    TraceSet() = default;
    static TraceSet none() { return TraceSet(std::vector<bool>{false}); }
    /// Trace i when `contained[i]`; has the unknown trace at least.
    explicit TraceSet(std::vector<bool> contained) : m_contained(std::move(contained)) {}

    /// What was allocated in one of the domains.
    static TraceSet ofDomains(const TraceTable& traces, DomainSet domains);
    /// What was allocated in a thread of that name.
    static TraceSet ofThread(const TraceTable& traces, std::string_view name);
    /// What was allocated under a label of that name and value; without a value: of that name, whatever its value.
    static TraceSet ofLabel(const TraceTable& traces, std::string_view name,
                            std::optional<std::string_view> value = {});
    /// Traces with a frame that is meant; not `cumulative`: whose innermost shown frame is (see ShownFrames). Asks for
    /// each frame of the table once.
    static TraceSet through(const TraceTable& traces, const FramePredicate& isMeant, bool cumulative = true);
    static TraceSet throughLine(const TraceTable& traces, LineIndex line, bool cumulative = true);
    /// Functions of that name, qualified ("Tree.insert") or plain ("insert").
    static TraceSet throughFunction(const TraceTable& traces, std::string_view name, bool cumulative = true);
    /// A source file, by its whole path.
    static TraceSet throughFile(const TraceTable& traces, std::string_view path, bool cumulative = true);
    /// A module and, when it is a package, everything in it: as far as the path of a file tells, which is all that a
    /// capture knows. "a.b" is any .../a/b.py and all below any .../a/b/.
    static TraceSet throughModule(const TraceTable& traces, std::string_view module, bool cumulative = true);

    bool contains(TraceIndex trace) const { return m_contained[trace.value < m_contained.size() ? trace.value : 0]; }
    bool isAll() const;
    bool isEmpty() const;

    TraceSet operator&(const TraceSet& other) const;
    TraceSet operator|(const TraceSet& other) const;
    TraceSet operator~() const;
    /// Whether both contain the same traces.
    bool operator==(const TraceSet& other) const;

private:
    std::vector<bool> m_contained{true};
};

}  // namespace heapprof
