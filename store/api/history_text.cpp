// SPDX-License-Identifier: MIT
// What is known of entries and keys, in words.
#include <fmt/format.h>

#include "dummycache/history.hpp"
#include "dummycache/text.hpp"

namespace dummycache {

namespace {

using std::chrono::milliseconds;

std::string process_text(const Client& client) {
    const std::string program = text::visible(client.program);
    const std::string name = client.name.empty() ? "" : '[' + text::visible(client.name) + ']';
    return fmt::format("{}{} {}", program.empty() ? "process" : program, name, client.pid);
}

std::string by_text(const std::optional<Client>& client) {
    return client ? " by " + client->text() : std::string();
}

std::string ago_text(const std::optional<milliseconds>& ago) {
    return ago ? ' ' + text::time_text(*ago) + " ago" : std::string();
}

/// "60s": what is known to a few tenths of a second is not told to the millisecond.
std::string lifetime_text(milliseconds lifetime) {
    using namespace std::chrono_literals;
    if (lifetime < 2s) return text::time_text(lifetime);
    const auto seconds = std::chrono::round<std::chrono::seconds>(lifetime);
    return seconds < 1min ? fmt::format("{}s", seconds.count()) : text::time_text(seconds);
}

/// " (set 63.2s ago by celery[w1] 812, to live 60s)", as far as it is known.
std::string origin_text(const Explanation& known) {
    if (!known.written || (!known.written->by && !known.written->ago)) return {};
    std::string text = fmt::format(" ({} {}", known.written->verb(), known.written->text());
    if (known.lifetime && known.lifetime->count() > 0) text += ", to live " + lifetime_text(*known.lifetime);
    return text + ')';
}

/// Capacity and memory: which of them had an end.
std::string full_text(const Explanation& known) {
    constexpr std::uint64_t kNearly = std::uint64_t{4} << 20;
    if (known.committed_bytes + kNearly + known.capacity_bytes / 8 >= known.capacity_bytes)
        return fmt::format("the cache is full ({})", text::size_text(known.capacity_bytes));
    return fmt::format("the system had no more memory for it ({} of its {})",
                       text::size_text(known.committed_bytes), text::size_text(known.capacity_bytes));
}

std::string present_text(const Explanation& known) {
    const std::string life =
        known.ttl == kForever ? "lives for ever" : "expires in " + text::time_text(known.ttl);
    return "is there and " + life + origin_text(known);
}

}  // namespace

std::string Client::text() const {
    if (!is_load) return process_text(*this);
    return fmt::format("the load of {} by pid {}", text::visible(program), pid);
}

std::string Written::text() const {
    if (!by && !ago) return "at a time and by a program that are not known";
    const std::string since = ago ? text::time_text(*ago) + " ago" : std::string();
    if (!by) return since;
    const std::string who = by->is_load
                                ? fmt::format("from {} by pid {}", text::visible(by->program), by->pid)
                                : "by " + by->text();
    return since.empty() ? who : since + ' ' + who;
}

std::string Explanation::text() const {
    const std::string when = ago_text(ago);
    switch (fate) {
        case Fate::present: return present_text(*this);
        case Fate::deleted: return "deleted" + when + by_text(by) + origin_text(*this);
        case Fate::timed_out:
            return "set with a timeout of 0 or less" + when + by_text(by) + origin_text(*this);
        case Fate::expired:
            return "expired" + when + (clock_was_moved ? " of the cache's time" : "") + origin_text(*this);
        case Fate::evicted:
            return fmt::format("evicted{}{}: {}{}", when, by_text(by), full_text(*this), origin_text(*this));
        case Fate::cleared: return "cleared" + when + by_text(by) + origin_text(*this);
        case Fate::rolled_back: return "rolled back" + when + by_text(by) + origin_text(*this);
        case Fate::replaced: return "taken away" + when + by_text(by) + origin_text(*this);
        case Fate::not_written:
            if (ago && by && by->is_load) return "not written since " + by->text() + " replaced all" + when;
            if (ago) return "not written since the cache was cleared" + when + by_text(by);
            return "never written since the cache was made " + text::time_text(known_back) + " ago";
        case Fate::unknown: break;
    }
    return "not known: removals are remembered back to " + text::time_text(known_back) + " ago";
}

}  // namespace dummycache
