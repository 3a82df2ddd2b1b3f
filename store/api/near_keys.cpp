// SPDX-License-Identifier: MIT
// Keys that may be the one that was meant.
#include <algorithm>
#include <array>

#include "dummycache/history.hpp"
#include "dummycache/text.hpp"
#include "store/text/small_letters.hpp"

namespace dummycache {

namespace {

bool is_separator(char c) { return c == ':' || c == '/' || c == '.' || c == '-' || c == '_' || c == '|'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string without_blanks(std::string_view key) {
    std::string text(key);
    std::erase_if(text, is_blank);
    return text;
}

std::string with_one_separator(std::string_view key) {
    std::string text(key);
    std::ranges::replace_if(text, is_separator, ':');
    return text;
}

std::string without_zeros(std::string_view key) {
    std::string text;
    for (std::size_t at = 0; at < key.size(); ++at) {
        const bool begins_number = is_digit(key[at]) && (at == 0 || !is_digit(key[at - 1]));
        if (begins_number)
            while (at + 1 < key.size() && key[at] == '0' && is_digit(key[at + 1])) ++at;
        text += key[at];
    }
    return text;
}

/// One way in which keys are the same and yet not equal.
struct Likeness {
    const char* difference;
    std::string (*form)(std::string_view);
};

constexpr std::array kLikenesses{
    Likeness{"differs by case", text::in_small_letters},
    Likeness{"differs by blanks", without_blanks},
    Likeness{"differs by separators", with_one_separator},
    Likeness{"differs by zeros before a number", without_zeros},
    Likeness{"differs by case, blanks, separators or zeros",
             [](std::string_view key) {
                 return without_zeros(with_one_separator(without_blanks(text::in_small_letters(key))));
             }},
};

/// The part of `longer` before `shorter`, with its separator; nothing if it is no prefix.
std::string_view prefix_before(std::string_view longer, std::string_view shorter) {
    if (longer.size() <= shorter.size() || !longer.ends_with(shorter)) return {};
    const std::string_view prefix = longer.substr(0, longer.size() - shorter.size());
    return is_separator(prefix.back()) ? prefix : std::string_view();
}

class Finder {
public:
    explicit Finder(std::string_view wanted) : wanted_(wanted) {
        for (std::size_t i = 0; i < kLikenesses.size(); ++i) forms_[i] = kLikenesses[i].form(wanted);
    }

    /// Empty if the key is not like the wanted one.
    [[nodiscard]] std::string difference_of(std::string_view key) const {
        if (const auto prefix = prefix_before(key, wanted_); !prefix.empty())
            return "has the prefix '" + text::visible(prefix) + "' besides";
        if (const auto prefix = prefix_before(wanted_, key); !prefix.empty())
            return "has no prefix '" + text::visible(prefix) + '\'';
        // Forms differ in length only by what they leave out.
        if (key.size() > 2 * wanted_.size() + kSlack || wanted_.size() > 2 * key.size() + kSlack) return {};
        if (kLikenesses.back().form(key) != forms_.back()) return {};
        for (std::size_t i = 0; i < kLikenesses.size(); ++i)
            if (kLikenesses[i].form(key) == forms_[i]) return kLikenesses[i].difference;
        return {};
    }

private:
    static constexpr std::size_t kSlack = 16;
    std::string_view wanted_;
    std::array<std::string, kLikenesses.size()> forms_;
};

}  // namespace

std::vector<NearKey> near_keys(const Cache& cache, std::string_view key, std::size_t limit) {
    const Finder finder(key);
    std::vector<NearKey> near;
    cache.visit([&](const EntryView& entry) {
        if (entry.key == key) return true;
        if (std::string difference = finder.difference_of(entry.key); !difference.empty())
            near.push_back({std::string(entry.key), std::move(difference)});
        return true;
    });
    std::ranges::sort(near, {}, &NearKey::key);
    if (near.size() > limit) near.resize(limit);
    return near;
}

}  // namespace dummycache
