// SPDX-License-Identifier: MIT
#include "fuzz/script.hpp"

#include <algorithm>
#include <cstring>

namespace dummycache::fuzz {

namespace {

template <class Choice>
Choice chosen(std::uint8_t byte) {
    return static_cast<Choice>(byte % static_cast<std::uint8_t>(Choice::count));
}

Step parse_step(const std::uint8_t* from) {
    Step step{chosen<Verb>(from[0]), chosen<Place>(from[1]), 0, from[4], chosen<How>(from[5]), 0, 0};
    std::memcpy(&step.index, from + 2, sizeof step.index);
    std::memcpy(&step.other, from + 6, sizeof step.other);
    std::memcpy(&step.value, from + 8, sizeof step.value);
    return step;
}

}  // namespace

Script parse(std::span<const std::uint8_t> input) {
    Script script{};
    if (input.size() < kHeadBytes) return script;
    script.image = input[0];
    script.flags = input[1];
    const std::size_t steps = std::min((input.size() - kHeadBytes) / kStepBytes, kMaxSteps);
    for (std::size_t i = 0; i < steps; ++i)
        script.steps.push_back(parse_step(input.data() + kHeadBytes + i * kStepBytes));
    return script;
}

void write_step(const Step& step, std::uint8_t* to) {
    to[0] = static_cast<std::uint8_t>(step.verb);
    to[1] = static_cast<std::uint8_t>(step.place);
    std::memcpy(to + 2, &step.index, sizeof step.index);
    to[4] = step.field;
    to[5] = static_cast<std::uint8_t>(step.how);
    std::memcpy(to + 6, &step.other, sizeof step.other);
    std::memcpy(to + 8, &step.value, sizeof step.value);
}

}  // namespace dummycache::fuzz
