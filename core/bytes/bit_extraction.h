// Whether this processor extracts scattered bits (BMI2) in one quick instruction. Loops that profit are compiled twice:
// [[gnu::flatten]] HEAPPROF_BIT_EXTRACTION for processors that do, and plainly for all others.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#define HEAPPROF_BIT_EXTRACTION __attribute__((target("bmi,bmi2")))
#else
#define HEAPPROF_BIT_EXTRACTION
#endif

namespace heapprof {

inline bool hasBitExtraction() {
#if defined(__x86_64__)
    // The first two generations of Zen have it, as a slow program of many steps.
    return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("znver1") &&
           !__builtin_cpu_is("znver2");
#else
    return false;
#endif
}

/// The bits of `value` where `mask` has ones, moved together to the low end.
HEAPPROF_BIT_EXTRACTION inline std::uint64_t extractBits(std::uint64_t value, std::uint64_t mask) {
#if defined(__x86_64__)
    return __builtin_ia32_pext_di(value, mask);
#else
    std::uint64_t result = 0;
    for (unsigned at = 0; mask != 0; mask &= mask - 1, ++at) result |= (value >> __builtin_ctzll(mask) & 1) << at;
    return result;
#endif
}

/// `bits` without its lowest one.
HEAPPROF_BIT_EXTRACTION inline std::uint64_t withoutLowest(std::uint64_t bits) {
#if defined(__x86_64__)
    // The compiler would take it apart to share a step with upToLowest(), and lengthen the way to the next record.
    asm("blsr %1, %0" : "=r"(bits) : "r"(bits) : "cc");
    return bits;
#else
    return bits & (bits - 1);
#endif
}
/// The lowest one and all places below it.
HEAPPROF_BIT_EXTRACTION inline std::uint64_t upToLowest(std::uint64_t bits) { return bits ^ (bits - 1); }

}  // namespace heapprof
