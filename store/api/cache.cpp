// SPDX-License-Identifier: MIT
// The public calls. They check nothing themselves. Each calls the function of the same name in store/ and
// turns the errors of other layers into dummycache::Error.
#include "dummycache/cache.hpp"

#include "store/api/error_translation.hpp"
#include "store/api/worker_name.hpp"
#include "store/cache/checkpoints.hpp"
#include "store/cache/clear.hpp"
#include "store/cache/create.hpp"
#include "store/cache/doctor.hpp"
#include "store/cache/image.hpp"
#include "store/cache/open.hpp"
#include "store/cache/prune.hpp"
#include "store/cache/stats.hpp"
#include "store/entry/read.hpp"
#include "store/entry/update.hpp"
#include "store/entry/wait.hpp"
#include "store/entry/write.hpp"

namespace dummycache {

using store::name_for_worker;
using store::rethrow_as_error;

Cache Cache::open(std::string_view name, const Options& options) {
    return rethrow_as_error([&] { return Cache(store::open_cache(name_for_worker(name), options)); });
}
Cache Cache::attach(std::string_view name, const Options& options) {
    return rethrow_as_error([&] { return Cache(store::attach_cache(name_for_worker(name), options)); });
}
std::optional<Cache> Cache::create(std::string_view name, const Options& options) {
    return rethrow_as_error([&]() -> std::optional<Cache> {
        auto attachment = store::create_cache(ipc::parse_name(name_for_worker(name)), options);
        if (!attachment) return std::nullopt;
        return Cache(std::move(attachment));
    });
}
bool Cache::remove(std::string_view name) {
    return rethrow_as_error([&] { return store::remove_cache(name_for_worker(name)); });
}
Cache Cache::make_private(const Options& options) {
    return rethrow_as_error([&] { return Cache(store::make_private_cache(options)); });
}
std::vector<ListedCache> Cache::list() {
    return rethrow_as_error([&] { return store::list_caches(); });
}

bool Cache::set(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] { return store::set(*attachment_, key, value, timeout, codec); });
}
bool Cache::add(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return store::write(*attachment_,
                            {"add", key, value, timeout, codec, store::Condition::if_absent, 0, {}});
    });
}
bool Cache::replace(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return store::write(*attachment_,
                            {"replace", key, value, timeout, codec, store::Condition::if_present, 0, {}});
    });
}
bool Cache::set_if(std::string_view key, std::string_view value, EntryId id, Timeout timeout, Codec codec) {
    return rethrow_as_error([&] {
        return store::write(*attachment_,
                            {"set_if", key, value, timeout, codec, store::Condition::if_id, id, {}});
    });
}

std::optional<std::string> Cache::get(std::string_view key) const {
    return rethrow_as_error([&] {
        std::optional<std::string> value(std::in_place);
        if (!store::get(*attachment_, key, *value)) value.reset();
        return value;
    });
}
bool Cache::get(std::string_view key, std::string& value) const {
    return rethrow_as_error([&] { return store::get(*attachment_, key, value); });
}
std::optional<std::size_t> Cache::get(std::string_view key, std::span<char> buffer) const {
    return rethrow_as_error([&]() -> std::optional<std::size_t> {
        const auto meta = store::get(*attachment_, key, buffer);
        return meta ? std::optional<std::size_t>(meta->lengths.value) : std::nullopt;
    });
}
std::optional<Entry> Cache::get_entry(std::string_view key) const {
    return rethrow_as_error([&] { return store::get_entry(*attachment_, key, store::Use::counts); });
}
std::optional<Entry> Cache::peek(std::string_view key) const {
    return rethrow_as_error([&] { return store::get_entry(*attachment_, key, store::Use::looks); });
}
bool Cache::contains(std::string_view key) const {
    return rethrow_as_error([&] { return store::find(*attachment_, key, store::Use::counts).has_value(); });
}
std::optional<std::chrono::microseconds> Cache::ttl(std::string_view key) const {
    return rethrow_as_error([&] { return store::ttl(*attachment_, key); });
}

