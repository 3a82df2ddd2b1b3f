// SPDX-License-Identifier: MIT
// The public calls. Each checks nothing itself: it hands over to the engine and turns what other
// layers throw into dummycache::Error.
#define DUMMYCACHE_NO_TYPED
#include "dummycache/cache.hpp"

#include "store/api/error_translation.hpp"
#include "store/api/worker_name.hpp"
#include "store/entry/attachment.hpp"

namespace dummycache {

using store::name_for_worker;
using store::rethrow_as_error;

store::Engine& store::Engine::of(const Cache& cache) noexcept { return *cache.engine_; }

Cache store::Engine::handle_on(std::shared_ptr<Engine> engine) noexcept { return Cache(std::move(engine)); }

Cache Cache::open(std::string_view name, const Options& options) {
    return rethrow_as_error([&] { return Cache(store::Engine::open(name_for_worker(name), options)); });
}
Cache Cache::attach(std::string_view name, const Options& options) {
    return rethrow_as_error([&] { return Cache(store::Engine::attach(name_for_worker(name), options)); });
}
std::optional<Cache> Cache::create(std::string_view name, const Options& options) {
    return rethrow_as_error([&]() -> std::optional<Cache> {
        auto engine = store::Engine::create(name_for_worker(name), options);
        if (!engine) return std::nullopt;
        return Cache(std::move(engine));
    });
}
bool Cache::remove(std::string_view name) {
    return rethrow_as_error([&] { return store::Engine::remove(name_for_worker(name)); });
}
Cache Cache::make_private(const Options& options) {
    return rethrow_as_error([&] { return Cache(store::Engine::make_private(options)); });
}
std::vector<ListedCache> Cache::list() {
    return rethrow_as_error([&] { return store::Engine::list(); });
}

bool Cache::set(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] { return engine_->set(key, value, timeout, codec); });
}
bool Cache::add(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return engine_->write({"add", key, value, timeout, codec, store::Condition::if_absent, 0, {}});
    });
}
bool Cache::replace(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return engine_->write({"replace", key, value, timeout, codec, store::Condition::if_present, 0, {}});
    });
}
bool Cache::set_if(std::string_view key, std::string_view value, EntryId id, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return engine_->write({"set_if", key, value, timeout, codec, store::Condition::if_id, id, {}});
    });
}

std::optional<std::string> Cache::get(std::string_view key) const {
    return rethrow_as_error([&] {
        std::optional<std::string> value(std::in_place);
        if (!engine_->fetch(key, *value)) value.reset();
        return value;
    });
}
bool Cache::get(std::string_view key, std::string& value) const {
    return rethrow_as_error([&] { return engine_->fetch(key, value); });
}
std::optional<std::size_t> Cache::get(std::string_view key, std::span<char> buffer) const {
    return rethrow_as_error([&]() -> std::optional<std::size_t> {
        const auto meta = engine_->get(key, buffer);
        return meta ? std::optional<std::size_t>(meta->lengths.value) : std::nullopt;
    });
}
std::optional<Entry> Cache::get_entry(std::string_view key) const {
    return rethrow_as_error([&] { return engine_->get_entry(key, store::Use::counts); });
}
std::optional<Entry> Cache::peek(std::string_view key) const {
    return rethrow_as_error([&] { return engine_->get_entry(key, store::Use::looks); });
}
bool Cache::contains(std::string_view key) const {
    return rethrow_as_error([&] { return engine_->find(key, store::Use::counts).has_value(); });
}
std::optional<std::chrono::microseconds> Cache::ttl(std::string_view key) const {
    return rethrow_as_error([&] { return engine_->ttl(key); });
}

