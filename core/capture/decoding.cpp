#include "core/capture/decoding.h"

namespace heapprof {
namespace {

/// `Vector` is one of signed bytes.
template <typename Vector>
[[gnu::always_inline]] inline void findRecordsV1By(Lengths& lengths, const std::uint8_t* records, std::size_t count) {
    for (std::size_t i = 0; i < count; i += sizeof(Vector)) {
        // As long as not both numbers have ended, there is one more byte. True is -1.
        Vector bytes, goOn{}, length = goOn + static_cast<std::int8_t>(kNumbersAt);
        for (std::int8_t byte = 0; byte < kFastNumbers; ++byte) {
            length -= goOn < static_cast<std::int8_t>(2 - byte);
            std::memcpy(&bytes, records + i + kNumbersAt + byte, sizeof bytes);
            goOn += bytes < 0;
        }
        std::memcpy(&bytes, records + i + kNumbersAt - 1, sizeof bytes);
        length &= (bytes == 0) & (goOn > static_cast<std::int8_t>(1 - kFastNumbers));
        std::memcpy(&lengths[i], &length, sizeof length);
    }
}

}  // namespace

void Scalar::findRecordsV2(Lengths& lengths, const std::uint8_t* records, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) lengths[i] = records::kFastLength[records[i]];
}
void Scalar::findRecordsV1(Lengths& lengths, const std::uint8_t* records, std::size_t count) {
    using Vector [[gnu::vector_size(kLengthsAtOnce / 2)]] = std::int8_t;
    findRecordsV1By<Vector>(lengths, records, count);
}

#if defined(__x86_64__)
void Avx2::findRecordsV1(Lengths& lengths, const std::uint8_t* records, std::size_t count) {
    using Vector [[gnu::vector_size(kLengthsAtOnce)]] = std::int8_t;
    findRecordsV1By<Vector>(lengths, records, count);
}

/// A control byte's low half says its kind and the first number's length, the high half what else there is.
void Avx2::findRecordsV2(Lengths& lengths, const std::uint8_t* records, std::size_t count) {
    using Halves = std::array<std::uint8_t, kLengthsAtOnce>;  // twice, for both halves of a vector
    struct alignas(kLengthsAtOnce) Tables {
        Halves low{}, mattering{}, high{};
    };
    static constexpr Tables tables = [] {
        Tables of;
        for (unsigned i = 0; i < kLengthsAtOnce; ++i) {
            const unsigned half = i % 16, kind = half & 3;
            of.low[i] = records::kFastLength[half];
            of.mattering[i] = kind == records::Allocation ? 0x30 : kind == records::CrossChunkFree ? 0xf0 : 0;
            of.high[i] = static_cast<std::uint8_t>(records::kFastLength[records::CrossChunkFree | half << 4] -
                                                   records::kFastLength[records::CrossChunkFree]);
        }
        return of;
    }();
    const __m256i low = *reinterpret_cast<const __m256i*>(tables.low.data());
    const __m256i mattering = *reinterpret_cast<const __m256i*>(tables.mattering.data());
    const __m256i high = *reinterpret_cast<const __m256i*>(tables.high.data());
    const __m256i half = _mm256_set1_epi8(15);
    std::size_t i = 0;
    for (; i + kLengthsAtOnce <= count; i += kLengthsAtOnce) {
        const __m256i controls = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(records + i));
        const __m256i lower = _mm256_and_si256(controls, half);
        const __m256i said = _mm256_and_si256(controls, _mm256_shuffle_epi8(mattering, lower));
        const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(said, 4), half);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(&lengths[i]),
                            _mm256_add_epi8(_mm256_shuffle_epi8(low, lower), _mm256_shuffle_epi8(high, upper)));
    }
    for (; i < count; ++i) lengths[i] = records::kFastLength[records[i]];
}
#endif

}  // namespace heapprof
