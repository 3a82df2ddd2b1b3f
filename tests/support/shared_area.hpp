// SPDX-License-Identifier: MIT
// Memory that a test shares with its child processes, apart from any cache.
#pragma once

#include <array>
#include <atomic>
#include <new>
#include <stdexcept>

#include <sched.h>
#include <sys/mman.h>

namespace dummycache::test {

/// A T that children forked from now on share. T must be trivially destructible.
template <class T>
class SharedArea {
public:
    SharedArea() {
        void* const at =
            ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) throw std::runtime_error("mmap failed");
        object_ = ::new (at) T();
    }
    ~SharedArea() { ::munmap(object_, sizeof(T)); }
    SharedArea(const SharedArea&) = delete;
    SharedArea& operator=(const SharedArea&) = delete;

    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }

private:
    T* object_;
};

/// Processes or threads wait here until all have come; may be used again.
class Barrier {
public:
    void wait_for(int all) {
        const int round = rounds_.load();
        if (arrived_.fetch_add(1) + 1 == all) {
            arrived_.store(0);
            rounds_.fetch_add(1);
            return;
        }
        while (rounds_.load() == round) ::sched_yield();
    }

private:
    std::atomic<int> arrived_{0};
    std::atomic<int> rounds_{0};
};

/// What processes tell one another in a test.
struct Tally {
    Barrier barrier;
    std::array<std::atomic<int>, 1000> counts{};
    std::atomic<bool> stop{false};
};

}  // namespace dummycache::test
