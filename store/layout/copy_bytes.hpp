// SPDX-License-Identifier: MIT
// Copies between private memory and memory that another process may change at the same time.
//
// A reader copies first and finds out afterwards whether the copied bytes were valid. So it may read bytes
// that a writer is replacing. In C++ that is a data race, unless both sides use atomic accesses; relaxed
// words cost 1.3 to 1.6 times as much as a plain copy. So on x86-64 the copies are written in assembler:
// the compiler cannot look into it, and cannot split or repeat it. Elsewhere, and under ThreadSanitizer,
// they are relaxed atomic accesses. (H.-J. Boehm, "Can seqlocks get along with programming language memory
// models?", MSPC 2012.)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#if defined(__SANITIZE_THREAD__)
#define DUMMYCACHE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DUMMYCACHE_TSAN 1
#endif
#endif

namespace dummycache::store {

/// Fences. ThreadSanitizer does not understand fences, so under it these do nothing. It needs none there,
/// because every access to shared bytes is atomic.
inline void fence_release() noexcept {
#if !defined(DUMMYCACHE_TSAN)
    std::atomic_thread_fence(std::memory_order_release);
#endif
}
inline void fence_acquire() noexcept {
#if !defined(DUMMYCACHE_TSAN)
    std::atomic_thread_fence(std::memory_order_acquire);
#endif
}

#if defined(__x86_64__) && !defined(DUMMYCACHE_TSAN)
#define DUMMYCACHE_SSE_COPY 1

namespace detail {

template <class Word>
inline void move_word(std::byte* to, const std::byte* from) noexcept {
    Word word;
    asm volatile("mov %1, %0" : "=r"(word) : "m"(*reinterpret_cast<const Word*>(from)));
    asm volatile("mov %1, %0" : "=m"(*reinterpret_cast<Word*>(to)) : "r"(word));
}
inline void move_16(std::byte* to, const std::byte* from) noexcept {
    asm volatile("movdqu (%1), %%xmm0\n\tmovdqu %%xmm0, (%0)" ::"r"(to), "r"(from) : "xmm0", "memory");
}
inline void move_64(std::byte* to, const std::byte* from) noexcept {
    asm volatile(
        "movdqu (%1), %%xmm0\n\tmovdqu 16(%1), %%xmm1\n\tmovdqu 32(%1), %%xmm2\n\tmovdqu 48(%1), %%xmm3\n\t"
        "movdqu %%xmm0, (%0)\n\tmovdqu %%xmm1, 16(%0)\n\tmovdqu %%xmm2, 32(%0)\n\tmovdqu %%xmm3, 48(%0)" ::
            "r"(to),
        "r"(from)
        : "xmm0", "xmm1", "xmm2", "xmm3", "memory");
}
/// Fewer than 16 bytes, as two moves that overlap.
inline void move_few(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
    if (bytes >= 8) {
        move_word<std::uint64_t>(to, from);
        move_word<std::uint64_t>(to + bytes - 8, from + bytes - 8);
    } else if (bytes >= 4) {
        move_word<std::uint32_t>(to, from);
        move_word<std::uint32_t>(to + bytes - 4, from + bytes - 4);
    } else if (bytes >= 2) {
        move_word<std::uint16_t>(to, from);
        move_word<std::uint16_t>(to + bytes - 2, from + bytes - 2);
    } else if (bytes == 1) {
        move_word<std::uint8_t>(to, from);
    }
}

}  // namespace detail

/// Copies; either side may be shared memory. The ranges do not overlap.
[[gnu::always_inline]] inline void copy_bytes(std::byte* to, const std::byte* from,
                                              std::size_t bytes) noexcept {
    constexpr std::size_t kStringMoveFrom = 1024;  // from this size on the processor's own loop is faster
    if (bytes >= kStringMoveFrom) {
        asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
        return;
    }
    if (bytes < 16) return detail::move_few(to, from, bytes);
    const std::byte* const end = from + bytes;
    std::byte* const to_end = to + bytes;
    for (; bytes >= 64; bytes -= 64, to += 64, from += 64) detail::move_64(to, from);
    if (bytes > 32) {
        detail::move_16(to, from);
        detail::move_16(to + 16, from + 16);
        detail::move_16(to_end - 32, end - 32);
    } else if (bytes > 16) {
        detail::move_16(to, from);
    }
    if (bytes != 0) detail::move_16(to_end - 16, end - 16);
}

/// Copies many bytes past the caches. Twice as fast, if no cache has the target and it is not read soon.
/// `to` is a multiple of 16. Later stores may become visible before these bytes, so call stream_end()
/// before them.
inline void stream_bytes(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
    for (; bytes >= 64; bytes -= 64, to += 64, from += 64) {
        asm volatile(
            "movdqu (%1), %%xmm0\n\tmovdqu 16(%1), %%xmm1\n\tmovdqu 32(%1), %%xmm2\n\tmovdqu 48(%1), "
            "%%xmm3\n\t"
            "movntdq %%xmm0, (%0)\n\tmovntdq %%xmm1, 16(%0)\n\tmovntdq %%xmm2, 32(%0)\n\tmovntdq %%xmm3, "
            "48(%0)" ::"r"(to),
            "r"(from)
            : "xmm0", "xmm1", "xmm2", "xmm3", "memory");
    }
    copy_bytes(to, from, bytes);
}
inline void stream_end() noexcept { asm volatile("sfence" ::: "memory"); }

namespace detail {

inline __m128i load_16(const std::byte* from) noexcept {
    __m128i word;
    asm volatile("movdqu %1, %0" : "=x"(word) : "m"(*reinterpret_cast<const __m128i_u*>(from)));
    return word;
}

/// Compares 16 bytes or more, 16 at a time. The last 16 bytes overlap those before.
[[gnu::always_inline]] inline bool equal_16_or_more(const std::byte* shared, const char* own,
                                                    std::size_t bytes) noexcept {
    const auto same = [&](std::size_t at) {
        return _mm_cmpeq_epi8(load_16(shared + at),
                              _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(own + at)));
    };
    __m128i all = same(bytes - 16);
    for (std::size_t at = 0; at + 16 < bytes; at += 16) all = _mm_and_si128(all, same(at));
    return _mm_movemask_epi8(all) == 0xffff;
}

}  // namespace detail

