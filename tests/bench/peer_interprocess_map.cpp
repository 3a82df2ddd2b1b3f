// SPDX-License-Identifier: MIT
// The peer `interprocess_map`: what most people write when they want a map that processes share. One lock; whoever is
// killed with it leaves all others waiting, and a map that may be half changed.
#include <boost/container_hash/hash.hpp>
#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/containers/string.hpp>
#include <boost/interprocess/managed_shared_memory.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>
#include <boost/unordered_map.hpp>
#include <charconv>

#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

namespace bip = boost::interprocess;

using Segment = bip::managed_shared_memory;
template <class T>
using Allocator = bip::allocator<T, Segment::segment_manager>;
using Text = bip::basic_string<char, std::char_traits<char>, Allocator<char>>;

std::string_view view_of(const Text& text) { return {text.data(), text.size()}; }
std::string_view view_of(std::string_view text) { return text; }

struct HashText {
    template <class AnyText>
    std::size_t operator()(const AnyText& text) const {
        return boost::hash<std::string_view>()(view_of(text));
    }
};
struct EqualText {
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
        return view_of(one) == view_of(other);
    }
};
using Map = boost::unordered_map<Text, Text, HashText, EqualText, Allocator<std::pair<const Text, Text>>>;
using Lock = bip::scoped_lock<bip::interprocess_mutex>;

class InterprocessMap {
public:
    explicit InterprocessMap(std::uint64_t bytes)
        : mine_(true),
          name_(scratch_name() + ".map"),
          segment_(bip::create_only, name_.c_str(), bytes),
          mutex_(*segment_.construct<bip::interprocess_mutex>("mutex")()),
          map_(*segment_.construct<Map>("map")(0U, HashText(), EqualText(), allocator())) {}
    /// In another process than the one that made it.
    explicit InterprocessMap(const std::string& name)
        : name_(name),
          segment_(bip::open_only, name.c_str()),
          mutex_(*segment_.find<bip::interprocess_mutex>("mutex").first),
          map_(*segment_.find<Map>("map").first) {}
    ~InterprocessMap() {
        if (mine_) bip::shared_memory_object::remove(name_.c_str());
    }
    InterprocessMap(const InterprocessMap&) = delete;
    InterprocessMap& operator=(const InterprocessMap&) = delete;

    [[nodiscard]] std::string address() const { return name_; }
    [[nodiscard]] std::uint64_t memory_bytes() const {
        return segment_.get_size() - segment_.get_free_memory();
    }

    bool get(const std::string& key, std::string& value) {
        const Lock lock(mutex_);
        const auto found = find(key);
        if (found == map_.end()) return false;
        value.assign(found->second.data(), found->second.size());
        return true;
    }
    std::optional<std::string> get(const std::string& key) {
        const Lock lock(mutex_);
        const auto found = find(key);
        return found == map_.end() ? std::nullopt : std::optional<std::string>(view_of(found->second));
    }
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        std::vector<std::optional<std::string>> values(keys.size());
        const Lock lock(mutex_);
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (const auto found = find(keys[i]); found != map_.end())
                values[i].emplace(view_of(found->second));
        return values;
    }
    void set(const std::string& key, std::string_view value) {
        const Lock lock(mutex_);
        put(key, value);
    }
    void set(const std::string& key, std::string_view value, std::chrono::seconds) { set(key, value); }
    std::int64_t incr(const std::string& key) {
        const Lock lock(mutex_);
        std::int64_t number = 0;
        if (const auto found = find(key); found != map_.end())
            std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
        put(key, std::to_string(++number));
        return number;
    }

private:
    [[nodiscard]] Allocator<char> allocator() const {
        return Allocator<char>(segment_.get_segment_manager());
    }
    [[nodiscard]] Map::iterator find(std::string_view key) const {
        return map_.find(key, HashText(), EqualText());
    }
    void put(std::string_view key, std::string_view value) {
        if (const auto found = find(key); found != map_.end()) {
            found->second.assign(value.data(), value.size());
        } else {
            map_.emplace(Text(key.data(), key.size(), allocator()),
                         Text(value.data(), value.size(), allocator()));
        }
    }

    bool mine_ = false;
    std::string name_;
    Segment segment_;
    bip::interprocess_mutex& mutex_;
    Map& map_;
};

std::unique_ptr<Store> make(const Room& room) {
    constexpr std::uint64_t kLeast = std::uint64_t{64} << 20;
    return std::make_unique<LoopedStore<InterprocessMap>>(kLeast + room.bytes() * 4);
}

const RegisterPeer registered("interprocess_map",
                              "boost::unordered_map in shared memory behind an interprocess_mutex",
                              Cost::call, make);

}  // namespace

}  // namespace dummycache::bench
