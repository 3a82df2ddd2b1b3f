// SPDX-License-Identifier: MIT
// A get from the shell: the command line beside redis-cli, process start and all.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "tests/bench/bench.hpp"
#include "tests/bench/redis_connection.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

extern char** environ;

namespace dummycache::bench {

namespace {

/// How long a command takes, in ns; throws if it fails. Its output goes nowhere.
double time_of_command(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int status = -1;
    const double ns = time_of([&] {
        pid_t pid = 0;
        if (::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ) == 0)
            ::waitpid(pid, &status, 0);
    });
    ::posix_spawn_file_actions_destroy(&actions);
    if (status != 0) throw std::runtime_error(words.front() + " failed");
    return ns;
}

void cli_get(const Settings& settings) {
    const std::string program = DUMMYCACHE_BENCH_CLI;
    if (program.empty() || !std::filesystem::exists(program)) {
        std::cerr << "cli_get: left out, the command line was not built\n";
        return;
    }
    ScratchCache scratch(std::uint64_t{64} << 20);
    scratch.cache().set("key", usual_value());
    const auto server = is_among(settings.peers, "redis") ? start_redis() : nullptr;
    if (server != nullptr) RedisConnection(server->socket()).call({"SET", "key", usual_value()});
    std::vector<double> ours;
    std::vector<double> theirs;
    for (std::size_t i = 0; i < settings.scaled(500); ++i) {
        ours.push_back(time_of_command({program, "-c", scratch.name(), "get", "key"}));
        if (server != nullptr)
            theirs.push_back(time_of_command({"redis-cli", "-s", server->socket(), "GET", "key"}));
    }
    Row row;
    row.workload = "cli_get";
    row.unit = "us";
    row.ours = median(ours) / 1000;
    row.ours_min = least(ours) / 1000;
    if (server != nullptr) {
        row.peer = "redis";
        row.theirs = median(theirs) / 1000;
        row.theirs_min = least(theirs) / 1000;
        row.limit = 1;
    }
    settings.report(row);
}

const RegisterWorkload registered("cli_get", "a get from the shell, beside redis-cli", cli_get);

}  // namespace

}  // namespace dummycache::bench
