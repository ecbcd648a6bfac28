#include "collector/thread_state.h"

namespace heapprof {

constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));
constinit std::uint32_t g_epoch = 1;

}  // namespace heapprof
