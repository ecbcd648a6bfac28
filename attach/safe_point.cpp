#include "attach/safe_point.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace heapprof {
namespace {

/// The locks within malloc() and the loader wait by FUTEX_WAIT; semaphores, conditions, and the locks that Python
/// makes of them, by FUTEX_WAIT_BITSET.
bool waitsForOtherLock(const TracedThread& thread) {
    return (thread.argument(1) & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;
}

/// A wait with a time that was interrupted before goes on as SYS_restart_syscall.
bool waitsForOther(const TracedThread& thread) {
    constexpr std::array kCalls{
        SYS_read,         SYS_readv,           SYS_write,      SYS_writev,      SYS_poll,          SYS_ppoll,
        SYS_select,       SYS_pselect6,        SYS_epoll_wait, SYS_epoll_pwait, SYS_nanosleep,     SYS_clock_nanosleep,
        SYS_pause,        SYS_wait4,           SYS_waitid,     SYS_accept,      SYS_accept4,       SYS_connect,
        SYS_recvfrom,     SYS_recvmsg,         SYS_sendto,     SYS_sendmsg,     SYS_flock,         SYS_fcntl,
        SYS_semop,        SYS_semtimedop,      SYS_msgrcv,     SYS_msgsnd,      SYS_rt_sigsuspend, SYS_rt_sigtimedwait,
        SYS_io_getevents, SYS_restart_syscall, SYS_open,       SYS_openat,      SYS_sendfile,      SYS_splice};
    const long call = thread.waitsIn();
    if (call == SYS_futex) return waitsForOtherLock(thread);
    return std::ranges::find(kCalls, call) != kCalls.end();
}

}  // namespace

bool isSafePoint(const Target& target, const TracedThread& thread) {
    return thread.waitsIn() < 0 ? target.isWithoutLocks(thread.instruction()) : waitsForOther(thread);
}

}  // namespace heapprof
