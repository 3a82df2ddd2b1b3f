// SPDX-License-Identifier: MIT
// A folder of one's own among the temporary files, gone at the end.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "tests/bench/scratch_cache.hpp"

namespace dummycache::bench {

class ScratchFolder {
public:
    ScratchFolder() : path_(std::filesystem::temp_directory_path() / scratch_name()) {
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace dummycache::bench
