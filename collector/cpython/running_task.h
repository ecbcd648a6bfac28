// The asyncio task that a thread runs.
#pragma once

#include <Python.h>

#include <cstddef>
#include <string_view>

namespace heapprof::running_task {

inline constexpr std::size_t kMaxName = 200;

/// To be called before recording. Requires the GIL.
void prepare() noexcept;

/// The name that the program gave to the task that the calling thread runs, or, of one without, the qualified name of
/// its coroutine; written into `buffer` of kMaxName bytes. Empty: it runs none. For hooks: runs no Python code, and no
/// object is made or dies. Requires the GIL.
std::string_view nameOf(char* buffer) noexcept;

}  // namespace heapprof::running_task
