// SPDX-License-Identifier: MIT
// What a Cache leads to.
#pragma once

#include <memory>
#include <utility>

namespace dummycache {

namespace store {
struct Attachment;
class Reopener;
}  // namespace store

namespace detail {

/// Either one attachment for as long as the handle lives, or a Reopener (store/api/reopener.hpp), which has another
/// attachment after each removal. Copies share it. A copy that is not changed may be used by any thread.
class Handle {
public:
    explicit Handle(std::shared_ptr<store::Attachment> fixed) noexcept : fixed_(std::move(fixed)) {}
    explicit Handle(std::shared_ptr<store::Reopener> reopener) noexcept : reopener_(std::move(reopener)) {}

    /// Null if the handle reopens.
    [[nodiscard]] store::Attachment* fixed() const noexcept { return fixed_.get(); }
    /// Null if it does not.
    [[nodiscard]] store::Reopener* reopener() const noexcept { return reopener_.get(); }

private:
    std::shared_ptr<store::Attachment> fixed_;
    std::shared_ptr<store::Reopener> reopener_;
};

}  // namespace detail
}  // namespace dummycache
