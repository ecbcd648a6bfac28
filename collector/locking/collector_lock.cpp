#include "collector/locking/collector_lock.h"

namespace heapprof {

constinit Lock CollectorLock::s_lock;

void CollectorLock::beforeFork() noexcept {
    t_state.forksInside = t_state.inside;
    if (t_state.forksInside) return;
    t_state.inside = true;
    s_lock.lock();
}

void CollectorLock::afterForkInParent() noexcept {
    if (t_state.forksInside) return;
    s_lock.unlock();
    t_state.inside = false;
}

void CollectorLock::afterForkInChild() noexcept {
    if (t_state.forksInside) return;
    s_lock.reset();
    t_state.inside = false;
}

}  // namespace heapprof
