#include "core/bytes/bus_guard.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "core/bytes/descriptor.h"

namespace heapprof::bus_guard {
namespace {

struct Slot {
    std::atomic<int> descriptor{-1};
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<std::uint64_t> neededSize{0};
    std::atomic<int*> error{nullptr};
};

constinit std::array<Slot, 4> s_slots{};
constinit struct sigaction s_previous{};
constinit bool s_installed = false;

bool cutShort(const Slot& slot) {
    struct stat status;
    return statusOf(slot.descriptor, status) && static_cast<std::uint64_t>(status.st_size) < slot.neededSize;
}

bool putPrivateMemory(const Slot& slot) {
    const std::uintptr_t begin = slot.begin;
    void* const address = reinterpret_cast<void*>(begin);
    return mmap(address, slot.end - begin, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
           address;
}

void fail(const Slot& slot, int error) { __atomic_store_n(slot.error.load(), error, __ATOMIC_RELAXED); }

void onBusError(int signal, siginfo_t* info, void* context) {
    const int savedErrno = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    // A handler installed after ours (faulthandler's) raises the signal again for us, without the address.
    const bool raised = info->si_code <= 0;
    bool ours = false;
    for (const Slot& slot : s_slots) {
        if (slot.begin >= slot.end) continue;
        const bool isMeant = raised ? cutShort(slot) : address >= slot.begin && address < slot.end;
        if (!isMeant || !putPrivateMemory(slot)) continue;
        fail(slot, EIO);
        ours = true;
    }
    errno = savedErrno;
    if (ours) return;
    if (s_previous.sa_flags & SA_SIGINFO) return s_previous.sa_sigaction(signal, info, context);
    if (s_previous.sa_handler == SIG_IGN && raised) return;
    if (s_previous.sa_handler != SIG_DFL && s_previous.sa_handler != SIG_IGN) return s_previous.sa_handler(signal);
    sigaction(signal, &s_previous, nullptr);  // the faulting instruction runs again and meets the default
    if (raised) raise(signal);
}

bool anyEntered() {
    for (const Slot& slot : s_slots)
        if (slot.error) return true;
    return false;
}

}  // namespace

int enter(int descriptor, int* error) noexcept {
    if (!s_installed) {
        struct sigaction action{};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        s_installed = sigaction(SIGBUS, &action, &s_previous) == 0;
    }
    for (std::size_t i = 0; i < s_slots.size(); ++i) {
        if (s_slots[i].error) continue;
        s_slots[i].descriptor = descriptor;
        s_slots[i].error = error;
        return static_cast<int>(i);
    }
    return -1;
}

void guard(int slot, void* address, std::size_t length, std::uint64_t neededSize) noexcept {
    if (slot < 0) return;
    Slot& mine = s_slots[static_cast<std::size_t>(slot)];
    mine.end = 0;  // no signal in between may see the beginning of one range with the end of another
    mine.begin = reinterpret_cast<std::uintptr_t>(address);
    mine.neededSize = neededSize;
    mine.end = mine.begin + length;
}

void grow(int slot, std::uint64_t neededSize) noexcept {
    if (slot >= 0) s_slots[static_cast<std::size_t>(slot)].neededSize = neededSize;
}

void moveTo(int slot, int descriptor) noexcept {
    if (slot >= 0) s_slots[static_cast<std::size_t>(slot)].descriptor = descriptor;
}

void moveError(int slot, int* error) noexcept {
    if (slot >= 0) s_slots[static_cast<std::size_t>(slot)].error = error;
}

void leave(int slot) noexcept {
    if (slot < 0) return;
    guard(slot, nullptr, 0, 0);
    s_slots[static_cast<std::size_t>(slot)].descriptor = -1;
    s_slots[static_cast<std::size_t>(slot)].error = nullptr;
    if (!s_installed || anyEntered()) return;
    struct sigaction current{};
    // If somebody stands before us in the chain, our handler stays: it passes everything on.
    if (sigaction(SIGBUS, nullptr, &current) != 0 || !(current.sa_flags & SA_SIGINFO) ||
        current.sa_sigaction != onBusError)
        return;
    sigaction(SIGBUS, &s_previous, nullptr);
    s_installed = false;
}

void detach(int error) noexcept {
    for (const Slot& slot : s_slots) {
        if (slot.begin < slot.end) putPrivateMemory(slot);
        if (slot.error) fail(slot, error);
    }
}

}  // namespace heapprof::bus_guard
