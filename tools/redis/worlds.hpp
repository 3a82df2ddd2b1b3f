// SPDX-License-Identifier: MIT
// The two places where a key can be: the cache, and the server's own key space.
//
// With a takeover, strings are in the cache and all else in the server. A key is in one of them only, as far as
// clients of the server go: each command looks into both before it makes a key. Local processes know nothing of the
// server's keys; where one of them sets a key that the server has as a list, the cache comes first.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/background.hpp"
#include "tools/redis/settings.hpp"

namespace dummycache::redis {

/// dc:get stands for the server's GET.
inline constexpr std::string_view kTwinPrefix = "dc:";

/// The caches behind the server. Attached to at their first use, and again if they were removed meanwhile.
class Caches {
public:
    explicit Caches(const Settings& settings) : settings_(settings) {}

    /// The one that the DC commands use, and database 0 or, with `takeover db:N`, that one. With `takeover all` the
    /// others have caches of their own, called NAME.db1 and so on.
    Cache& of_db(int db) {
        const int slot = slot_of(db);
        return slot == 0 && first_ != nullptr ? *first_ : attach(slot);
    }
    [[nodiscard]] std::string name_of_db(int db) const;
    /// The next use attaches anew.
    void forget(int db) {
        attached_.erase(slot_of(db));
        first_ = nullptr;
    }
    void forget_all() {
        attached_.clear();
        first_ = nullptr;
    }
    /// The databases that have a cache now.
    [[nodiscard]] std::vector<int> databases() const;

private:
    [[nodiscard]] int slot_of(int db) const noexcept {
        return settings_.takeover.kind == Takeover::Kind::all ? db : 0;
    }

    const Settings& settings_;
    Cache& attach(int slot);

    std::map<int, Cache> attached_;
    Cache* first_ = nullptr;  ///< of database 0, if it is attached
};

/// Keys that somebody has watched: a flush has to tell of those that it takes away, and not of all others. Grows
/// with the keys that are ever watched, to a limit; what is beyond it is not told of.
class WatchedKeys {
public:
    void add(std::string_view key) {
        constexpr std::size_t kMost = 100'000;
        if (keys_.size() < kMost) keys_.emplace(key);
    }
    /// Tells the server of those that the cache has.
    void tell_of_flush(Context* context, const Cache& cache) const;

private:
    std::set<std::string, std::less<>> keys_;
};

/// All that the module knows. One, from load to unload.
struct State {
    Settings settings;
    Caches caches{settings};
    WatchedKeys watched;
    Background background;
};
[[nodiscard]] State& state() noexcept;

/// Whether the cache has the strings of this database; of these keys.
[[nodiscard]] bool takes_db(int db) noexcept;
[[nodiscard]] bool takes_key(std::string_view key) noexcept;

/// Whether the server's own key space has the key.
[[nodiscard]] bool in_server(Context* context, String* key);
/// And of which type.
[[nodiscard]] int server_type(Context* context, String* key);

/// How long a key that the server has will be there.
[[nodiscard]] Timeout remaining_in_server(Context* context, String* key);

/// What a call of the server's own commands replied; freed at the end.
class ServerReply {
public:
    explicit ServerReply(CallReply* reply) noexcept : reply_(reply) {}
    ~ServerReply() {
        if (reply_ != nullptr) api::FreeCallReply(reply_);
    }
    ServerReply(const ServerReply&) = delete;
    ServerReply& operator=(const ServerReply&) = delete;

    [[nodiscard]] CallReply* get() const noexcept { return reply_; }
    [[nodiscard]] bool is_error() const noexcept;
    [[nodiscard]] std::int64_t integer() const noexcept;  ///< 0 if it is none
    [[nodiscard]] std::size_t size() const noexcept { return api::CallReplyLength(reply_); }
    [[nodiscard]] CallReply* at(std::size_t index) const noexcept {
        return api::CallReplyArrayElement(reply_, index);
    }
    [[nodiscard]] std::string_view text() const noexcept { return text_of(reply_); }
    [[nodiscard]] static std::string_view text_of(CallReply* reply) noexcept;

private:
    CallReply* reply_;
};

/// Another database is selected while it lives.
class Selected {
public:
    Selected(Context* context, int db) : context_(context), before_(api::GetSelectedDb(context)) {
        is_there_ = api::SelectDb(context, db) == kOk;
    }
    ~Selected() { api::SelectDb(context_, before_); }
    Selected(const Selected&) = delete;
    Selected& operator=(const Selected&) = delete;
    [[nodiscard]] bool is_there() const noexcept { return is_there_; }

private:
    Context* context_;
    int before_;
    bool is_there_ = false;
};

/// The command as its user called it, by the server itself, with his rights and in his protocol. Null if the server
/// refuses to have a module call it.
[[nodiscard]] CallReply* call_as_client(Context* context, const char* command, String** argv, int argc);
/// Replies with what that replied; throws ReplyError if it was refused.
int reply_with(Context* context, const ServerReply& reply);
/// Both.
int forward_call(Context* context, const char* command, String** argv, int argc);

/// A call of the module's own: whoever may call the twin may have this done.
[[nodiscard]] CallReply* call_with_key(Context* context, const char* command, String* key);

/// Where a key was that the cache is about to have.
enum class Elsewhere {
    absent,     ///< not in the server
    moved,      ///< there as a string, which is the cache's now, with its remaining time
    other_type  ///< there as something else, and still is
};
Elsewhere move_to_cache(Context* context, String* key, Cache& cache);

/// Copies an entry into the server's key space, for a command that only the server knows.
void copy_to_server(Context* context, String* key, const Entry& entry);

/// Deletes the key in the server, if it is there; says whether it was.
bool delete_in_server(Context* context, String* key);

}  // namespace dummycache::redis
