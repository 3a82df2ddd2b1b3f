// SPDX-License-Identifier: MIT
// The object that a script damages: a copy of a good image under a name.
#pragma once

#include "fuzz/good_image.hpp"
#include "fuzz/script.hpp"
#include "ipc/os/file_descriptor.hpp"

namespace dummycache::fuzz {

class DamagedObject {
public:
    explicit DamagedObject(const GoodImage& image);
    ~DamagedObject();
    DamagedObject(const DamagedObject&) = delete;
    DamagedObject& operator=(const DamagedObject&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_.text; }

    /// Writes what the step asks for, whoever has the object mapped.
    void edit(const Step& step);
    /// Makes it shorter or longer. Only while nobody has it mapped.
    void resize(const Step& step);
    /// Every shard is locked by a process that died inside a write.
    void kill_writers();
    /// Does what the script's flags ask for, after its edits.
    void finish(std::uint8_t flags);

private:
    [[nodiscard]] std::uint64_t offset_of(Place place, std::uint16_t index, std::uint8_t field,
                                          std::uint64_t value) const;
    [[nodiscard]] std::uint64_t shard_offset(std::uint32_t shard) const;
    [[nodiscard]] std::uint64_t load(std::uint64_t offset) const;
    void store(std::uint64_t offset, const void* bytes, std::size_t count);
    void rehash(bool control);

    const GoodImage& image_;
    ObjectName name_;
    std::uint64_t bytes_;
    ipc::FileDescriptor file_;
};

}  // namespace dummycache::fuzz
