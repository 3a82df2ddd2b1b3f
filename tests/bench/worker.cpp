// SPDX-License-Identifier: MIT
#include "tests/bench/worker.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

using Pipe = std::array<int, 2>;

Pipe make_pipe() {
    Pipe ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe can be made; are too many files open?");
    return ends;
}

void serve(const Store& store, const std::function<void(Store&)>& job, int orders, int answers) {
    const auto mine = store.in_child();
    char order = 0;
    while (::read(orders, &order, 1) == 1) {
        const double ns = time_of([&] { job(*mine); });
        if (::write(answers, &ns, sizeof ns) != sizeof ns) return;
    }
}

}  // namespace

Worker::Worker(const Store& store, std::function<void(Store&)> job) {
    const Pipe orders = make_pipe();
    const Pipe answers = make_pipe();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(orders[1]);
        ::close(answers[0]);
        try {
            serve(store, job, orders[0], answers[1]);
        } catch (const std::exception& error) {
            std::cerr << "dummycache_bench: in a worker: " << error.what() << '\n';
        }
        ::_exit(0);
    }
    ::close(orders[0]);
    ::close(answers[1]);
    orders_ = orders[1];
    answers_ = answers[0];
}

Worker::~Worker() {
    ::close(orders_);
    ::close(answers_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Worker::start() {
    if (::write(orders_, "g", 1) != 1) throw std::runtime_error("a worker has ended");
}

double Worker::wait() {
    double ns = 0;
    if (::read(answers_, &ns, sizeof ns) != sizeof ns) throw std::runtime_error("a worker has ended");
    return ns;
}

}  // namespace dummycache::bench
