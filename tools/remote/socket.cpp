// SPDX-License-Identifier: MIT
#include "socket.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace dummycache::remote {

namespace {

[[noreturn]] void break_with(int error) { throw Broken(std::strerror(error)); }

int new_socket(int family) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) break_with(errno);
    return descriptor;
}

/// Waits until the connection is made. Returns an error number, or 0.
int wait_for_connection(int descriptor, Deadline deadline) {
    for (;;) {
        pollfd poll{descriptor, POLLOUT, 0};
        const int ready = ::poll(&poll, 1, poll_time(deadline));
        if (ready < 0 && errno != EINTR) return errno;
        if (ready == 0) return ETIMEDOUT;
        if (ready < 0) continue;
        int error = 0;
        socklen_t bytes = sizeof error;
        if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) return errno;
        return error;
    }
}

/// Returns an error number, or 0.
int connect_to(int descriptor, const sockaddr* address, socklen_t bytes, Deadline deadline) {
    if (::connect(descriptor, address, bytes) == 0) return 0;
    if (errno != EINPROGRESS && errno != EINTR) return errno;
    return wait_for_connection(descriptor, deadline);
}

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) break_with(ENAMETOOLONG);
    std::memcpy(address.sun_path, path.data(), path.size());
    const int descriptor = new_socket(AF_UNIX);
    // A Unix socket connects at once or not at all.
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return descriptor;
    const int error = errno;
    ::close(descriptor);
    break_with(error);
}

int connect_tcp(const Endpoint& endpoint, Deadline deadline) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
    if (failed != 0) throw Broken(::gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
    int error = EHOSTUNREACH;
    for (const addrinfo* place = found; place != nullptr; place = place->ai_next) {
        const int descriptor = new_socket(place->ai_family);
        error = connect_to(descriptor, place->ai_addr, place->ai_addrlen, deadline);
        if (error == 0) {
            const int on = 1;
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
            return descriptor;
        }
        ::close(descriptor);
    }
    break_with(error);
}

}  // namespace

Socket::Socket(const Endpoint& endpoint, Deadline deadline)
    : descriptor_(endpoint.host.empty() ? connect_unix(endpoint.path) : connect_tcp(endpoint, deadline)) {}

Socket::~Socket() { ::close(descriptor_); }

std::size_t Socket::send(std::string_view bytes) const {
    for (;;) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) break_with(errno);
    }
}

std::size_t Socket::receive(std::span<char> buffer) const {
    for (;;) {
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got > 0) return static_cast<std::size_t>(got);
        if (got == 0) throw Broken("the server closed the connection");
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) break_with(errno);
    }
}

bool Socket::is_quiet() const noexcept {
    char byte = 0;
    return ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace dummycache::remote
