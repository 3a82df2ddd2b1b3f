// SPDX-License-Identifier: MIT
#include "torture/linearizability/linearizability_caller.hpp"

#include "support/checked_value.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "torture/storms/storm_pauses.hpp"

namespace dummycache::test {

namespace {

using Kind = Call::Kind;

constexpr std::uint32_t kCounters = kHotKeys / 2;
constexpr std::uint64_t kOtherKeys = 12'000;
/// Numbers that no two calls choose, so that a number says which call stored it; sums fit.
constexpr std::uint64_t kNumbers = std::uint64_t{1} << 50;

/// The first keys are counters; the others hold values of all sizes with a number in them.
bool is_counter(std::uint32_t key) { return key < kCounters; }
std::string key_of(std::uint32_t key) { return "hot" + std::to_string(key); }

std::string text_of(std::uint32_t key, std::int64_t number) {
    if (is_counter(key)) return std::to_string(number);
    const auto bits = static_cast<std::uint64_t>(number);
    const std::size_t most = bits % 16 == 0 ? 60'000 : 500;
    return checked_value(key_of(key), bits, mixed(bits) % most);
}

std::int64_t number_of(std::uint32_t key, const std::string& text) {
    if (is_counter(key)) return std::stoll(text);
    const auto number = number_in(key_of(key), text);
    require(number.has_value(), "a value is torn or another key's");
    return static_cast<std::int64_t>(*number);
}

/// One process's calls.
class Caller {
public:
    Caller(Cache& cache, CallLogs& logs, int number, std::uint64_t stream)
        : cache_(cache), logs_(logs), number_(number), random_(stream) {}

    void call_something() {
        if (random_.below(10'000) == 0) {
            logs_.record(number_, kAllKeys, call_of(Kind::clear), [&](Call& call) {
                cache_.clear();
                call.yes = true;
            });
            return;
        }
        const auto key = static_cast<std::uint32_t>(random_.below(kHotKeys));
        switch (const std::uint64_t dice = random_.below(20)) {
            case 0: take(key); break;
            case 1:
            case 2: erase(key); break;
            case 3:
            case 4: store(key, Kind::add); break;
            case 5: store(key, Kind::replace); break;
            case 6:
            case 7:
            case 8: compare_and_set(key); break;
            case 9:
            case 10: store(key, Kind::set); break;
            default:
                if (is_counter(key) && dice < 15)
                    incr(key);
                else
                    get(key);
                break;
        }
    }

    /// Writes that nobody looks at: pages fill, are split and compacted, and the hot keys move.
    void stir() {
        const std::string key = "other" + std::to_string(random_.below(kOtherKeys));
        cache_.set(key, std::string(random_.below(400), 'o'));
    }

private:
    [[nodiscard]] Call call_of(Kind kind) {
        Call call;
        call.kind = kind;
        call.argument = static_cast<std::int64_t>(1 + random_.below(kNumbers));
        return call;
    }

    void get(std::uint32_t key) {
        logs_.record(number_, key, call_of(Kind::get), [&](Call& call) {
            call.yes = cache_.get(key_of(key), text_);
            if (call.yes) call.value = number_of(key, text_);
        });
    }

    void take(std::uint32_t key) {
        logs_.record(number_, key, call_of(Kind::take), [&](Call& call) {
            const auto value = cache_.take(key_of(key));
            call.yes = value.has_value();
            if (value) call.value = number_of(key, *value);
        });
    }

    void erase(std::uint32_t key) {
        logs_.record(number_, key, call_of(Kind::erase),
                     [&](Call& call) { call.yes = cache_.erase(key_of(key)); });
    }

    void incr(std::uint32_t key) {
        logs_.record(number_, key, call_of(Kind::incr), [&](Call& call) {
            call.value = cache_.incr(key_of(key), call.argument);
            call.yes = true;
        });
    }

    void store(std::uint32_t key, Kind kind) {
        const Call call_to_make = call_of(kind);
        const std::string text = text_of(key, call_to_make.argument);
        logs_.record(number_, key, call_to_make, [&](Call& call) {
            const std::string name = key_of(key);
            if (kind == Kind::set)
                call.yes = cache_.set(name, text);
            else
                call.yes = kind == Kind::add ? cache_.add(name, text) : cache_.replace(name, text);
        });
    }

    /// Two calls: a number belongs to one entry, so comparing ids is comparing numbers.
    void compare_and_set(std::uint32_t key) {
        EntryId id = 0;
        Call change = call_of(Kind::set_if);
        logs_.record(number_, key, call_of(Kind::get), [&](Call& call) {
            const auto entry = cache_.get_entry(key_of(key));
            call.yes = entry.has_value();
            if (!entry) return;
            call.value = change.expected = number_of(key, entry->value);
            id = entry->id;
        });
        if (id == 0) return;
        const std::string text = text_of(key, change.argument);
        logs_.record(number_, key, change,
                     [&](Call& call) { call.yes = cache_.set_if(key_of(key), text, id); });
    }

    Cache& cache_;
    CallLogs& logs_;
    int number_;
    Random random_;
    std::string text_;
};

}  // namespace

void call_at_random(Cache& cache, CallLogs& logs, int caller, std::uint64_t stream) {
    Caller self(cache, logs, caller, stream);
    pause_at_random(stream);
    while (!logs.stop) {
        self.call_something();
        self.stir();
    }
}

}  // namespace dummycache::test
