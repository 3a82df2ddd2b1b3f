// SPDX-License-Identifier: MIT
// Standard output: buffered, and honest about a closed pipe and a full disk.
#include "tools/cli/format/output.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "tools/cli/format/text.hpp"
#include "tools/cli/process/descriptor.hpp"
#include "tools/cli/process/exit_code.hpp"
#include "tools/cli/process/terminal.hpp"

namespace dummycache::cli {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr std::size_t kDefaultWidth = 80;

}  // namespace

bool wants_color(ColorChoice choice, int descriptor) noexcept {
    if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
    const char* no_color = std::getenv("NO_COLOR");
    if (no_color != nullptr && *no_color != '\0') return false;
    return is_smart_terminal(descriptor);
}

Output::Output(ColorChoice choice) noexcept
    : is_terminal_(::isatty(STDOUT_FILENO) == 1), color_(wants_color(choice, STDOUT_FILENO)) {}

void Output::write(std::string_view bytes) {
    if (buffer_.size() + bytes.size() < kBufferBytes) {
        buffer_ += bytes;
        return;
    }
    flush();
    write_now(bytes);
}

void Output::write_now(std::string_view bytes) const {
    if (write_all(STDOUT_FILENO, bytes)) return;
    if (errno == EPIPE) throw ClosedPipe{};
    const char* const advice =
        errno == EFBIG ? "raise the limit on the size of files (ulimit -f)" : "free some space there";
    std::string message = std::string("cannot write to standard output: ") + std::strerror(errno) + "; " +
                          advice + ", or write elsewhere";
    if (is_done_) message += " (the command has done its work: only its report is lost)";
    throw Failure(Exit::refused, message);
}

void Output::line(std::string_view text) {
    write(text);
    write("\n");
}

void Output::field(std::string_view name, std::size_t width, std::string_view value) {
    const std::size_t gap = width - std::min(width, columns_of(name));
    line(dim(std::string(name).append(gap, ' ')).append(value));
}

void Output::flush() {
    write_now(buffer_);
    buffer_.clear();
}

std::size_t Output::width() const noexcept {
    std::size_t columns = 0;
    if (const char* text = std::getenv("COLUMNS")) std::from_chars(text, text + std::strlen(text), columns);
    return columns > 0 ? columns : terminal_columns(STDOUT_FILENO).value_or(kDefaultWidth);
}

std::string Output::styled(std::string_view start, std::string_view text) const {
    if (!color_) return std::string(text);
    return std::string(start).append(text).append("\033[0m");
}

void Table::write(Output& out) const {
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    for (const auto& row : rows_) {
        const bool head = &row == rows_.data();
        if (head && !out.is_terminal()) continue;
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string gap(widths[i] - columns_of(row[i]), ' ');
            const bool right = columns_[i] == Align::right;
            if (i > 0) line += "  ";
            line += right ? gap + row[i] : row[i] + gap;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out.line(head ? out.bold(line) : line);
    }
}

void complain(ColorChoice choice, std::string_view message) noexcept {
    try {
        const bool color = wants_color(choice, STDERR_FILENO);
        std::string line = color ? "\033[1mdummycache:\033[0m " : "dummycache: ";
        line += one_line(message) + '\n';
        // There is nobody left to tell if this fails.
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    } catch (const std::bad_alloc&) {
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, "dummycache: out of memory\n", 26);
    }
}

}  // namespace dummycache::cli
