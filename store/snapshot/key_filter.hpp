// SPDX-License-Identifier: MIT
// Which keys are wanted.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "dummycache/cache.hpp"

namespace dummycache::store::snapshot {

/// A key is wanted if it matches a glob, and one of others if there are any. A glob that matches one key costs a look
/// into a hash table, however many there are.
class KeyFilter {
public:
    KeyFilter(std::string match, const std::vector<std::string>& any_of) : match_(std::move(match)) {
        for (const std::string& glob : any_of) {
            if (auto key = only_key_of(glob)) {
                keys_.insert(*std::move(key));
            } else {
                globs_.push_back(glob);
            }
        }
        takes_all_ = match_ == "*" && any_of.empty();
        takes_any_ = any_of.empty();
    }

    [[nodiscard]] bool operator()(std::string_view key) const {
        if (takes_all_) return true;
        if (match_ != "*" && !glob_matches(match_, key)) return false;
        if (takes_any_ || keys_.find(key) != keys_.end()) return true;
        return std::ranges::any_of(globs_, [&](const std::string& glob) { return glob_matches(glob, key); });
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const noexcept {
            return std::hash<std::string_view>{}(key);
        }
    };

    /// The key that a glob without stars and sets stands for.
    static std::optional<std::string> only_key_of(std::string_view glob) {
        std::string key;
        for (std::size_t i = 0; i < glob.size(); ++i) {
            if (glob[i] == '*' || glob[i] == '?' || glob[i] == '[') return std::nullopt;
            if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
            key += glob[i];
        }
        return key;
    }

    std::string match_;
    std::unordered_set<std::string, Hash, std::equal_to<>> keys_;
    std::vector<std::string> globs_;
    bool takes_all_ = true;
    bool takes_any_ = true;
};

}  // namespace dummycache::store::snapshot
