// Keeps the profiled program alive when somebody cuts a file that we have mapped.
#pragma once

#include <cstddef>
#include <cstdint>

/// A SIGBUS handler that answers for the guarded ranges alone and passes every other signal on to the handler it found.
/// It is installed when the first file enters, and taken away when the last one leaves, if it is still the one in
/// place. The caller serialises all calls; the handler itself may run at any moment in any thread.
namespace heapprof::bus_guard {

/// Takes a file into the list. When one of its ranges faults, *error becomes EIO. Returns its slot;
/// -1 when there is none, and the file must not be mapped.
int enter(int descriptor, int* error) noexcept;

/// The file's one mapped range and the file size that it needs; length 0: none.
void guard(int slot, void* address, std::size_t length, std::uint64_t neededSize) noexcept;

/// The file has grown, and the guarded range needs that. It is guarded meanwhile.
void grow(int slot, std::uint64_t neededSize) noexcept;

/// The file is open under another descriptor now.
void moveTo(int slot, int descriptor) noexcept;

/// The file's error is kept elsewhere now.
void moveError(int slot, int* error) noexcept;

void leave(int slot) noexcept;

/// In a forked child, which has none of the mappings but may be in the middle of storing into one: private memory takes
/// their places, and `error` is that of all files.
void detach(int error) noexcept;

}  // namespace heapprof::bus_guard
