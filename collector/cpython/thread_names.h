// The names that Python's threads have in Python.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/units.h"

namespace heapprof {

/// Threads of a recording whose Python name was not known at their first event: only the module threading knows it,
/// and asking it there would run Python code in an allocation. The owner locks.
class UnnamedThreads {
public:
    struct Thread {
        std::uint64_t ident = 0;  ///< what pthread_self() and threading call it
        std::uint64_t nativeId = 0;
        ThreadIndex index;
        Micros firstEvent;
    };

    void add(const Thread& thread) noexcept;
    bool isEmpty() const { return m_count == 0; }
    /// Takes the thread out, if it is waiting for a name.
    std::optional<Thread> take(std::uint64_t ident) noexcept;
    /// threading was asked at `now`. A thread gets some chances and some time, for it may not be listed there yet.
    void asked(Micros now) noexcept;

private:
    struct Waiting {
        Thread thread;
        unsigned asked = 0;
    };
    void erase(std::size_t position) noexcept;

    std::array<Waiting, 256> m_waiting;
    std::size_t m_count = 0;
};

/// Calls `tell` with the ident and the name of each thread that the module threading lists. Runs no Python code, but
/// allocates: not for hooks. Needs the GIL.
void forEachPythonThread(void (*tell)(std::uint64_t ident, std::string_view name));

}  // namespace heapprof
