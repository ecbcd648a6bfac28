// Instructions that not every processor has: the extraction of scattered bits (BMI2) in one quick step, and vectors of
// 32 bytes (AVX2). Loops that profit are compiled twice: [[gnu::flatten]] HEAPPROF_NEWER_INSTRUCTIONS for processors
// that have them all, and plainly for all others.
#pragma once

#if defined(__x86_64__)
#define HEAPPROF_NEWER_INSTRUCTIONS __attribute__((target("bmi,bmi2,avx2")))
#else
#define HEAPPROF_NEWER_INSTRUCTIONS
#endif

namespace heapprof {

inline bool hasNewerInstructions() {
#if defined(__x86_64__)
    // The first two generations of Zen extract bits by a slow program of many steps.
    return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2") &&
           !__builtin_cpu_is("znver1") && !__builtin_cpu_is("znver2");
#else
    return false;
#endif
}

}  // namespace heapprof
