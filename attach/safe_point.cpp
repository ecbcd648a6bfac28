#include "attach/safe_point.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include <algorithm>
#include <array>

namespace heapprof {
namespace {

using namespace std::chrono_literals;

/// The locks within malloc() and the loader wait by FUTEX_WAIT; semaphores, conditions, and the locks that Python
/// makes of them, by FUTEX_WAIT_BITSET. So does the GIL, for some milliseconds at a time: a thread that waits for it
/// will run Python code soon.
bool waitsForOtherLock(const Target& target, const TracedThread& thread) {
    const std::uint64_t command = thread.argument(1);
    if ((command & FUTEX_CMD_MASK) != FUTEX_WAIT_BITSET) return false;
    constexpr std::int64_t kLong = 50'000'000;  // ns
    timespec until{}, now{};
    if (thread.argument(3) == 0) return true;
    if (!target.read(thread.argument(3), until)) return false;
    clock_gettime((command & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    return (until.tv_sec - now.tv_sec) * 1'000'000'000 + until.tv_nsec - now.tv_nsec > kLong;
}

/// A wait with a time that was interrupted before goes on as SYS_restart_syscall.
bool waitsForOther(const Target& target, const TracedThread& thread) {
    constexpr std::array kCalls{
        SYS_read,         SYS_readv,          SYS_write,      SYS_writev,      SYS_poll,          SYS_ppoll,
        SYS_select,       SYS_pselect6,       SYS_epoll_wait, SYS_epoll_pwait, SYS_nanosleep,     SYS_clock_nanosleep,
        SYS_pause,        SYS_wait4,          SYS_waitid,     SYS_accept,      SYS_accept4,       SYS_connect,
        SYS_recvfrom,     SYS_recvmsg,        SYS_sendto,     SYS_sendmsg,     SYS_flock,         SYS_fcntl,
        SYS_semop,        SYS_semtimedop,     SYS_msgrcv,     SYS_msgsnd,      SYS_rt_sigsuspend, SYS_rt_sigtimedwait,
        SYS_io_getevents, SYS_restart_syscall};
    const long call = thread.waitsIn();
    if (call == SYS_futex) return waitsForOtherLock(target, thread);
    return std::ranges::find(kCalls, call) != kCalls.end();
}

}  // namespace

bool isSafePoint(const Target& target, TracedThread& thread) {
    if (!waitsForOther(target, thread) && !(thread.waitsIn() < 0 && target.isOfOtherLibrary(thread.instruction())))
        return false;
    return static_cast<int>(thread.call(target.function("PyGILState_Check"), {}, 1s)) == 0;
}

}  // namespace heapprof
