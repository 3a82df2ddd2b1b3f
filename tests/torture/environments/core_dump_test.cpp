// SPDX-License-Identifier: MIT
// Goal: a process that dumps core while it holds a lock keeps it until the dump ends, and no longer; the
// cache is not in the dump.
// Method: a child with much memory of its own aborts inside a set. Writers try all the time; what they
// are told is compared with what /proc says about the dump.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <sys/resource.h>

#include "holder.hpp"
#include "support/random.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr std::size_t kPrivateBytes = 150 * kMiB;

/// Where a dump goes is decided for the whole machine.
bool dumps_into_the_folder() {
    std::ifstream file("/proc/sys/kernel/core_pattern");
    std::string pattern;
    std::getline(file, pattern);
    return !pattern.empty() && pattern.find('/') == std::string::npos && pattern.front() != '|';
}

bool is_dumping(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("CoreDumping:", 0) == 0) return line.find('1') != std::string::npos;
    }
    return false;
}

std::uint64_t count_in(const std::string& text, const std::string& wanted) {
    std::uint64_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
    return count;
}

/// The bytes of the only file in a folder.
std::string dump_in(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::string bytes(entry.file_size(), '\0');
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return bytes;
    }
    return {};
}

/// Dies with a dump, inside a set. Its own memory is full of `mark`.
void dump_inside(const OneShard& cache, Steps& steps, const std::filesystem::path& folder,
                 const std::string& mark) {
    std::filesystem::current_path(folder);
    // Everything that the system can dump, shared mappings of files among it.
    std::ofstream("/proc/self/coredump_filter") << "0x7f";
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    require(::setrlimit(RLIMIT_CORE, &unlimited) == 0, "setrlimit failed");
    Cache own = cache.attach();
    std::vector<char> memory(kPrivateBytes);
    for (std::size_t at = 0; at < memory.size(); at += 4096) {
        std::memset(&memory[at], static_cast<int>(at >> 12), 4096);
        std::copy(mark.begin(), mark.end(), &memory[at]);
    }
    // It looks whether a key is there, and copies no value.
    while (!own.contains("filled")) ::usleep(1000);
    set_and_act_inside(own, [&] {
        steps.inside.reach();
        steps.go_on.wait();
        std::abort();
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_core_dump)

BOOST_AUTO_TEST_CASE(a_holder_that_dumps_core_is_waited_for_and_its_dump_holds_nothing_of_the_cache) {
    if (!dumps_into_the_folder()) {
        std::cout << "skipped: dumps of this system do not go into the folder of the process" << std::endl;
        return;
    }
    OneShard cache;
    const TestName folder_of_dump(Kind::file);
    const auto folder = std::filesystem::path(folder_of_dump.text()).parent_path();
    const SharedArea<Steps> steps;
    const std::string mark = Random(1).bytes(32);
    Child holder([&] { dump_inside(cache, *steps, folder, mark); });
    // Made after the fork, so that only the cache could bring it into the dump.
    const std::string secret = Random(2).bytes(32);
    for (int i = 0; i < 100; ++i) cache->set("secret" + std::to_string(i), secret);
    cache->set("filled", "yes");
    steps->inside.wait();
    cache.require_held_by(holder.pid());

    Cache impatient_writer = cache.attach(impatient());
    std::uint64_t busy = 0;
    steps->go_on.reach();
    for (bool stored = false; !stored;) {
        const bool before = is_dumping(holder.pid());
        try {
            stored = impatient_writer.set("key", "next");
        } catch (const Error& error) {
            BOOST_REQUIRE((error.code() == ErrorCode::busy));
            busy += before;
        }
        BOOST_REQUIRE((!stored || !before || !is_dumping(holder.pid())));
        BOOST_REQUIRE((impatient_writer.get("key") == (stored ? "next" : "old")));
    }
    BOOST_TEST(holder.wait() == -SIGABRT);
    BOOST_TEST((cache->stats().recoveries == 1U));
    BOOST_TEST(problems_of(*cache) == "");
    const std::string dump = dump_in(folder);
    std::cout << "a dump of " << (dump.size() >> 20) << " MiB; a writer was told " << busy
              << " times meanwhile that the holder is busy" << std::endl;
    BOOST_TEST(count_in(dump, mark) >= kPrivateBytes / 4096);
    BOOST_TEST(count_in(dump, secret) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
