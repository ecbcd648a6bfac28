#include "collector/sampling/thread_state.h"

#include "collector/sampling/budget.h"

namespace heapprof {
namespace {

constexpr std::array<std::int64_t, budgets::kCount> unknownBudgets() {
    std::array<std::int64_t, budgets::kCount> all;
    all.fill(-1);
    return all;
}

}  // namespace

constinit thread_local std::array<std::int64_t, budgets::kCount> t_budgets __attribute__((tls_model("initial-exec"))) =
    unknownBudgets();
std::ptrdiff_t g_budgetDistance = distanceOf(budgets::kNothing);  // computed when the module is loaded

constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));
constinit std::uint32_t g_epoch = 1;

}  // namespace heapprof
