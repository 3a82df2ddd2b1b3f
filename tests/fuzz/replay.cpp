// SPDX-License-Identifier: MIT
// fuzz_replay segments|snapshots FILE_OR_FOLDER...
// Goal: what the fuzzers once found stays mended, with every compiler. Method: each file of a corpus is
// run in a child process; one that dies, takes too long or allocates too much fails the test, by name.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/good_image.hpp"
#include "fuzz/run_script.hpp"
#include "fuzz/run_snapshot.hpp"

namespace {

constexpr unsigned kSeconds = 120;

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
/// No call on a cache of 1 MiB needs as much memory at once as this refuses. Neither this nor its counterparts are
/// inlined: GCC 14 takes a malloc that is seen beside an operator delete for a mistake.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    constexpr std::size_t kMostAtOnce = std::size_t{64} << 20;
    if (bytes > kMostAtOnce) {
        std::fprintf(stderr, "an allocation of %zu bytes\n", bytes);
        std::abort();
    }
    if (void* const memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(file)), {});
    return {all.begin(), all.end()};
}

using Run = void (*)(const std::vector<std::uint8_t>& input);

void run_segment(const std::vector<std::uint8_t>& input) {
    dummycache::fuzz::run_script(input);
    dummycache::fuzz::print_reached();
}

void run_snapshot(const std::vector<std::uint8_t>& input) {
    dummycache::fuzz::run_snapshot(input);
    dummycache::fuzz::print_snapshots_reached();
}

/// Empty if the input did no harm, or what it did.
std::string harm_of(Run run, const std::vector<std::uint8_t>& input) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(kSeconds);
        run(input);
        ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return "it could not be run";
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    if (WEXITSTATUS(status) != 0) return "exit code " + std::to_string(WEXITSTATUS(status));
    return {};
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view kind = count > 1 ? arguments[1] : "";
    if (kind != "segments" && kind != "snapshots") {
        std::fprintf(stderr, "fuzz_replay segments|snapshots FILE_OR_FOLDER...\n");
        return 2;
    }
    std::vector<std::filesystem::path> paths;
    for (int i = 2; i < count; ++i) {
        if (!std::filesystem::is_directory(arguments[i])) {
            paths.emplace_back(arguments[i]);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(arguments[i]))
            paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    if (kind == "segments") static_cast<void>(dummycache::fuzz::good_images());
    int failures = 0;
    for (const auto& path : paths) {
        const std::string harm = harm_of(kind == "segments" ? &run_segment : &run_snapshot, read_file(path));
        if (harm.empty()) continue;
        std::printf("FAILED %s: %s\n", path.c_str(), harm.c_str());
        ++failures;
    }
    if (kind == "segments") dummycache::fuzz::remove_objects();
    std::printf("fuzz_replay: %zu %s, %d failures\n", paths.size(), arguments[1], failures);
    return paths.empty() || failures != 0 ? 1 : 0;
}
