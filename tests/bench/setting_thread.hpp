// SPDX-License-Identifier: MIT
// A thread that sets entries all the time, and knows how long it was held up.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include <dummycache/cache.hpp>

#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

/// Sets the entries 0 to `entries` in turn, while it lives.
class SettingThread {
public:
    SettingThread(Cache& cache, std::size_t entries)
        : thread_([this, &cache, entries] {
              for (std::size_t i = 0; !stop_; ++i) {
                  const std::string key = key_of(i % entries);
                  const auto start = Clock::now();
                  cache.set(key, usual_value());
                  const std::uint64_t taken = ns_between(start, Clock::now());
                  if (taken > longest_ns_) longest_ns_ = taken;
              }
          }) {}
    ~SettingThread() {
        stop_ = true;
        thread_.join();
    }
    SettingThread(const SettingThread&) = delete;
    SettingThread& operator=(const SettingThread&) = delete;

    /// The longest set while a call lasted, in ns.
    template <class Call>
    [[nodiscard]] double longest_ns_in(Call&& call) {
        longest_ns_ = 0;
        call();
        return static_cast<double>(longest_ns_);
    }

private:
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> longest_ns_{0};
    std::thread thread_;
};

}  // namespace dummycache::bench
