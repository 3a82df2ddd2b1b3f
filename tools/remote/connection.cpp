// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <array>
#include <new>

#include <poll.h>
#include <unistd.h>

#include <dummycache/error.hpp>

#include "failure.hpp"

namespace dummycache::remote {

Connection::Connection(const Endpoint& endpoint, const Login& login, Deadline deadline)
    : socket_(endpoint, deadline), reader_(redisReaderCreate()), owner_(::getpid()) {
    if (reader_ == nullptr) throw std::bad_alloc();
    log_in(endpoint, login, deadline);
}

void Connection::log_in(const Endpoint& endpoint, const Login& login, Deadline deadline) {
    if (!login.password.empty() || !login.user.empty()) {
        const Reply reply = login.user.empty() ? call({"AUTH", login.password}, deadline)
                                               : call({"AUTH", login.user, login.password}, deadline);
        if (is_error(*reply)) throw_refused("connect", endpoint.text(), *reply);
    }
    if (login.database != 0) {
        const Reply reply = call({"SELECT", std::to_string(login.database)}, deadline);
        if (is_error(*reply)) throw_refused("connect", endpoint.text(), *reply);
    }
}

bool Connection::is_usable() const noexcept { return owner_ == ::getpid() && socket_.is_quiet(); }

void Connection::send_some() {
    const std::size_t sent = socket_.send(std::string_view(queue_).substr(queue_sent_));
    queue_sent_ += sent;
    sent_ += sent;
    if (queue_sent_ < queue_.size()) return;
    constexpr std::size_t kKept = 64 * 1024;
    queue_sent_ = 0;
    queue_.clear();
    if (queue_.capacity() > kKept) queue_.shrink_to_fit();
}

void Connection::receive_some() {
    std::array<char, 64 * 1024> buffer;
    const std::size_t got = socket_.receive(buffer);
    if (redisReaderFeed(reader_.get(), buffer.data(), got) != REDIS_OK) throw Broken(reader_->errstr);
}

Reply Connection::next_reply() {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) throw Broken(reader_->errstr);
    return Reply(static_cast<redisReply*>(reply));
}

Reply Connection::call(std::initializer_list<std::string_view> words, Deadline deadline) {
    append(encoded(words));
    for (;;) {
        if (Reply reply = next_reply()) return reply;
        pollfd poll{descriptor(), static_cast<short>(wants_to_send() ? POLLIN | POLLOUT : POLLIN), 0};
        const int ready = ::poll(&poll, 1, poll_time(deadline));
        if (ready == 0) throw Broken("no answer in time");
        if (ready < 0) continue;  // a signal
        if ((poll.revents & POLLOUT) != 0) send_some();
        if ((poll.revents & ~POLLOUT) != 0) receive_some();
    }
}

}  // namespace dummycache::remote
