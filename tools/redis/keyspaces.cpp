// SPDX-License-Identifier: MIT
#include "tools/redis/keyspaces.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"

namespace dummycache::redis {

namespace {

/// Adds the database whose cache has the name `first`.dbN, where `first` is the cache of database 0.
void add_database(std::string_view name, const std::string& first, std::set<int>& databases) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::string beginning = first + ".db";
    if (!name.starts_with(beginning)) return;
    const auto db = integer_in(name.substr(beginning.size()));
    if (db && *db > 0 && *db < kMost) databases.insert(static_cast<int>(*db));
}

}  // namespace

std::string Caches::name_of_db(int db) const {
    const int slot = slot_of(db);
    return slot == 0 ? settings_.cache : fmt::format("{}.db{}", settings_.cache, slot);
}

Caches::Attached& Caches::attach(int slot) {
    auto found = attached_.find(slot);
    if (found == attached_.end())
        found = attached_.emplace(slot, Attached{Cache::open(name_of_db(slot), settings_.options)}).first;
    if (slot == 0) first_ = &found->second;
    return found->second;
}

const Caches::Attached* Caches::found(int slot) const {
    const auto found = attached_.find(slot);
    return found == attached_.end() ? nullptr : &found->second;
}

void Caches::log_state(Context* context, int slot) noexcept {
    try {
        Attached& known = attached_.at(slot);
        const std::string name = name_of_db(slot);
        const std::uint64_t before = std::exchange(known.reopened, known.cache.reopened());
        known.is_logged = true;
        if (known.reopened != before)
            api::Log(context, "warning", "the cache '%s' was removed; its place has a new one", name.c_str());
        const std::uint64_t capacity = known.cache.capacity();
        if (capacity == settings_.options.capacity) return;
        const std::string text = fmt::format(
            "the cache '{}' has a capacity of {} bytes; the setting capacity, {} bytes, counts for new "
            "caches only",
            name, capacity, settings_.options.capacity);
        api::Log(context, "warning", "%s", text.c_str());
    } catch (const std::exception&) {  // a command is not to fail for the sake of the log
    }
}

std::set<int> Caches::databases() const {
    std::set<int> all{0};
    if (settings_.takeover.kind != Takeover::Kind::all) return all;
    for (const auto& [slot, attached] : attached_) all.insert(slot);
    const std::filesystem::path path(settings_.cache);
    if (!path.has_parent_path()) {
        for (const ListedCache& cache : Cache::list()) add_database(cache.name, settings_.cache, all);
        return all;
    }
    std::error_code error;
    for (std::filesystem::directory_iterator file(path.parent_path(), error), end; !error && file != end;
         file.increment(error))
        add_database(file->path().filename().string(), path.filename().string(), all);
    return all;
}

bool Caches::may_have(std::string_view key) const {
    return std::ranges::any_of(attached_, [&](const auto& one) { return one.second.cache.contains(key); });
}

std::vector<int> Caches::attached() const {
    std::vector<int> slots;
    for (const auto& [slot, attached] : attached_) slots.push_back(slot);
    return slots;
}

std::vector<int> Caches::databases_of(int slot) const {
    constexpr int kUsualDatabases = 16;
    switch (settings_.takeover.kind) {
        case Takeover::Kind::all: return {slot};
        case Takeover::Kind::db: return {settings_.takeover.db};
        default: break;
    }
    std::vector<int> all(kUsualDatabases);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

}  // namespace dummycache::redis
