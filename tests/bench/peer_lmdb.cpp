// SPDX-License-Identifier: MIT
// The peer `lmdb`: a memory-mapped B+ tree in shared memory, a transaction a call. MDB_WRITEMAP and MDB_NOSYNC: nothing
// is copied twice and nothing waits for a disk.
#include <lmdb.h>

#include <charconv>
#include <filesystem>
#include <stdexcept>

#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

void check(int code) {
    if (code != MDB_SUCCESS) throw std::runtime_error(std::string("lmdb: ") + ::mdb_strerror(code));
}

MDB_val val_of(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }
std::string_view text_of(const MDB_val& val) { return {static_cast<const char*>(val.mv_data), val.mv_size}; }

/// Where one lies, and how large it may grow.
struct Address {
    std::string path;
    std::size_t bytes;
};

class Environment {
public:
    explicit Environment(const Address& address) {
        check(::mdb_env_create(&env_));
        check(::mdb_env_set_mapsize(env_, address.bytes));
        check(::mdb_env_open(env_, address.path.c_str(), MDB_WRITEMAP | MDB_NOSYNC | MDB_NOSUBDIR, 0600));
        MDB_txn* transaction = nullptr;
        check(::mdb_txn_begin(env_, nullptr, 0, &transaction));
        check(::mdb_dbi_open(transaction, nullptr, 0, &database_));
        check(::mdb_txn_commit(transaction));
        check(::mdb_txn_begin(env_, nullptr, MDB_RDONLY, &reading_));
        ::mdb_txn_reset(reading_);
    }
    ~Environment() {
        ::mdb_txn_abort(reading_);
        ::mdb_env_close(env_);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    /// Calls `use` with the value if the key is there, while nothing can change it.
    template <class Use>
    bool read(std::string_view key, Use&& use) {
        check(::mdb_txn_renew(reading_));
        MDB_val name = val_of(key);
        MDB_val value{};
        const int code = ::mdb_get(reading_, database_, &name, &value);
        if (code == MDB_SUCCESS) use(text_of(value));
        ::mdb_txn_reset(reading_);
        if (code != MDB_NOTFOUND) check(code);
        return code == MDB_SUCCESS;
    }
    /// Calls `change` with a transaction and commits it.
    template <class Change>
    void write(Change&& change) {
        MDB_txn* transaction = nullptr;
        check(::mdb_txn_begin(env_, nullptr, 0, &transaction));
        change(transaction);
        check(::mdb_txn_commit(transaction));
    }
    void put(MDB_txn* transaction, std::string_view key, std::string_view text) const {
        MDB_val name = val_of(key);
        MDB_val value = val_of(text);
        check(::mdb_put(transaction, database_, &name, &value, 0));
    }
    [[nodiscard]] std::string_view peek(MDB_txn* transaction, std::string_view key) const {
        MDB_val name = val_of(key);
        MDB_val value{};
        const int code = ::mdb_get(transaction, database_, &name, &value);
        if (code == MDB_NOTFOUND) return {};
        check(code);
        return text_of(value);
    }
    [[nodiscard]] std::uint64_t bytes() const {
        MDB_envinfo info{};
        MDB_stat stat{};
        check(::mdb_env_info(env_, &info));
        check(::mdb_env_stat(env_, &stat));
        return (info.me_last_pgno + 1) * stat.ms_psize;
    }

private:
    MDB_env* env_ = nullptr;
    MDB_dbi database_ = 0;
    MDB_txn* reading_ = nullptr;
};

class Lmdb {
public:
    explicit Lmdb(std::uint64_t bytes)
        : mine_(true), address_{"/dev/shm/" + scratch_name() + ".lmdb", bytes}, env_(address_) {}
    /// In another process than the one that made it.
    explicit Lmdb(const Address& address) : address_(address), env_(address) {}
    ~Lmdb() {
        if (!mine_) return;
        std::error_code ignored;
        std::filesystem::remove(address_.path, ignored);
        std::filesystem::remove(address_.path + "-lock", ignored);
    }
    Lmdb(const Lmdb&) = delete;
    Lmdb& operator=(const Lmdb&) = delete;

    [[nodiscard]] Address address() const { return address_; }
    [[nodiscard]] std::uint64_t memory_bytes() const { return env_.bytes(); }

    bool get(const std::string& key, std::string& value) {
        return env_.read(key, [&](std::string_view text) { value.assign(text); });
    }
    std::optional<std::string> get(const std::string& key) {
        std::optional<std::string> value;
        env_.read(key, [&](std::string_view text) { value.emplace(text); });
        return value;
    }
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        std::vector<std::optional<std::string>> values(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i)
            env_.read(keys[i], [&](std::string_view text) { values[i].emplace(text); });
        return values;
    }
    void set(const std::string& key, std::string_view value) {
        env_.write([&](MDB_txn* transaction) { env_.put(transaction, key, value); });
    }
    void set(const std::string& key, std::string_view value, std::chrono::seconds) { set(key, value); }
    std::int64_t incr(const std::string& key) {
        std::int64_t number = 0;
        env_.write([&](MDB_txn* transaction) {
            const std::string_view text = env_.peek(transaction, key);
            std::from_chars(text.data(), text.data() + text.size(), number);
            env_.put(transaction, key, std::to_string(++number));
        });
        return number;
    }
    void fill(Keys keys, std::string_view value) {
        constexpr std::size_t kOfATransaction = 10'000;
        for (; !keys.empty(); keys = keys.subspan(std::min(keys.size(), kOfATransaction))) {
            env_.write([&](MDB_txn* transaction) {
                for (const std::string& key : keys.first(std::min(keys.size(), kOfATransaction)))
                    env_.put(transaction, key, value);
            });
        }
    }

private:
    bool mine_ = false;
    Address address_;
    Environment env_;
};

std::unique_ptr<Store> make(const Room& room) {
    constexpr std::uint64_t kLeast = std::uint64_t{256} << 20;
    return std::make_unique<LoopedStore<Lmdb>>(std::max<std::uint64_t>(kLeast, room.bytes() * 8));
}

const RegisterPeer registered("lmdb", "LMDB in /dev/shm, MDB_WRITEMAP and MDB_NOSYNC", Cost::call, make);

}  // namespace

}  // namespace dummycache::bench
