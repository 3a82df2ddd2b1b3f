// SPDX-License-Identifier: MIT
// Standard output: buffered, and honest about a closed pipe and a full disk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dummycache::cli {

enum class ColorChoice { automatic, always, never };

/// Thrown when nobody reads any more; the program then ends without a word.
struct ClosedPipe {};

/// Whether text written to this descriptor is to be coloured.
[[nodiscard]] bool wants_color(ColorChoice choice, int descriptor) noexcept;

class Output {
public:
    explicit Output(ColorChoice choice) noexcept;

    /// Throws ClosedPipe, Interrupted, or Failure if the bytes cannot be written.
    void write(std::string_view bytes);
    void line(std::string_view text);
    /// A line of a list: the name, dimmed, the value from column `width` on.
    void field(std::string_view name, std::size_t width, std::string_view value);
    void flush();
    /// The command has changed what it was to change, and has only its report to write. A message that this cannot
    /// be written then says so.
    void note_done() noexcept { is_done_ = true; }

    [[nodiscard]] bool is_terminal() const noexcept { return is_terminal_; }
    /// Columns of the terminal: $COLUMNS, else what the terminal says, else 80.
    [[nodiscard]] std::size_t width() const noexcept;

    [[nodiscard]] std::string bold(std::string_view text) const { return styled("\033[1m", text); }
    [[nodiscard]] std::string dim(std::string_view text) const { return styled("\033[2m", text); }
    [[nodiscard]] std::string red(std::string_view text) const { return styled("\033[31m", text); }
    [[nodiscard]] std::string green(std::string_view text) const { return styled("\033[32m", text); }
    [[nodiscard]] std::string yellow(std::string_view text) const { return styled("\033[33m", text); }

private:
    [[nodiscard]] std::string styled(std::string_view start, std::string_view text) const;

    void write_now(std::string_view bytes) const;

    std::string buffer_;
    bool is_done_ = false;
    bool is_terminal_;
    bool color_;
};

/// Writes rows in aligned columns, the first one a head that is shown on a terminal only. By hand: a library would
/// be larger than these few lines, and knows nothing of terminals.
class Table {
public:
    enum class Align { left, right };

    explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    void write(Output& out) const;

private:
    std::vector<Align> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// Writes to standard error, one line: "dummycache: MESSAGE". Never throws.
void complain(ColorChoice choice, std::string_view message) noexcept;

}  // namespace dummycache::cli
