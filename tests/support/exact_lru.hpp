// SPDX-License-Identifier: MIT
// A cache that drops what was used longest ago, to the byte: what others try to come near to.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

namespace dummycache::test {

class ExactLru {
public:
    explicit ExactLru(std::uint64_t bytes) : room_(bytes) {}

    [[nodiscard]] bool get(std::uint64_t key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return false;
        order_.splice(order_.begin(), order_, found->second);
        return true;
    }

    void set(std::uint64_t key, std::uint64_t bytes) {
        erase(key);
        while (!order_.empty() && used_ + bytes > room_) erase(order_.back().key);
        order_.push_front({key, bytes});
        places_[key] = order_.begin();
        used_ += bytes;
    }

    void erase(std::uint64_t key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return;
        used_ -= found->second->bytes;
        order_.erase(found->second);
        places_.erase(found);
    }

private:
    struct Entry {
        std::uint64_t key;
        std::uint64_t bytes;
    };
    std::list<Entry> order_;  ///< the one used last first
    std::unordered_map<std::uint64_t, std::list<Entry>::iterator> places_;
    std::uint64_t room_;
    std::uint64_t used_ = 0;
};

}  // namespace dummycache::test
