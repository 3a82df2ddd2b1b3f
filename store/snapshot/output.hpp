// SPDX-License-Identifier: MIT
// Where a snapshot is written.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace dummycache::store::snapshot {

/// Takes a snapshot's bytes in order.
class Output {
public:
    Output() = default;
    virtual ~Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    virtual void write(std::string_view bytes) = 0;
    /// Makes the snapshot visible when everything was written. Without this call nothing was written.
    virtual void finish() = 0;
};

/// An ipc::NewFile.
[[nodiscard]] std::unique_ptr<Output> open_output(const std::string& path);

[[nodiscard]] std::unique_ptr<Output> open_output(std::ostream& stream);

}  // namespace dummycache::store::snapshot
