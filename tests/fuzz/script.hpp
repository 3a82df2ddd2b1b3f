// SPDX-License-Identifier: MIT
// The language of the inputs. A script is a head and up to 48 steps of 16 bytes, all of any value:
//
//   head   image 1 | flags 1 | padding 2
//   step   verb 1 | place 1 | index 2 | field 1 | how 1 | other 2 | value 8
//
// The steps before the first `attach` damage the object as a file; then it is attached; the steps
// after it call the cache, or change the bytes under it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dummycache::fuzz {

/// What a script's head asks for, as bits.
enum Flag : std::uint8_t {
    kRehashIdentity = 1,  ///< a first page that was changed gets its right hash
    kRehashControl = 2,   ///< and so do Boost's bytes
    kDirty = 4,           ///< every shard is locked by a dead process inside a write
    kOtherBoot = 8,       ///< the segment is of another boot
    kWaits = 16,          ///< calls wait for locks, for some milliseconds
};

enum class Verb : std::uint8_t { edit, attach, call, resize, count };

/// Where an edit goes. `index` chooses one of a kind, `field` a part of it.
enum class Place : std::uint8_t {
    raw,
    identity,
    boost,
    object_header,
    superblock,
    process,
    page_info,
    shard,
    directory,
    free_map,
    bucket,
    slot,
    mark,
    entry,
    count
};

/// What an edit writes.
enum class How : std::uint8_t {
    word,       ///< 8 bytes of `value`
    half,       ///< 4 bytes of `value`
    byte,       ///< one
    flip,       ///< one bit
    add,        ///< a small signed number
    page,       ///< a page number + 1 that is about right
    edge,       ///< a number at an edge
    copy,       ///< what stands at another place of the same kind
    owner,      ///< an owner word
    slot,       ///< the tag that is there, another offset
    lengths,    ///< lengths of an entry
    dead_lock,  ///< the lock word of a dead process
    count
};

struct Step {
    Verb verb;
    Place place;
    std::uint16_t index;
    std::uint8_t field;
    How how;
    std::uint16_t other;
    std::uint64_t value;
};

struct Script {
    std::uint8_t image;
    std::uint8_t flags;
    std::vector<Step> steps;
};

inline constexpr std::size_t kHeadBytes = 4;
inline constexpr std::size_t kStepBytes = 16;
inline constexpr std::size_t kMaxSteps = 48;
inline constexpr std::size_t kMaxScriptBytes = kHeadBytes + kMaxSteps * kStepBytes;

/// Any bytes are a script.
[[nodiscard]] Script parse(std::span<const std::uint8_t> input);

/// The step as a script has it.
void write_step(const Step& step, std::uint8_t* to);

}  // namespace dummycache::fuzz
