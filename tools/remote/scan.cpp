// SPDX-License-Identifier: MIT
#include "scan.hpp"

#include <algorithm>
#include <unordered_set>

#include <dummycache/cache.hpp>

namespace dummycache::remote {

namespace {

/// The pattern for the server. Its patterns differ from the cache's globs. Both agree on the plain characters before
/// the first special one, so the server gets those.
std::string pattern_of(std::string_view glob) {
    return std::string(glob.substr(0, glob.find_first_of("*?[\\"))) + "*";
}

class Scan {
public:
    Scan(Router& router, const What& what, std::string_view glob)
        : router_(router), what_(what), glob_(glob), pattern_(pattern_of(glob)) {}

    /// False if `take` wants no more.
    bool run(const std::shared_ptr<Node>& node, const std::function<bool(std::vector<std::string>&)>& take) {
        std::string cursor = "0";
        do {
            const Reply reply = router_.run(
                request_to(node, Repeat::once, {"SCAN", cursor, "MATCH", pattern_, "COUNT", count()}), what_);
            const auto items = items_of(*reply);
            if (items.size() != 2) throw_unexpected(what_.text(), router_.address());
            cursor = text_of(*items[0]);
            std::vector<std::string> keys = fresh_keys(*items[1]);
            if (!keys.empty() && !take(keys)) return false;
        } while (cursor != "0");
        return true;
    }

private:
    [[nodiscard]] std::string count() const {
        return std::to_string(std::clamp<std::size_t>(router_.options().batch / 4, 10, 1000));
    }

    /// The keys that were not seen before. A server that resizes its table may name a key twice, and so may two nodes.
    std::vector<std::string> fresh_keys(const redisReply& names) {
        std::vector<std::string> keys;
        for (const redisReply* name : items_of(names)) {
            const std::string_view key = text_of(*name);
            if (glob_matches(glob_, key) && seen_.emplace(key).second) keys.emplace_back(key);
        }
        return keys;
    }

    Router& router_;
    const What what_;
    const std::string_view glob_;
    const std::string pattern_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

void scan(Router& router, const What& what, std::string_view glob,
          const std::function<bool(std::vector<std::string>&)>& take) {
    Scan scan(router, what, glob);
    for (const auto& node : router.primaries())
        if (!scan.run(node, take)) return;
}

}  // namespace dummycache::remote
