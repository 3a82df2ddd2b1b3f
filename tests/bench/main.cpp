// SPDX-License-Identifier: MIT
// The benchmark's command line.
#include <exception>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/bench/bench.hpp"
#include "tests/bench/leftovers.hpp"
#include "tests/bench/report.hpp"
#include "tests/bench/store.hpp"

namespace {

using namespace dummycache::bench;

struct CommandLine {
    std::vector<std::string> workloads;
    bool json = false;
    bool list = false;
    Settings settings;
};

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
    std::vector<std::string> names;
    for (const Named& one : all) names.push_back(one.name);
    return names;
}

void add_options(CLI::App& app, CommandLine& line) {
    app.add_option("--workload", line.workloads, "Only these")
        ->check(CLI::IsMember(names_of(all_workloads())));
    app.add_option("--peer", line.settings.peers, "Only against these")
        ->check(CLI::IsMember(names_of(all_peers())));
    app.add_option("--repeat", line.settings.repeat, "Rounds of a comparison")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--trace", line.settings.traces, "Files of requests that eviction replays too");
    app.add_flag("--quick", line.settings.quick, "A tenth of the entries: to see that it runs");
    app.add_flag(
        "--cpu-time", line.settings.cpu_time,
        "Compare by this thread's processor time, when the machine is busy; not for peers that are servers");
    app.add_flag("--json", line.json, "One JSON object a line");
    app.add_flag("--list", line.list, "Say what there is and run nothing");
}

void print_list() {
    std::cout << "workloads\n";
    for (const Workload& workload : all_workloads())
        std::cout << "  " << workload.name << ": " << workload.what << '\n';
    std::cout << "peers\n";
    for (const Peer& peer : all_peers()) std::cout << "  " << peer.name << ": " << peer.what << '\n';
}

/// What may help, where /dev/shm is too small for a benchmark.
std::string advice(const Settings& settings) {
    const std::uintmax_t needed = (settings.quick ? std::uintmax_t{300} : std::uintmax_t{3000}) << 20;
    std::error_code error;
    const auto space = std::filesystem::space("/dev/shm", error);
    if (error || space.capacity >= needed) return "";
    return "; /dev/shm has " + std::to_string(space.capacity >> 20) + " MiB, give it " +
           std::to_string(needed >> 20);
}

void run_one(const Workload& workload, const Settings& settings) {
    try {
        workload.run(settings);
    } catch (const std::exception& error) {
        throw std::runtime_error(workload.name + ": " + error.what() + advice(settings));
    }
}

void run(CommandLine& line) {
    std::cerr << DUMMYCACHE_BENCH_WITHOUT;
    if (line.settings.cpu_time) std::cerr << "redis, memcached: left out, their time is not this process's\n";
    line.settings.report = [&](const Row& row) {
        line.json ? print_json(std::cout, row) : print_line(std::cout, row);
    };
    if (!line.json) print_head(std::cout);
    for (const Workload& workload : all_workloads()) {
        if (is_among(line.workloads, workload.name)) run_one(workload, line.settings);
    }
}

/// What was printed has arrived.
void check_output() {
    std::cout.flush();
    if (!std::cout) throw std::runtime_error("the results cannot be written; is the output closed, or full?");
}

}  // namespace

int main(int argc, char** argv) {
    CommandLine line;
    CLI::App app("Measures dummycache beside its peers.");
    add_options(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    remove_leftovers(false);
    int code = 0;
    try {
        line.list ? print_list() : run(line);
        check_output();
    } catch (const std::exception& error) {
        std::cerr << "dummycache_bench: " << error.what() << '\n';
        code = 1;
    }
    remove_leftovers(true);
    return code;
}
