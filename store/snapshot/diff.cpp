// SPDX-License-Identifier: MIT
// Goes through two sorted sources side by side.
#include <charconv>
#include <cstdlib>

#include "dummycache/snapshot.hpp"
#include "store/api/error_translation.hpp"
#include "store/snapshot/json_meaning.hpp"
#include "store/snapshot/opened.hpp"

namespace dummycache {

namespace {

using namespace store::snapshot;

/// A sorted source, its present record, and the record's value if the caller has asked for it.
class Side {
public:
    Side(const SnapshotSource& side, const std::string& match)
        : opened_(side, match, Opened::Order::sorted, "diff") {
        advance();
    }

    void advance() {
        is_held_ = false;
        has_record_ = opened_.source().next(record_);
    }
    [[nodiscard]] bool has_record() const noexcept { return has_record_; }
    [[nodiscard]] RecordSource& source() noexcept { return opened_.source(); }
    [[nodiscard]] const Record& record() const noexcept { return record_; }
    [[nodiscard]] DifferenceSide all() {
        if (!is_held_) value_ = held_value(opened_.source(), record_, buffer_);
        is_held_ = true;
        return {value_, record_.codec, record_.ttl};
    }

private:
    Opened opened_;
    Record record_;
    bool has_record_ = false;
    bool is_held_ = false;
    std::string_view value_;
    std::string buffer_;
};

/// Whether remaining times count as equal.
class TtlComparison {
public:
    TtlComparison(const CompareOptions& options, bool still)
        : ttl_(options.ttl), slack_(options.slack), any_(options.ttl == CompareTtl::automatic && !still) {}

    [[nodiscard]] bool operator()(std::chrono::microseconds a, std::chrono::microseconds b) const {
        if (ttl_ == CompareTtl::ignore) return true;
        if (a == kForever || b == kForever) return a == b;
        return any_ || (a < b ? b - a : a - b) <= slack_;
    }

private:
    CompareTtl ttl_;
    std::chrono::microseconds slack_;
    bool any_;
};

/// Values of these codecs mean nothing to anybody but the library that wrote them.
bool is_opaque(Codec codec) noexcept { return codec == Codec::cereal || codec == Codec::pickle; }

/// As Cache::incr reads one.
std::optional<std::int64_t> integer_in(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Whether two values mean the same that have different bytes.
bool mean_the_same(Side& a, Side& b) {
    const Codec left = a.record().codec;
    const Codec right = b.record().codec;
    if (left == Codec::json || right == Codec::json) {
        const auto meaning = json_meaning(a.all().value);
        return meaning && meaning == json_meaning(b.all().value);
    }
    if (left != Codec::int64 && right != Codec::int64) return false;
    const auto number = integer_in(a.all().value);
    return number && number == integer_in(b.all().value);
}

bool are_equal(Side& a, Side& b, const TtlComparison& same_ttl, CompareValue how) {
    const Record& left = a.record();
    const Record& right = b.record();
    if (!same_ttl(left.ttl, right.ttl)) return false;
    const bool exact = how == CompareValue::exact || is_opaque(left.codec) || is_opaque(right.codec);
    if (exact && kind_of(left.codec) != kind_of(right.codec)) return false;
    if (left.value_bytes == right.value_bytes && a.all().value == b.all().value) return true;
    return !exact && mean_the_same(a, b);
}

}  // namespace

void diff(const SnapshotSource& before, const SnapshotSource& after,
          const std::function<bool(const Difference&)>& visitor, const CompareOptions& options) {
    store::rethrow_as_error([&] {
        Side a(before, options.match);
        Side b(after, options.match);
        const TtlComparison same_ttl(options, stands_still(before) && stands_still(after));
        constexpr std::uint64_t kEvery = 1024;  // keys between two reports
        std::uint64_t keys = 0;
        for (bool goes_on = true; goes_on && (a.has_record() || b.has_record());) {
            const bool in_a = a.has_record() && (!b.has_record() || a.record().key <= b.record().key);
            const bool in_b = b.has_record() && (!a.has_record() || b.record().key <= a.record().key);
            if (!in_a || !in_b || !are_equal(a, b, same_ttl, options.value)) {
                Difference difference{in_a ? a.record().key : b.record().key, {}, {}};
                if (in_a) difference.before = a.all();
                if (in_b) difference.after = b.all();
                goes_on = visitor(difference);
            }
            if (options.progress && ++keys % kEvery == 0)
                options.progress(a.source().done() + b.source().done(),
                                 a.source().total() + b.source().total());
            if (in_a) a.advance();
            if (in_b) b.advance();
        }
    });
}

}  // namespace dummycache
