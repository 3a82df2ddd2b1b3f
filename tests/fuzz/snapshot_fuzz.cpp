// SPDX-License-Identifier: MIT
// Goal: no file makes the library do anything but load what the file says, or refuse it and change nothing.
// Method: libFuzzer with the address and undefined behaviour sanitizers over files of both formats, with
// mutations that mend lengths and checksums (mutate_snapshot.hpp) and a model of what a load does.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "fuzz/mutate_snapshot.hpp"
#include "fuzz/run_snapshot.hpp"
#include "fuzz/snapshot_draft.hpp"

using namespace dummycache::fuzz;

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t bytes, std::size_t most);

int LLVMFuzzerInitialize(int* count, char*** arguments);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t bytes, std::size_t most, unsigned seed);
}

int LLVMFuzzerInitialize(int*, char***) {
    std::atexit(print_snapshots_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
    run_snapshot({data, bytes});
    return 0;
}

/// Changes bytes anywhere one time out of four, and mends nothing then.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t bytes, std::size_t most, unsigned seed) {
    std::mt19937 random(seed);
    if (bytes == 0 || random() % 4 == 0) return LLVMFuzzerMutate(data, bytes, most);
    const std::string input(reinterpret_cast<const char*>(data), bytes);
    const bool is_binary = input[0] == format::kMagic[0] || input[0] == kStretchedBinary;
    const std::string output = is_binary ? mutated_binary(input, random) : mutated_text(input, random);
    if (output.empty() || output.size() > most) return LLVMFuzzerMutate(data, bytes, most);
    std::memcpy(data, output.data(), output.size());
    return output.size();
}