bool Cache::erase(std::string_view key) {
    return rethrow_as_error([&] { return store::erase(*attachment_, key); });
}
bool Cache::touch(std::string_view key, Timeout timeout) {
    return rethrow_as_error([&] { return store::touch(*attachment_, key, timeout, "touch"); });
}
bool Cache::persist(std::string_view key) {
    return rethrow_as_error([&] { return store::touch(*attachment_, key, Timeout::forever(), "persist"); });
}
std::int64_t Cache::incr(std::string_view key, std::int64_t delta) {
    return rethrow_as_error([&] { return store::incr(*attachment_, key, delta, false, "incr"); });
}
std::int64_t Cache::decr(std::string_view key, std::int64_t delta) {
    return rethrow_as_error([&] { return store::incr(*attachment_, key, delta, true, "decr"); });
}
std::size_t Cache::append(std::string_view key, std::string_view suffix) {
    return rethrow_as_error([&] { return store::append(*attachment_, key, suffix); });
}
std::optional<std::string> Cache::take(std::string_view key) {
    return rethrow_as_error([&] { return store::take(*attachment_, key); });
}

std::string Cache::get_or_set(std::string_view key, std::string_view value, Timeout timeout) {
    // The first caller that stores wins. If its entry is gone again at once, this call returns its own
    // value.
    if (auto present = get(key)) return *std::move(present);
    if (add(key, value, timeout)) return std::string(value);
    if (auto present = get(key)) return *std::move(present);
    return std::string(value);
}

bool Cache::wait(std::string_view key, const std::function<bool(const std::optional<std::string>&)>& wanted,
                 std::optional<std::chrono::milliseconds> timeout) const {
    return rethrow_as_error([&] { return store::wait(*attachment_, key, wanted, timeout); });
}

std::vector<std::optional<std::string>> Cache::get_many(std::span<const std::string_view> keys) const {
    return rethrow_as_error([&] { return store::get_many(*attachment_, keys); });
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
        store::visit(*attachment_, [&](const EntryView& entry) {
            if (glob_matches(glob, entry.key)) found.emplace_back(entry.key, entry.id);
            return true;
        });
        std::size_t erased = 0;
        for (const auto& [key, id] : found) erased += store::erase(*attachment_, key, id);
        return erased;
    });
}

void Cache::clear() {
    rethrow_as_error([&] { store::clear(*attachment_); });
}
void Cache::visit(const std::function<bool(const EntryView&)>& visitor) const {
    rethrow_as_error([&] { store::visit(*attachment_, visitor); });
}
void Cache::checkpoint(std::string_view name) {
    rethrow_as_error([&] { store::take_checkpoint(*attachment_, name); });
}
void Cache::rollback(std::string_view name) {
    rethrow_as_error([&] { store::roll_back(*attachment_, name); });
}
void Cache::release(std::string_view name) {
    rethrow_as_error([&] { store::release_checkpoint(*attachment_, name); });
}
std::vector<Checkpoint> Cache::checkpoints() const {
    return rethrow_as_error([&] { return store::list_checkpoints(*attachment_); });
}
Stats Cache::stats() const {
    return rethrow_as_error([&] { return store::stats(*attachment_); });
}
Info Cache::info() const {
    return rethrow_as_error([&] { return store::info(*attachment_); });
}
std::uint64_t Cache::capacity() const { return attachment_->segment->identity().capacity_bytes; }
std::vector<std::string> Cache::check() const {
    return rethrow_as_error([&] { return store::check(*attachment_); });
}
Diagnosis Cache::diagnose() const {
    return rethrow_as_error([&] { return store::diagnose(*attachment_); });
}
std::vector<std::string> Cache::repair() {
    return rethrow_as_error([&] { return store::repair(*attachment_); });
}
std::vector<Garbage> Cache::collect_garbage(bool dry_run) {
    return rethrow_as_error([&] { return store::collect_garbage(dry_run); });
}

}  // namespace dummycache
