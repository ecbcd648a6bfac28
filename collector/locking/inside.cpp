#include "collector/locking/inside.h"

namespace heapprof {

constinit Lock Stay::s_lock;

void Stay::beforeFork() noexcept {
    t_state.forksInside = t_state.inside;
    if (t_state.forksInside) return;
    t_state.inside = true;
    s_lock.lock();
}

void Stay::afterForkInParent() noexcept {
    if (t_state.forksInside) return;
    s_lock.unlock();
    t_state.inside = false;
}

void Stay::afterForkInChild() noexcept {
    if (t_state.forksInside) return;
    s_lock.reset();
    t_state.inside = false;
}

}  // namespace heapprof
