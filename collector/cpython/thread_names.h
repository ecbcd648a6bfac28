// The names that the module threading gives to threads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/memory/mapped_array.h"
#include "core/units.h"

namespace heapprof {

/// Threads of a recording that wait for their Python name. Only the module threading knows it, and does not yet at a
/// thread's first event. The owner locks.
class UnnamedThreads {
public:
    struct Thread {
        std::uint64_t ident = 0;  ///< as pthread_self() and threading have it
        std::uint64_t nativeId = 0;
        ThreadIndex index;
        Micros firstEvent;
    };

    void add(const Thread& thread) noexcept;
    bool isEmpty() const { return m_count == 0; }
    /// Removes and returns the thread, if it is waiting for a name.
    std::optional<Thread> take(std::uint64_t ident) noexcept;
    /// Times count from so much later on.
    void moveStart(Micros later) noexcept {
        for (std::size_t i = 0; i < m_count; ++i) {
            Micros& first = m_waiting[i].thread.firstEvent;
            first = std::max(first - later, Micros());
        }
    }
    /// Removes the thread, and those that had its ident before: they have ended. Returns it, if it was waiting.
    std::optional<Thread> take(std::uint64_t ident, ThreadIndex index) noexcept;
    /// To be called when threading has been asked, at `now`. A thread is given up after a number of calls and some
    /// time: it may not be listed there yet.
    void asked(Micros now) noexcept;

private:
    struct Waiting {
        Thread thread;
        unsigned asked = 0;
    };
    void erase(std::size_t position) noexcept;

    std::array<Waiting, 16384> m_waiting;
    std::size_t m_count = 0;
};

/// The names that threads of a recording have there: the program may give them others. The owner locks.
class KnownNames {
public:
    struct Thread {
        std::uint64_t nativeId = 0;
        Micros firstEvent;
        std::uint64_t name = 0;  ///< its hash
    };

    void add(ThreadIndex index, std::uint64_t nativeId, Micros firstEvent, std::string_view name) noexcept;
    /// Remembers another name. The thread, if it is known and had not that one.
    const Thread* rename(ThreadIndex index, std::string_view name) noexcept;
    /// Times count from so much later on.
    void moveStart(Micros later) noexcept {
        for (std::size_t i = 0; i < m_threads.capacity(); ++i)
            m_threads[i].firstEvent = std::max(m_threads[i].firstEvent - later, Micros());
    }

private:
    static constexpr std::size_t kMost = 100'000;  // further threads keep their first names

    MappedArray<Thread> m_threads;
};

/// Calls `tell` with the ident and the name of each thread that the module threading lists. Runs no Python code.
/// Allocates: not for hooks. Requires the GIL.
void forEachPythonThread(void (*tell)(std::uint64_t ident, std::string_view name));

/// To be called before recording. Requires the GIL.
void prepareThreadNames() noexcept;
/// The name of the calling thread, written into `buffer` of kMaxEncoded bytes; empty when threading does not list it
/// yet. For hooks: runs no Python code, and no object is made or dies. Requires the GIL.
std::string_view ownThreadName(char* buffer) noexcept;
/// Whether looking for that name takes long, as there are so many threads. Requires the GIL.
bool areManyThreadsListed() noexcept;

}  // namespace heapprof
