// SPDX-License-Identifier: MIT
// A connection to one server: commands go in, replies come out in the same order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "address.hpp"
#include "deadline.hpp"
#include "reply.hpp"
#include "socket.hpp"

namespace dummycache::remote {

/// Used by one thread at a time.
class Connection {
public:
    /// Connects and logs in. Throws Broken, or Error if the server does not want this user or database.
    Connection(const Endpoint& endpoint, const Login& login, Deadline deadline);

    /// Whether it can be used for the next command: no bytes are left over, the server has not closed it, and this
    /// process made it (a forked child may not use it).
    [[nodiscard]] bool is_usable() const noexcept;

    /// Puts a command into the queue. Returns the position of its end: the command is sent when sent() is there.
    std::uint64_t append(std::string_view command) {
        queue_ += command;
        return sent_ + (queue_.size() - queue_sent_);
    }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    [[nodiscard]] bool wants_to_send() const noexcept { return queue_sent_ < queue_.size(); }
    [[nodiscard]] int descriptor() const noexcept { return socket_.descriptor(); }

    /// These two send and receive as much as is possible without waiting. They throw Broken.
    void send_some();
    void receive_some();
    /// The next reply that has arrived, or null. Throws Broken if the bytes are no reply.
    [[nodiscard]] Reply next_reply();

    /// Sends one command and waits for its reply; throws Broken.
    Reply call(std::initializer_list<std::string_view> words, Deadline deadline);

private:
    struct FreeReader {
        void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
    };

    void log_in(const Endpoint& endpoint, const Login& login, Deadline deadline);

    Socket socket_;
    std::unique_ptr<redisReader, FreeReader> reader_;
    pid_t owner_;
    std::string queue_;
    std::size_t queue_sent_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace dummycache::remote
