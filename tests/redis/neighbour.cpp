// SPDX-License-Identifier: MIT
// A local process beside the server.
//
//   neighbour NAME hold     takes all locks of the cache, says "held", and keeps them until its input ends
//   neighbour NAME hold-odd the same with every second lock
//   neighbour NAME write    sets local:0 to local:999 in turn to 0, 1, 2, ... and says each number once it is stored
#include <unistd.h>

#include <deque>
#include <string>

#include "dummycache/cache.hpp"
#include "store/layout/attachment.hpp"
#include "store/shard/shard_guard.hpp"

namespace {

using namespace dummycache;

void say(const std::string& line) {
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(1);
}

void hold(const Cache& cache, std::uint32_t first, std::uint32_t step) {
    store::Attachment& attachment = cache.attachment();
    store::Attachment own(attachment.segment, std::chrono::seconds(1));
    std::deque<store::ShardGuard> held;
    for (std::uint32_t i = first; i < attachment.memory.shard_count; i += step) {
        auto guard = store::ShardGuard::try_lock(store::LockedShard::of(own, i));
        if (!guard) ::_exit(1);
        held.push_back(std::move(*guard));
    }
    say("held\n");
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

void write(Cache& cache) {
    constexpr std::uint64_t kKeys = 1000;
    for (std::uint64_t i = 0;; ++i) {
        cache.set("local:" + std::to_string(i % kKeys), std::to_string(i));
        say(std::to_string(i) + "\n");
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    Cache cache = Cache::open(argv[1]);
    const std::string_view what = argv[2];
    if (what == "hold") {
        hold(cache, 0, 1);
    } else if (what == "hold-odd") {
        hold(cache, 1, 2);
    } else {
        write(cache);
    }
}
