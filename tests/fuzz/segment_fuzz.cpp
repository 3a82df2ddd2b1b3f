// SPDX-License-Identifier: MIT
// Goal: no bytes of a segment make the library touch memory outside it, loop for ever, allocate without
// measure or do what the language leaves undefined. Method: libFuzzer with the address and undefined
// behaviour sanitizers over scripts (script.hpp) that damage good segments before and after the attach.
#include <cstdlib>
#include <cstring>
#include <random>

#include "fuzz/good_image.hpp"
#include "fuzz/run_script.hpp"
#include "fuzz/script.hpp"

using namespace dummycache;
using namespace dummycache::fuzz;

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t bytes, std::size_t most);

int LLVMFuzzerInitialize(int* count, char*** arguments);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t bytes, std::size_t most, unsigned seed);
}

namespace {

/// A step as an attacker would choose it: of a verb, a place and a kind of value that go together.
Step random_step(std::mt19937& random) {
    const auto below = [&](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
    Step step{Verb::edit,
              static_cast<Place>(below(static_cast<std::uint32_t>(Place::count))),
              static_cast<std::uint16_t>(random()),
              static_cast<std::uint8_t>(random()),
              static_cast<How>(below(static_cast<std::uint32_t>(How::count))),
              static_cast<std::uint16_t>(random()),
              std::uint64_t{random()} << 32 | random()};
    const std::uint32_t choice = below(16);
    if (choice < 5) step.verb = Verb::call;
    if (choice == 5) step.verb = Verb::attach;
    if (choice == 6 && below(8) == 0) step.verb = Verb::resize;
    if (below(2) == 0) step.index %= 8;
    if (below(2) == 0) step.value %= 256;
    return step;
}

std::size_t steps_of(std::size_t bytes) { return bytes < kHeadBytes ? 0 : (bytes - kHeadBytes) / kStepBytes; }

}  // namespace

int LLVMFuzzerInitialize(int*, char***) {
    static_cast<void>(good_images());
    std::atexit(print_reached);
    std::atexit(remove_objects);
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
    run_script({data, bytes});
    return 0;
}

/// Adds, replaces, removes or moves whole steps two times out of three; else changes bytes.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t bytes, std::size_t most, unsigned seed) {
    std::mt19937 random(seed);
    if (bytes < kHeadBytes) {
        std::memset(data, 0, kHeadBytes);
        bytes = kHeadBytes;
    }
    std::size_t steps = steps_of(bytes);
    const auto at = [&](std::size_t step) { return data + kHeadBytes + step * kStepBytes; };
    const bool full = steps == kMaxSteps || kHeadBytes + (steps + 1) * kStepBytes > most;
    switch (random() % 9) {
        case 0:
        case 1:
        case 2: {
            if (full) break;
            const std::size_t place = random() % (steps + 1);
            std::memmove(at(place + 1), at(place), (steps - place) * kStepBytes);
            write_step(random_step(random), at(place));
            return kHeadBytes + ++steps * kStepBytes;
        }
        case 3:
            if (steps == 0) break;
            write_step(random_step(random), at(random() % steps));
            return kHeadBytes + steps * kStepBytes;
        case 4: {
            if (steps < 2) break;
            const std::size_t place = random() % steps;
            std::memmove(at(place), at(place + 1), (steps - place - 1) * kStepBytes);
            return kHeadBytes + --steps * kStepBytes;
        }
        case 5:
            data[random() % 2] = static_cast<std::uint8_t>(random());
            return kHeadBytes + steps * kStepBytes;
        default: break;
    }
    return LLVMFuzzerMutate(data, bytes, most);
}
