// SPDX-License-Identifier: MIT
// JSON for a person.
//
// One pass that checks and writes. The brackets that are open stand in a string of their own and not on the
// stack of calls: any bytes may be in a cache.
#include "tools/cli/format/pretty_json.hpp"

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kIndent = 2;

class PrettyPrinter {
public:
    explicit PrettyPrinter(std::string_view text) : rest_(text) { out_.reserve(text.size() * 2); }

    [[nodiscard]] bool run() {
        while (element()) {
            if (closes_.empty()) return rest_.empty();
        }
        return false;
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    /// A value, with its key if it has one, and what ends behind it.
    bool element() {
        skip_blanks();
        if (in_object() && !key()) return false;
        if (accept('{')) return opened('{', '}');
        if (accept('[')) return opened('[', ']');
        return scalar() && ends();
    }

    bool opened(char open, char close) {
        out_ += open;
        skip_blanks();
        if (accept(close)) {
            out_ += close;
            return ends();
        }
        if (closes_.size() == kMaxDepth) return false;
        closes_ += close;
        new_line();
        return true;
    }

    /// Behind a value: the brackets that close, up to the comma before the next value.
    bool ends() {
        for (;;) {
            skip_blanks();
            if (closes_.empty()) return true;
            if (accept(',')) {
                out_ += ',';
                new_line();
                return true;
            }
            const char close = closes_.back();
            if (!accept(close)) return false;
            closes_.pop_back();
            new_line();
            out_ += close;
        }
    }

    bool key() {
        if (!write_token(string_size())) return false;
        skip_blanks();
        out_ += ": ";
        const bool colon = accept(':');
        skip_blanks();
        return colon;
    }

    bool scalar() {
        for (const std::string_view word : {"null", "true", "false"}) {
            if (rest_.starts_with(word)) return write_token(word.size());
        }
        return write_token(rest_.starts_with('"') ? string_size() : number_size());
    }

    /// Of the string at the start, with its quotes; 0 if there is none.
    [[nodiscard]] std::size_t string_size() const {
        if (!rest_.starts_with('"')) return 0;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') return i + 1;
            if (static_cast<unsigned char>(rest_[i]) < 0x20) return 0;
            if (rest_[i] != '\\') continue;
            const std::size_t size = escape_size(rest_.substr(i));
            if (size == 0) return 0;
            i += size - 1;
        }
        return 0;
    }

    static std::size_t escape_size(std::string_view text) {
        if (text.size() < 2) return 0;
        if (text[1] != 'u')
            return std::string_view("\"\\/bfnrt").find(text[1]) == std::string_view::npos ? 0 : 2;
        const std::string_view digits = text.substr(2, 4);
        const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        return hex && digits.size() == 4 ? 6 : 0;
    }

    [[nodiscard]] std::size_t digits_at(std::size_t at) const {
        const std::size_t end = std::min(rest_.find_first_not_of("0123456789", at), rest_.size());
        return end - std::min(at, end);
    }

    /// Of the number at the start; 0 if there is none.
    [[nodiscard]] std::size_t number_size() const {
        std::size_t at = rest_.starts_with('-') ? 1 : 0;
        const std::size_t whole = digits_at(at);
        if (whole == 0 || (whole > 1 && rest_[at] == '0')) return 0;
        at += whole;
        if (at < rest_.size() && rest_[at] == '.') {
            const std::size_t fraction = digits_at(at + 1);
            if (fraction == 0) return 0;
            at += 1 + fraction;
        }
        if (at >= rest_.size() || (rest_[at] != 'e' && rest_[at] != 'E')) return at;
        ++at;
        if (at < rest_.size() && (rest_[at] == '+' || rest_[at] == '-')) ++at;
        const std::size_t exponent = digits_at(at);
        return exponent == 0 ? 0 : at + exponent;
    }

    bool write_token(std::size_t size) {
        out_ += rest_.substr(0, size);
        rest_.remove_prefix(size);
        return size != 0;
    }

    bool accept(char wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
    void new_line() { out_.append("\n").append(closes_.size() * kIndent, ' '); }
    [[nodiscard]] bool in_object() const { return closes_.ends_with('}'); }

    std::string_view rest_;
    std::string closes_;  ///< of the brackets that are open, the innermost last
    std::string out_;
};

}  // namespace

std::optional<std::string> pretty_json(std::string_view text) {
    PrettyPrinter printer(text);
    if (!is_utf8(text) || !printer.run()) return std::nullopt;
    return printer.take();
}

}  // namespace dummycache::cli
