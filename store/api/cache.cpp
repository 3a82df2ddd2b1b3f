// SPDX-License-Identifier: MIT
// The public calls. They check nothing themselves. Each calls the function of the same name in store/ and
// turns the errors of other layers into dummycache::Error.
#include "dummycache/cache.hpp"

#include "store/api/on_attachment.hpp"
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

using store::Attachment;
using store::name_for_worker;
using store::on_attachment;
using store::rethrow_as_error;

Cache Cache::open(std::string_view name, const Options& options) {
    return rethrow_as_error(
        [&] { return store::new_handle(store::open_cache(name_for_worker(name), options), options, true); });
}
Cache Cache::attach(std::string_view name, const Options& options) {
    return rethrow_as_error([&] {
        return store::new_handle(store::attach_cache(name_for_worker(name), options), options, false);
    });
}
std::optional<Cache> Cache::create(std::string_view name, const Options& options) {
    return rethrow_as_error([&]() -> std::optional<Cache> {
        auto attachment = store::create_cache(ipc::parse_name(name_for_worker(name)), options);
        if (!attachment) return std::nullopt;
        return store::new_handle(std::move(attachment), options, true);
    });
}
bool Cache::remove(std::string_view name) {
    return rethrow_as_error([&] { return store::remove_cache(name_for_worker(name)); });
}
Cache Cache::make_private(const Options& options) {
    return rethrow_as_error(
        [&] { return store::new_handle(store::make_private_cache(options), options, true); });
}
std::vector<ListedCache> Cache::list() {
    return rethrow_as_error([&] { return store::list_caches(); });
}
std::vector<ListedCache> Cache::list_of_others() {
    return rethrow_as_error([&] { return store::list_caches_of_others(); });
}

bool Cache::set(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    const auto call = [](Attachment& attachment, auto... arguments) {
        return store::set(attachment, arguments...);
    };
    return on_attachment(*this, call, key, value, timeout, codec);
}
bool Cache::add(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return on_attachment(*this, [=](Attachment& attachment) {
        return store::write(attachment,
                            {"add", key, value, timeout, codec, store::Condition::if_absent, 0, {}});
    });
}
bool Cache::replace(std::string_view key, std::string_view value, Timeout timeout, Codec codec) {
    return on_attachment(*this, [=](Attachment& attachment) {
        return store::write(attachment,
                            {"replace", key, value, timeout, codec, store::Condition::if_present, 0, {}});
    });
}
bool Cache::set_if(std::string_view key, std::string_view value, EntryId id, Timeout timeout, Codec codec) {
    return on_attachment(*this, [=](Attachment& attachment) {
        return store::write(attachment,
                            {"set_if", key, value, timeout, codec, store::Condition::if_id, id, {}});
    });
}

std::optional<std::string> Cache::get(std::string_view key) const {
    const auto call = [](Attachment& attachment, std::string_view wanted) {
        std::optional<std::string> value(std::in_place);
        if (!store::get(attachment, wanted, *value)) value.reset();
        return value;
    };
    return on_attachment(*this, call, key);
}
bool Cache::get(std::string_view key, std::string& value) const {
    const auto call = [](Attachment& attachment, std::string_view wanted, std::string* found) {
        return store::get(attachment, wanted, *found);
    };
    return on_attachment(*this, call, key, &value);
}
std::optional<std::size_t> Cache::get(std::string_view key, std::span<char> buffer) const {
    const auto call = [](Attachment& attachment, std::string_view wanted,
                         std::span<char> found) -> std::optional<std::size_t> {
        const auto meta = store::get(attachment, wanted, found);
        return meta ? std::optional<std::size_t>(meta->lengths.value) : std::nullopt;
    };
    return on_attachment(*this, call, key, buffer);
}
std::optional<Entry> Cache::get_entry(std::string_view key) const {
    return on_attachment(
        *this, [=](Attachment& attachment) { return store::get_entry(attachment, key, store::Use::counts); });
}
std::optional<Entry> Cache::peek(std::string_view key) const {
    return on_attachment(
        *this, [=](Attachment& attachment) { return store::get_entry(attachment, key, store::Use::looks); });
}
std::optional<EntryId> Cache::entry_id(std::string_view key) const {
    return on_attachment(*this, [=](Attachment& attachment) {
        const auto meta = store::find(attachment, key, store::Use::looks);
        return meta ? std::optional(meta->id) : std::nullopt;
    });
}
bool Cache::contains(std::string_view key) const {
    const auto call = [](Attachment& attachment, std::string_view wanted) {
        return store::find(attachment, wanted, store::Use::counts).has_value();
    };
    return on_attachment(*this, call, key);
}
std::optional<std::chrono::microseconds> Cache::ttl(std::string_view key) const {
    return on_attachment(*this, [=](Attachment& attachment) { return store::ttl(attachment, key); });
}

