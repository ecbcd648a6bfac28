// AVX2 (vectors of 32 bytes) and BMI2 (extraction of scattered bits, where it is one step). Loops that profit are
// compiled twice: [[gnu::flatten]] HEAPPROF_AVX2 for processors that have both, and without for all others.
#pragma once

#if defined(__x86_64__)
#define HEAPPROF_AVX2 __attribute__((target("bmi,bmi2,avx2")))
#else
#define HEAPPROF_AVX2
#endif

namespace heapprof {

inline bool hasAvx2() {
#if defined(__x86_64__)
    // The first two generations of Zen extract bits by a slow program of many steps.
    return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2") &&
           !__builtin_cpu_is("znver1") && !__builtin_cpu_is("znver2");
#else
    return false;
#endif
}

}  // namespace heapprof
