#include "collector/inside.h"

namespace heapprof {

constinit Lock Inside::s_lock;

void Inside::beforeFork() noexcept {
    t_state.forksInside = t_state.inside;
    if (t_state.forksInside) return;
    t_state.inside = true;
    s_lock.lock();
}

void Inside::afterForkInParent() noexcept {
    if (t_state.forksInside) return;
    s_lock.unlock();
    t_state.inside = false;
}

void Inside::afterForkInChild() noexcept {
    if (t_state.forksInside) return;
    s_lock.reset();
    t_state.inside = false;
}

}  // namespace heapprof
