// SPDX-License-Identifier: MIT
// What a cache does, said again with a std::optional: the oracle of the random tests.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "dummycache/cache.hpp"

namespace dummycache::test {

/// An entry of the model.
struct Item {
    std::string value;
    Codec codec = Codec::bytes;
    std::uint64_t deadline_us = 0;  ///< 0: for ever

    [[nodiscard]] bool is_alive(std::uint64_t now_us) const noexcept {
        return deadline_us == 0 || now_us < deadline_us;
    }
    bool operator==(const Item&) const = default;
};

/// A call on one key.
struct Operation {
    enum class Call {
        set,
        add,
        replace,
        set_if,
        set_if_other,
        erase,
        take,
        touch,
        persist,
        incr,
        append,
        get,
        ttl,
        contains
    };
    static constexpr int kCalls = 14;

    Call call = Call::get;
    std::string key;
    std::string value;
    Codec codec = Codec::bytes;
    std::optional<std::int64_t> timeout_us;
    std::int64_t delta = 1;

    [[nodiscard]] Timeout timeout() const {
        return timeout_us ? Timeout(std::chrono::microseconds(*timeout_us)) : Timeout{};
    }
    [[nodiscard]] bool is_over() const noexcept { return timeout_us && *timeout_us <= 0; }
};

/// What a call says, as text, and what it leaves.
struct Outcome {
    std::string answer;
    std::optional<Item> left;
};

namespace detail {

inline std::string yes_or_no(bool answer) { return answer ? "yes" : "no"; }

inline Outcome store(const Operation& operation, std::uint64_t now_us, const std::string& answer) {
    const std::uint64_t deadline =
        operation.timeout_us ? now_us + static_cast<std::uint64_t>(*operation.timeout_us) : 0;
    return {answer, Item{operation.value, operation.codec, deadline}};
}

inline Outcome incr(const Operation& operation, std::optional<Item> item) {
    std::int64_t number = 0;
    const std::string old = item ? item->value : "0";
    const auto [end, error] = std::from_chars(old.data(), old.data() + old.size(), number);
    if (error != std::errc{} || end != old.data() + old.size()) return {"wrong kind", item};
    if (__builtin_add_overflow(number, operation.delta, &number)) return {"wrong kind", item};
    return {std::to_string(number), Item{std::to_string(number), Codec::int64, item ? item->deadline_us : 0}};
}

inline Outcome touch(const Operation& operation, Item item, std::uint64_t now_us) {
    if (operation.is_over()) return {"yes", std::nullopt};
    item.deadline_us = operation.timeout_us ? now_us + static_cast<std::uint64_t>(*operation.timeout_us) : 0;
    return {"yes", item};
}

}  // namespace detail

/// The outcome of a call on a key with this item.
[[nodiscard]] inline Outcome expected(const Operation& operation, std::optional<Item> item,
                                      std::uint64_t now_us) {
    using Call = Operation::Call;
    if (item && !item->is_alive(now_us)) item.reset();
    switch (operation.call) {
        case Call::set:
            return operation.is_over() ? Outcome{"no", {}} : detail::store(operation, now_us, "yes");
        case Call::add:
            if (item || operation.is_over()) return {"no", item};
            return detail::store(operation, now_us, "yes");
        case Call::replace:
        case Call::set_if:
            if (!item) return {"no", item};
            return operation.is_over() ? Outcome{"yes", {}} : detail::store(operation, now_us, "yes");
        case Call::set_if_other: return {"no", item};
        case Call::erase: return {detail::yes_or_no(item.has_value()), {}};
        case Call::take: return {item ? item->value : "nothing", {}};
        case Call::touch:
        case Call::persist:
            if (!item) return {"no", item};
            return detail::touch(operation, *item, now_us);
        case Call::incr: return detail::incr(operation, item);
        case Call::append: {
            Item grown = item.value_or(Item{});
            grown.value += operation.value;
            return {std::to_string(grown.value.size()), grown};
        }
        case Call::get: return {item ? item->value : "nothing", item};
        case Call::ttl:
            if (!item) return {"nothing", item};
            return {item->deadline_us == 0 ? "for ever" : std::to_string(item->deadline_us - now_us), item};
        case Call::contains: return {detail::yes_or_no(item.has_value()), item};
    }
    return {};
}

/// What the cache answers.
[[nodiscard]] inline std::string answer_of(Cache& cache, const Operation& operation) {
    using Call = Operation::Call;
    const Operation& o = operation;
    const auto id = [&] {
        const auto entry = cache.peek(o.key);
        return entry ? entry->id : 0;
    };
    const auto value_or_nothing = [](std::optional<std::string> value) { return value.value_or("nothing"); };
    try {
        switch (o.call) {
            case Call::set: return detail::yes_or_no(cache.set(o.key, o.value, o.timeout(), o.codec));
            case Call::add: return detail::yes_or_no(cache.add(o.key, o.value, o.timeout(), o.codec));
            case Call::replace: return detail::yes_or_no(cache.replace(o.key, o.value, o.timeout(), o.codec));
            case Call::set_if:
                return detail::yes_or_no(cache.set_if(o.key, o.value, id(), o.timeout(), o.codec));
            case Call::set_if_other:
                return detail::yes_or_no(cache.set_if(o.key, o.value, id() + 1, o.timeout(), o.codec));
            case Call::erase: return detail::yes_or_no(cache.erase(o.key));
            case Call::take: return value_or_nothing(cache.take(o.key));
            case Call::touch: return detail::yes_or_no(cache.touch(o.key, o.timeout()));
            case Call::persist: return detail::yes_or_no(cache.persist(o.key));
            case Call::incr: return std::to_string(cache.incr(o.key, o.delta));
            case Call::append: return std::to_string(cache.append(o.key, o.value));
            case Call::get: return value_or_nothing(cache.get(o.key));
            case Call::ttl: {
                const auto ttl = cache.ttl(o.key);
                return !ttl ? "nothing" : *ttl == kForever ? "for ever" : std::to_string(ttl->count());
            }
            case Call::contains: return detail::yes_or_no(cache.contains(o.key));
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::full) return "full";
        return error.code() == ErrorCode::wrong_kind ? "wrong kind" : error.what();
    }
    return {};
}

}  // namespace dummycache::test