#else

inline void copy_bytes(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
    auto* target = reinterpret_cast<unsigned char*>(to);
    const auto* source = reinterpret_cast<const unsigned char*>(from);
    for (std::size_t i = 0; i < bytes; ++i) {
        __atomic_store_n(target + i, __atomic_load_n(source + i, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
    }
}
inline void stream_bytes(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
    copy_bytes(to, from, bytes);
}
inline void stream_end() noexcept {}

#endif

namespace detail {

/// Word by word.
[[gnu::always_inline]] inline bool equal_words(const std::byte* shared, const char* own,
                                               std::size_t bytes) noexcept {
    const auto* word = reinterpret_cast<const std::uint64_t*>(shared);
    const std::size_t rest = bytes % 8;
    std::uint64_t difference = 0;
    std::uint64_t mine = 0;
    for (std::size_t left = bytes / 8; left != 0; --left, own += 8) {
        std::memcpy(&mine, own, 8);
        difference |= mine ^ __atomic_load_n(word++, __ATOMIC_RELAXED);
    }
    if (rest == 0) return difference == 0;
    if (bytes > 8) {
        // The last 8 bytes in one piece: a copy of unknown size would be a call.
        std::memcpy(&mine, own + rest - 8, 8);
        mine >>= 64 - 8 * rest;
    } else {
        mine = 0;
        for (std::size_t i = 0; i < rest; ++i) {
            mine |= std::uint64_t{static_cast<unsigned char>(own[i])} << (8 * i);
        }
    }
    return (difference | (mine ^ __atomic_load_n(word, __ATOMIC_RELAXED)) << (64 - 8 * rest)) == 0;
}

}  // namespace detail

/// Compares shared bytes that start at a multiple of 8 with private ones. May read up to 7 bytes
/// past the end, within the same aligned word.
[[gnu::always_inline]] inline bool equal_bytes(const std::byte* shared, const char* own,
                                               std::size_t bytes) noexcept {
#if defined(DUMMYCACHE_SSE_COPY)
    if (bytes >= 16) return detail::equal_16_or_more(shared, own, bytes);
#endif
    return detail::equal_words(shared, own, bytes);
}

}  // namespace dummycache::store