bool Cache::erase(std::string_view key) {
    return rethrow_as_error([&] { return engine_->erase(key); });
}
bool Cache::touch(std::string_view key, Timeout timeout) {
    return rethrow_as_error([&] { return engine_->touch(key, timeout, "touch"); });
}
bool Cache::persist(std::string_view key) {
    return rethrow_as_error([&] { return engine_->touch(key, Timeout::forever(), "persist"); });
}
std::int64_t Cache::incr(std::string_view key, std::int64_t delta) {
    return rethrow_as_error([&] { return engine_->incr(key, delta, false, "incr"); });
}
std::int64_t Cache::decr(std::string_view key, std::int64_t delta) {
    return rethrow_as_error([&] { return engine_->incr(key, delta, true, "decr"); });
}
std::size_t Cache::append(std::string_view key, std::string_view suffix) {
    return rethrow_as_error([&] { return engine_->append(key, suffix); });
}
std::optional<std::string> Cache::take(std::string_view key) {
    return rethrow_as_error([&] { return engine_->take(key); });
}

std::string Cache::get_or_set(std::string_view key, std::string_view value, Timeout timeout) {
    // Whoever stores first wins; if the winner's entry is gone again at once, ours is as good.
    if (auto present = get(key)) return *std::move(present);
    if (add(key, value, timeout)) return std::string(value);
    if (auto present = get(key)) return *std::move(present);
    return std::string(value);
}

bool Cache::wait(std::string_view key, const std::function<bool(const std::optional<std::string>&)>& wanted,
                 std::optional<std::chrono::milliseconds> timeout) const {
    return rethrow_as_error([&] { return engine_->wait(key, wanted, timeout); });
}

std::vector<std::optional<std::string>> Cache::get_many(std::span<const std::string_view> keys) const {
    return rethrow_as_error([&] { return engine_->get_many(keys); });
}
std::size_t Cache::set_many(std::span<const std::pair<std::string_view, std::string_view>> pairs,
                            Timeout timeout) {
    std::size_t stored = 0;
    for (const auto& [key, value] : pairs) stored += set(key, value, timeout);
    return stored;
}
std::size_t Cache::erase_many(std::span<const std::string_view> keys) {
    std::size_t erased = 0;
    for (const std::string_view key : keys) erased += erase(key);
    return erased;
}
std::size_t Cache::erase_if(std::string_view glob) {
    return rethrow_as_error([&] {
        std::vector<std::pair<std::string, EntryId>> found;
        engine_->visit([&](const EntryView& entry) {
            if (glob_matches(glob, entry.key)) found.emplace_back(entry.key, entry.id);
            return true;
        });
        std::size_t erased = 0;
        for (const auto& [key, id] : found) erased += engine_->erase(key, id);
        return erased;
    });
}

void Cache::clear() {
    rethrow_as_error([&] { engine_->clear(); });
}
void Cache::visit(const std::function<bool(const EntryView&)>& visitor) const {
    rethrow_as_error([&] { engine_->visit(visitor); });
}
void Cache::checkpoint(std::string_view name) {
    rethrow_as_error([&] { engine_->checkpoint(name); });
}
void Cache::rollback(std::string_view name) {
    rethrow_as_error([&] { engine_->rollback(name); });
}
void Cache::release(std::string_view name) {
    rethrow_as_error([&] { engine_->release(name); });
}
std::vector<Checkpoint> Cache::checkpoints() const {
    return rethrow_as_error([&] { return engine_->checkpoints(); });
}
Stats Cache::stats() const {
    return rethrow_as_error([&] { return engine_->stats(); });
}
Info Cache::info() const {
    return rethrow_as_error([&] { return engine_->info(); });
}
std::vector<std::string> Cache::check() const {
    return rethrow_as_error([&] { return engine_->check(); });
}
Diagnosis Cache::diagnose() const {
    return rethrow_as_error([&] { return engine_->diagnose(); });
}
std::vector<std::string> Cache::repair() {
    return rethrow_as_error([&] { return engine_->repair(); });
}
std::vector<Garbage> Cache::collect_garbage(bool dry_run) {
    return rethrow_as_error([&] { return store::Engine::collect_garbage(dry_run); });
}

}  // namespace dummycache