bool Cache::erase(std::string_view key) {
    const auto call = [](Attachment& attachment, std::string_view old) {
        return store::erase(attachment, old);
    };
    return on_attachment(*this, call, key);
}
void Cache::prefetch(std::string_view key) const noexcept {
    if (const Attachment* const fixed = handle_.fixed(); fixed != nullptr)
        return store::prefetch(*fixed, key);
    const store::Reopener::Stay stay(*handle_.reopener());
    store::prefetch(stay.attachment(), key);
}
bool Cache::touch(std::string_view key, Timeout timeout) {
    return on_attachment(
        *this, [=](Attachment& attachment) { return store::touch(attachment, key, timeout, "touch"); });
}
bool Cache::persist(std::string_view key) {
    return on_attachment(*this, [=](Attachment& attachment) {
        return store::touch(attachment, key, Timeout::forever(), "persist");
    });
}
std::int64_t Cache::incr(std::string_view key, std::int64_t delta) {
    const auto call = [](Attachment& attachment, std::string_view counter, std::int64_t by) {
        return store::incr(attachment, counter, by, false, "incr");
    };
    return on_attachment(*this, call, key, delta);
}
std::int64_t Cache::decr(std::string_view key, std::int64_t delta) {
    const auto call = [](Attachment& attachment, std::string_view counter, std::int64_t by) {
        return store::incr(attachment, counter, by, true, "decr");
    };
    return on_attachment(*this, call, key, delta);
}
std::size_t Cache::append(std::string_view key, std::string_view suffix) {
    return on_attachment(*this,
                         [=](Attachment& attachment) { return store::append(attachment, key, suffix); });
}
std::optional<std::string> Cache::take(std::string_view key) {
    return on_attachment(*this, [=](Attachment& attachment) { return store::take(attachment, key); });
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
    const store::TimeLeft left(timeout);
    return on_attachment(
        *this, [&, key](Attachment& attachment) { return store::wait(attachment, key, wanted, left()); });
}

std::vector<std::optional<std::string>> Cache::get_many(std::span<const std::string_view> keys) const {
    const auto call = [](Attachment& attachment, std::span<const std::string_view> wanted) {
        return store::get_many(attachment, wanted);
    };
    return on_attachment(*this, call, keys);
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
    return on_attachment(*this, [=](Attachment& attachment) {
        std::vector<std::pair<std::string, EntryId>> found;
        store::visit(attachment, [&](const EntryView& entry) {
            if (glob_matches(glob, entry.key)) found.emplace_back(entry.key, entry.id);
            return true;
        });
        std::size_t erased = 0;
        for (const auto& [key, id] : found) erased += store::erase(attachment, key, id);
        return erased;
    });
}

void Cache::clear() {
    on_attachment(*this, [](Attachment& attachment) { store::clear(attachment); });
}
void Cache::visit(const std::function<bool(const EntryView&)>& visitor) const {
    on_attachment(*this, [&visitor](Attachment& attachment) { store::visit(attachment, visitor); });
}
void Cache::checkpoint(std::string_view name) {
    on_attachment(*this, [=](Attachment& attachment) { store::take_checkpoint(attachment, name); });
}
void Cache::rollback(std::string_view name) {
    on_attachment(*this, [=](Attachment& attachment) { store::roll_back(attachment, name); });
}
void Cache::release(std::string_view name) {
    on_attachment(*this, [=](Attachment& attachment) { store::release_checkpoint(attachment, name); });
}
std::vector<Checkpoint> Cache::checkpoints() const {
    return on_attachment(*this, [](Attachment& attachment) { return store::list_checkpoints(attachment); });
}
Stats Cache::stats() const {
    return on_attachment(*this, [](Attachment& attachment) { return store::stats(attachment); });
}
Info Cache::info() const {
    return on_attachment(*this, [](Attachment& attachment) { return store::info(attachment); });
}
std::uint64_t Cache::capacity() const {
    return on_attachment(
        *this, [](Attachment& attachment) { return attachment.segment->identity().capacity_bytes; });
}
std::uint64_t Cache::reopened() const noexcept {
    return handle_.reopener() != nullptr ? handle_.reopener()->reopened() : 0;
}
std::vector<std::string> Cache::check() const {
    return on_attachment(*this, [](Attachment& attachment) { return store::check(attachment); });
}
Diagnosis Cache::diagnose() const {
    return on_attachment(*this, [](Attachment& attachment) { return store::diagnose(attachment); });
}
std::vector<std::string> Cache::repair() {
    return on_attachment(*this, [](Attachment& attachment) { return store::repair(attachment); });
}
std::vector<Garbage> Cache::collect_garbage(const GarbageOptions& options) {
    return rethrow_as_error([&] { return store::collect_garbage(options); });
}

}  // namespace dummycache
