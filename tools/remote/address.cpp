// SPDX-License-Identifier: MIT
#include "address.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

#include <dummycache/error.hpp>

namespace dummycache::remote {

namespace {

constexpr std::string_view kRedis = "redis://";
constexpr std::string_view kUnix = "unix://";
constexpr std::string_view kTls = "rediss://";

[[noreturn]] void refuse(const std::string& why) {
    throw Error(
        ErrorCode::invalid_argument,
        "connect: " + why + "; an address is redis://[USER[:PASSWORD]@]HOST[:PORT][/DB] or unix:///PATH");
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The text with each `%XX` replaced by its byte.
std::string decoded(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes += text[i];
            continue;
        }
        unsigned char byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2)
            refuse("a % in the user or password is not followed by two hexadecimal digits");
        bytes += static_cast<char>(byte);
        i += 2;
    }
    return bytes;
}

/// Takes `USER:PASSWORD@` away from the front. The colon has to be there; either word may be empty.
void take_login(std::string_view& rest, std::size_t end, Login& login) {
    const std::size_t at = rest.substr(0, end).rfind('@');
    if (at == std::string_view::npos) return;
    const std::string_view words = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    const std::size_t colon = words.find(':');
    login.user = decoded(words.substr(0, colon));
    if (colon == std::string_view::npos) refuse("there is a user and no password before the @");
    login.password = decoded(words.substr(colon + 1));
}

unsigned database_of(std::string_view text) {
    const auto database = number_of<unsigned>(text);
    if (!database) refuse("'" + std::string(text) + "' is not the number of a database");
    return *database;
}

std::uint16_t port_of(std::string_view text) {
    const auto port = number_of<std::uint16_t>(text);
    if (!port || *port == 0) refuse("'" + std::string(text) + "' is not a port");
    return *port;
}

Address parse_redis(std::string_view rest) {
    Address address;
    // A password may hold any byte but @. So the last @ ends it, and the only slash after it begins the database.
    const std::size_t last_at = rest.rfind('@');
    take_login(rest, last_at == std::string_view::npos ? 0 : last_at + 1, address.login);
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos && slash + 1 < rest.size())
        address.login.database = database_of(rest.substr(slash + 1));
    std::string_view place = rest.substr(0, slash);
    if (place.starts_with('[')) {
        const std::size_t end = place.find(']');
        if (end == std::string_view::npos) refuse("a [ is not closed");
        address.endpoint.host = place.substr(1, end - 1);
        place.remove_prefix(end + 1);
        if (!place.empty() && place[0] != ':') refuse("something other than a port follows the ]");
    } else {
        address.endpoint.host = place.substr(0, place.find(':'));
        place.remove_prefix(address.endpoint.host.size());
    }
    if (!place.empty()) address.endpoint.port = port_of(place.substr(1));
    if (address.endpoint.host.empty()) refuse("the host is missing");
    return address;
}

Address parse_unix(std::string_view rest) {
    Address address;
    take_login(rest, rest.find('/'), address.login);
    const std::size_t query = rest.find('?');
    address.endpoint.path = rest.substr(0, query);
    if (query != std::string_view::npos) {
        const std::string_view option = rest.substr(query + 1);
        if (!option.starts_with("db=")) refuse("only ?db=N may follow the path of a socket");
        address.login.database = database_of(option.substr(3));
    }
    if (!address.endpoint.path.starts_with('/')) refuse("the path of a socket begins with /");
    return address;
}

}  // namespace

std::string Endpoint::text() const {
    if (host.empty()) return path;
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Address::text() const {
    const std::string database = std::to_string(login.database);
    if (endpoint.host.empty())
        return std::string(kUnix) + endpoint.path + (login.database == 0 ? "" : "?db=" + database);
    return std::string(kRedis) + endpoint.text() + (login.database == 0 ? "" : "/" + database);
}

bool is_address(std::string_view text) noexcept {
    return text.starts_with(kRedis) || text.starts_with(kUnix) || text.starts_with(kTls);
}

Address parse_address(std::string_view text) {
    if (text.starts_with(kRedis)) return parse_redis(text.substr(kRedis.size()));
    if (text.starts_with(kUnix)) return parse_unix(text.substr(kUnix.size()));
    if (text.starts_with(kTls)) refuse("rediss://, which is TLS, is not supported");
    refuse("this is not the address of a server");
}

std::string host_or(std::string_view named, const Endpoint& asked) {
    if (!named.empty()) return std::string(named);
    return asked.host.empty() ? "127.0.0.1" : asked.host;
}

Endpoint parse_endpoint(std::string_view text, const Endpoint& asked) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) throw std::invalid_argument("no port");
    const auto port = number_of<std::uint16_t>(text.substr(colon + 1));
    if (!port) throw std::invalid_argument("no port");
    return {host_or(text.substr(0, colon), asked), *port};
}

}  // namespace dummycache::remote
