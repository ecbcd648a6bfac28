#include "collector/sampling/thread_state.h"

#include "collector/sampling/countdown.h"

namespace heapprof {
namespace {

constexpr std::array<std::int64_t, countdowns::kCount> unknownCountdowns() {
    std::array<std::int64_t, countdowns::kCount> all;
    all.fill(-1);
    return all;
}

}  // namespace

constinit thread_local std::array<std::int64_t, countdowns::kCount> t_countdowns
    __attribute__((tls_model("initial-exec"))) = unknownCountdowns();
std::ptrdiff_t g_countdownDistance = distanceOf(countdowns::kNothing);  // computed when the module is loaded

constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));
constinit std::uint32_t g_epoch = epochs::kSwitches;
constinit Prober g_prober{};
// Computed when the module is loaded.
std::ptrdiff_t g_errnoDistance = reinterpret_cast<char*>(&errno) - static_cast<char*>(__builtin_thread_pointer());

}  // namespace heapprof
