// One event of the log, as every reader delivers it, and the reader itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes/error.h"
#include "core/units.h"

namespace heapprof {

enum class EventKind : std::uint32_t { Allocation = 0, Free = 1 };

struct Event {
    /// The `distance` of a free when the file does not say which block it ends (version 1).
    static constexpr std::uint64_t kUnknownDistance = ~std::uint64_t{0};

    Micros time;                 ///< never goes back from one event to the next
    std::uint64_t size = 0;      ///< bytes the program asked for, unscaled
    std::uint64_t distance = 0;  ///< of a free: allocations delivered since the one it ends; more when that one was not
    TraceIndex trace;            ///< of the allocation, on a free too
    EventKind kind = EventKind::Allocation;

    bool operator==(const Event&) const = default;
};

/// Later times are damage, microseconds.
inline constexpr std::int64_t kLatestTime = std::int64_t{1} << 62;

/// Where in an event log reading can go on: after `events` events. Plain data, kept in digests.
struct EventPosition {
    std::uint64_t offset =
        0;                   ///< in the file: of the next record (version 1) or of the chunk that holds it (version 2)
    std::uint64_t skip = 0;  ///< records of that chunk already delivered (version 2)
    std::int64_t clock = 0;  ///< the file's own clock there: the exact sum of its steps, which may go back (version 1)
    std::int64_t time = 0;   ///< time of the last event delivered, in microseconds
    std::uint64_t events = 0;  ///< events delivered before it

    bool operator==(const EventPosition&) const = default;
};

/// Delivers the events of one log in order, again and again as the log grows. One thread at a time.
class EventReader {
public:
    virtual ~EventReader() = default;

    /// Fills `events` from the front; returns how many. 0 says: no more for now; a log being written may have more
    /// later.
    virtual std::size_t read(std::span<Event> events) = 0;
    /// After the last event that read() delivered.
    virtual EventPosition position() const = 0;
    /// Continues behind a position that this or another reader of the same log gave. Throws FileError when the events
    /// before it are not there any more.
    virtual void seek(const EventPosition& position) = 0;
    /// Length of the log in bytes, as far as it was seen; with position().offset it says how far reading has come.
    virtual std::uint64_t length() const = 0;
    /// What could not be read so far, in file order. Bytes after the last whole record of a log are not damage.
    virtual const std::vector<Damage>& damage() const = 0;
};

}  // namespace heapprof
