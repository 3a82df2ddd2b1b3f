// SPDX-License-Identifier: MIT
// Values of 1 KiB, 64 KiB and 1 MiB beside the peers, and beside memcpy of as many bytes in the same order.
#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/bench/compare.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

constexpr std::uint64_t kBytesInAll = std::uint64_t{128} << 20;
constexpr std::size_t kLarge = 64 << 10;  // below it is finding the entry that takes the time
constexpr double kMemcpyLimit = 1.25;     // 80 % of its speed

/// What a get or a set cannot do without: as many bytes, from one of as many places to another. Each key has a place of its
/// own, but for one in sixteen: fewer places would lie in the processor's caches more often than the entries of a store.
class Copies final : public Store {
public:
    explicit Copies(const Room& room)
        : value_bytes_(room.value_bytes),
          memory_(room.entries * room.value_bytes, 'x'),
          value_(room.value_bytes, 'y'),
          places_(room.entries * 8) {}

    std::size_t get_each(Keys keys) override {
        for (const std::string& key : keys) std::memcpy(value_.data(), place_of(key), value_.size());
        return keys.size();
    }
    void set_each(Keys keys, std::string_view value) override {
        for (const std::string& key : keys) std::memcpy(place_of(key), value.data(), value.size());
    }
    void set_each(Keys keys, std::string_view value, std::chrono::seconds) override { set_each(keys, value); }
    void fill(Keys keys, std::string_view value) override {
        for (std::size_t i = 0; i < keys.size(); ++i)
            places_[hash_of(keys[i])] = static_cast<std::uint32_t>(i);
        set_each(keys, value);
    }
    std::size_t get_optional_each(Keys) override { return 0; }
    std::size_t get_many_each(std::span<const std::string_view>, std::size_t) override { return 0; }
    std::int64_t incr_each(Keys) override { return 0; }
    std::size_t mixed_each(Keys, std::string_view) override { return 0; }
    [[nodiscard]] std::unique_ptr<Store> in_child() const override { return nullptr; }
    [[nodiscard]] std::optional<std::uint64_t> memory_bytes() override { return std::nullopt; }

private:
    [[nodiscard]] std::size_t hash_of(const std::string& key) const {
        return std::hash<std::string>()(key) % places_.size();
    }
    [[nodiscard]] char* place_of(const std::string& key) {
        return memory_.data() + places_[hash_of(key)] * value_bytes_;
    }

    std::size_t value_bytes_;
    std::string memory_;
    std::string value_;
    std::vector<std::uint32_t> places_;
};

Comparison on_values(const Settings& settings, const std::string& workload, std::size_t value_bytes) {
    const std::size_t entries = kBytesInAll / value_bytes;
    Comparison comparison;
    comparison.workload = workload;
    comparison.room = {entries, value_bytes};
    comparison.operations = settings.scaled(entries);
    if (value_bytes >= kLarge) comparison.limits = {{"memcpy", kMemcpyLimit}};
    comparison.most_round_trips = std::max<std::size_t>(32, kBytesInAll / 16 / value_bytes);
    comparison.also =
        Peer{"memcpy", "", Cost::call, [](const Room& room) { return std::make_unique<Copies>(room); }};
    return comparison;
}

void compare_values(const Settings& settings, const std::string& workload, std::size_t value_bytes) {
    Comparison comparison = on_values(settings, workload, value_bytes);
    const std::size_t entries = comparison.room.entries;
    const auto queries = uniform_keys(entries, entries);
    const std::string value(value_bytes, 'v');
    comparison.prepare = [&](Store& store) { store.fill(keys_from(0, entries), value); };
    comparison.measure = "get";
    comparison.timed = [&](Store& store, std::size_t count) {
        expect_found(store.get_each(Keys(queries).first(count)), count);
    };
    compare(settings, comparison);
    comparison.measure = "set";
    comparison.timed = [&](Store& store, std::size_t count) {
        store.set_each(Keys(queries).first(count), value);
    };
    compare(settings, comparison);
}

const RegisterWorkload registered[] = {
    {"value_1k", "gets and overwrites of values of 1 KiB, beside memcpy",
     [](const Settings& settings) { compare_values(settings, "value_1k", 1 << 10); }},
    {"value_64k", "the same of 64 KiB",
     [](const Settings& settings) { compare_values(settings, "value_64k", 64 << 10); }},
    {"value_1m", "the same of 1 MiB",
     [](const Settings& settings) { compare_values(settings, "value_1m", 1 << 20); }},
};

}  // namespace

}  // namespace dummycache::bench
