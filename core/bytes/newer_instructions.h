// Instructions that not every processor has: the extraction of scattered bits (BMI2) in one quick step, and vectors of
// 32 bytes (AVX2). Loops that profit are compiled twice: [[gnu::flatten]] HEAPPROF_NEWER_INSTRUCTIONS for processors
// that have them all, and plainly for all others.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
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

/// The bits of `value` where `mask` has ones, moved together to the low end.
HEAPPROF_NEWER_INSTRUCTIONS inline std::uint64_t extractBits(std::uint64_t value, std::uint64_t mask) {
#if defined(__x86_64__)
    return __builtin_ia32_pext_di(value, mask);
#else
    std::uint64_t result = 0;
    for (unsigned at = 0; mask != 0; mask &= mask - 1, ++at) result |= (value >> __builtin_ctzll(mask) & 1) << at;
    return result;
#endif
}

/// The low bits of `value`, moved apart to where `mask` has ones.
HEAPPROF_NEWER_INSTRUCTIONS inline std::uint64_t depositBits(std::uint64_t value, std::uint64_t mask) {
#if defined(__x86_64__)
    return __builtin_ia32_pdep_di(value, mask);
#else
    std::uint64_t result = 0;
    for (unsigned at = 0; mask != 0; mask &= mask - 1, ++at) result |= (value >> at & 1) << __builtin_ctzll(mask);
    return result;
#endif
}

/// `bits` without its lowest one.
HEAPPROF_NEWER_INSTRUCTIONS inline std::uint64_t withoutLowest(std::uint64_t bits) {
#if defined(__x86_64__)
    // The compiler would take it apart to share a step with upToLowest(), and lengthen the way to the next record.
    asm("blsr %1, %0" : "=r"(bits) : "r"(bits) : "cc");
    return bits;
#else
    return bits & (bits - 1);
#endif
}
/// The lowest one and all places below it.
HEAPPROF_NEWER_INSTRUCTIONS inline std::uint64_t upToLowest(std::uint64_t bits) { return bits ^ (bits - 1); }

}  // namespace heapprof
