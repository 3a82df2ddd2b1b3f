// SPDX-License-Identifier: MIT
// The peer `memcached`: a server of its own on a Unix socket, a command a call.
#include <libmemcached/memcached.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/bench/server.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

class Connection {
public:
    explicit Connection(const std::string& socket) : memc_(memcached_create(nullptr)) {
        check(memcached_server_add_unix_socket(memc_, socket.c_str()));
    }
    ~Connection() { memcached_free(memc_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] memcached_st* get() const noexcept { return memc_; }
    void check(memcached_return_t code) const {
        if (code == MEMCACHED_SUCCESS || code == MEMCACHED_BUFFERED) return;
        throw std::runtime_error(std::string("memcached: ") + memcached_strerror(memc_, code));
    }

private:
    memcached_st* memc_;
};

class Memcached {
public:
    explicit Memcached(std::unique_ptr<Server> server)
        : server_(std::move(server)),
          connection_(server_->socket()),
          empty_bytes_(server_->resident_bytes()) {}
    /// In another process than the one that started the server.
    explicit Memcached(const std::string& socket) : connection_(socket) {}

    [[nodiscard]] std::string address() const { return server_->socket(); }
    /// Beyond what it took when it was empty.
    [[nodiscard]] std::uint64_t memory_bytes() const { return server_->resident_bytes() - empty_bytes_; }

    bool get(const std::string& key, std::string& value) {
        std::size_t bytes = 0;
        std::uint32_t flags = 0;
        memcached_return_t code{};
        char* const found = memcached_get(connection_.get(), key.data(), key.size(), &bytes, &flags, &code);
        if (code == MEMCACHED_NOTFOUND) return false;
        connection_.check(code);
        value.assign(found, bytes);
        std::free(found);
        return true;
    }
    std::optional<std::string> get(const std::string& key) {
        std::string value;
        return get(key, value) ? std::optional(std::move(value)) : std::nullopt;
    }
    /// Answers come in the order of the keys; those that are not there are left out.
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        std::vector<const char*> texts;
        std::vector<std::size_t> sizes;
        for (const std::string_view key : keys) {
            texts.push_back(key.data());
            sizes.push_back(key.size());
        }
        connection_.check(memcached_mget(connection_.get(), texts.data(), sizes.data(), texts.size()));
        std::vector<std::optional<std::string>> values(keys.size());
        memcached_result_st* result = nullptr;
        memcached_return_t code{};
        std::size_t next = 0;
        while ((result = memcached_fetch_result(connection_.get(), result, &code)) != nullptr) {
            const std::string_view key(memcached_result_key_value(result),
                                       memcached_result_key_length(result));
            while (next < keys.size() && keys[next] != key) ++next;
            if (next < keys.size())
                values[next++].emplace(memcached_result_value(result), memcached_result_length(result));
        }
        return values;
    }
    void set(const std::string& key, std::string_view value) { set(key, value, std::chrono::seconds(0)); }
    void set(const std::string& key, std::string_view value, std::chrono::seconds timeout) {
        put(connection_, key, value, timeout);
    }
    std::int64_t incr(const std::string& key) {
        std::uint64_t number = 0;
        const auto code = memcached_increment(connection_.get(), key.data(), key.size(), 1, &number);
        if (code != MEMCACHED_NOTFOUND) {
            connection_.check(code);
            return static_cast<std::int64_t>(number);
        }
        set(key, "1");
        return 1;
    }
    void fill(Keys keys, std::string_view value) {
        const Connection quick(server_->socket());
        memcached_behavior_set(quick.get(), MEMCACHED_BEHAVIOR_NOREPLY, 1);
        memcached_behavior_set(quick.get(), MEMCACHED_BEHAVIOR_BUFFER_REQUESTS, 1);
        for (const std::string& key : keys) put(quick, key, value, std::chrono::seconds(0));
        quick.check(memcached_flush_buffers(quick.get()));
        // Nobody says when they are in; the last one is there when they are.
        std::string read;
        while (!keys.empty() && !get(keys.back(), read)) {
        }
    }

private:
    static void put(const Connection& connection, const std::string& key, std::string_view value,
                    std::chrono::seconds timeout) {
        connection.check(memcached_set(connection.get(), key.data(), key.size(), value.data(), value.size(),
                                       timeout.count(), 0));
    }

    std::unique_ptr<Server> server_;
    Connection connection_;
    std::uint64_t empty_bytes_ = 0;
};

std::unique_ptr<Store> make(const Room& room) {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    const std::string megabytes = std::to_string(256 + room.bytes() * 4 / kMiB);
    auto server = Server::start({"memcached", "-s", "%s", "-u", "root", "-m", megabytes, "-I", "4m"});
    if (server == nullptr) return nullptr;
    return std::make_unique<LoopedStore<Memcached>>(std::move(server));
}

const RegisterPeer registered("memcached", "memcached on a Unix socket, by libmemcached", Cost::round_trip,
                              make);

}  // namespace

}  // namespace dummycache::bench
