// SPDX-License-Identifier: MIT
// Signals that wait while a system call runs, and those that the call raises and nobody shall get.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace dummycache::ipc {

/// A write beyond the limit on the size of files (RLIMIT_FSIZE, `ulimit -f`) fails with EFBIG, and the kernel raises
/// SIGXFSZ as well; a write into a pipe that nobody reads fails with EPIPE and raises SIGPIPE. Both signals end the
/// process by default. The library reports errors and ends no process, so it takes these signals back.
///
/// While an object of this class lives, the calling thread gets none of the chosen signals. The destructor lets
/// those through that came from elsewhere, and keeps errno. The handlers of the process stay as they are, and
/// other threads notice nothing. For one thread; two system calls.
class BlockedSignals {
public:
    enum class Which : std::uint8_t {
        all,     ///< all signals
        raised,  ///< only those that a failed write raises: SIGXFSZ and SIGPIPE
    };

    explicit BlockedSignals(Which which) noexcept;
    ~BlockedSignals();
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

    /// Takes the signal that a call of this thread raised when it failed with `error`. A signal that waited before
    /// stays.
    void take_raised_by(int error) const noexcept;

private:
    sigset_t before_{};         ///< the mask of the thread
    sigset_t waited_before_{};  ///< signals that came before, and that the thread had blocked
};

/// Calls a system call that returns a negative number with errno if it fails; the signal that its failure raises
/// reaches nobody.
template <class Call>
auto without_its_signal(Call call) noexcept {
    const BlockedSignals blocked(BlockedSignals::Which::raised);
    const auto result = call();
    if (result < 0) blocked.take_raised_by(errno);
    return result;
}

}  // namespace dummycache::ipc
