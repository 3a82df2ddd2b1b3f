// SPDX-License-Identifier: MIT
// Which slots of a bucket may lead to a key.
#pragma once

#include <cstdint>

#include "store/layout/copy_bytes.hpp"
#include "store/layout/layout.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace dummycache::store {

#if defined(__x86_64__) && !defined(DUMMYCACHE_TSAN)

/// Bit i is set if slot i of the bucket has this tag. The upper half of a word holds the tag, and all 8
/// words are compared at once. Written in assembler for the reason that layout/copy_bytes.hpp gives.
[[nodiscard, gnu::always_inline]] inline unsigned slots_with_tag(const layout::Bucket& bucket,
                                                                 std::uint32_t tag) noexcept {
    __m128 low;
    __m128 next;
    __m128 third;
    __m128 high;
    asm volatile("movaps (%4), %0\n\tmovaps 16(%4), %1\n\tmovaps 32(%4), %2\n\tmovaps 48(%4), %3"
                 : "=&x"(low), "=&x"(next), "=&x"(third), "=x"(high)
                 : "r"(&bucket)
                 : "memory");
    constexpr unsigned kBelowTag = layout::kTagShift - 32;
    const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag << kBelowTag));
    const __m128i mask = _mm_set1_epi32(static_cast<int>(~0U << kBelowTag));
    const auto matches = [&](__m128 one, __m128 two) {
        const __m128i upper = _mm_castps_si128(_mm_shuffle_ps(one, two, _MM_SHUFFLE(3, 1, 3, 1)));
        const __m128i same = _mm_cmpeq_epi32(_mm_and_si128(upper, mask), wanted);
        return static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(same)));
    };
    unsigned found = (matches(low, next) | matches(third, high) << 4) >> 1;  // word 0 is the version
    if (tag != 0) [[likely]]
        return found;
    for (unsigned i = 0; i < layout::kSlots; ++i) {
        if (bucket.slots[i].load(std::memory_order_relaxed) == 0) found &= ~(1U << i);
    }
    return found;
}

#else

/// Bit i is set if slot i of the bucket has this tag.
[[nodiscard, gnu::always_inline]] inline unsigned slots_with_tag(const layout::Bucket& bucket,
                                                                 std::uint32_t tag) noexcept {
    unsigned found = 0;
    for (unsigned i = 0; i < layout::kSlots; ++i) {
        const std::uint64_t word = bucket.slots[i].load(std::memory_order_relaxed);
        found |= static_cast<unsigned>(word >> layout::kTagShift == tag && word != 0) << i;
    }
    return found;
}

#endif

}  // namespace dummycache::store
