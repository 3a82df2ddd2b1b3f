// SPDX-License-Identifier: MIT
#include "scripted_server.hpp"

#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace dummycache::test {

Listener::Listener() {
    number_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(number_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(number_, 8) != 0)
        throw std::runtime_error("cannot listen");
}

Listener::~Listener() { ::close(number_); }

ScriptedServer::ScriptedServer(std::vector<Script> scripts)
    : scripts_(std::move(scripts)), thread_([this] { serve(); }) {}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    thread_.join();
}

void ScriptedServer::serve() {
    for (const Script& script : scripts_) {
        const int connection = ::accept(listener_.number(), nullptr, nullptr);
        if (connection < 0) return;
        serve(connection, script);
        ::close(connection);
    }
}

void ScriptedServer::serve(int connection, const Script& script) {
    redisReader* const reader = redisReaderCreate();
    auto next = script.begin();
    while (next != script.end()) {
        void* command = nullptr;
        redisReaderGetReply(reader, &command);
        if (command == nullptr) {
            std::array<char, 4096> buffer{};
            const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
            if (got <= 0) break;
            redisReaderFeed(reader, buffer.data(), static_cast<std::size_t>(got));
            continue;
        }
        freeReplyObject(command);
        ++commands_;
        if (*next == kHangUp) break;
        if (::send(connection, next->data(), next->size(), MSG_NOSIGNAL) < 0) break;
        ++next;
    }
    redisReaderFree(reader);
}

}  // namespace dummycache::test
