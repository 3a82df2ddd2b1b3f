// SPDX-License-Identifier: MIT
#include "torture/steps/step.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

#include "support/random.hpp"
#include "torture/shared/expected.hpp"
#include "torture/steps/segment_bytes.hpp"
#include "torture/steps/stepper.hpp"

namespace dummycache::test {

namespace {

/// Of how many images one is used further after it was checked.
constexpr std::uint64_t kUsedFurther = 25;

/// Of how many images in a row that differ in unread bytes only one is checked: a large value is
/// copied byte by byte.
std::uint64_t unread_step() {
    static const std::uint64_t step = number_from_environment("DUMMYCACHE_TEST_UNREAD_STEP", 64);
    return step;
}

/// A scenario, the cache it begins with, and how it ends without a death.
class Stepped {
public:
    explicit Stepped(const Scenario& scenario)
        : scenario_(scenario),
          prepared_(Kind::shared, scenario.options, scenario.prepare),
          expected_(expected_of(prepared_, scenario)) {}

    /// Steps through `body` on a copy of the prepared cache; checks each image and calls `seen` with it.
    template <class Before, class Body, class Seen>
    Steps walk(CopiedCache& cache, Before before, Body body, Seen seen) {
        FollowedSegment segment(cache.path());
        Steps steps;
        std::uint64_t unread = 0;
        steps.instructions = single_step(before, body, [&](bool) {
            const FollowedSegment::Change change = segment.change();
            if (change == FollowedSegment::Change::none) return;
            unread = change == FollowedSegment::Change::unread ? unread + 1 : 0;
            if (unread % unread_step() != 0) return;
            check(segment.bytes(), ++steps.images);
            seen(segment.bytes());
        });
        BOOST_TEST_MESSAGE(scenario_.name << ": " << steps);
        return steps;
    }

    [[nodiscard]] CopiedCache copy() const { return {prepared_, scenario_.options}; }
    [[nodiscard]] CopiedCache copy(const SegmentBytes& bytes) const {
        return {prepared_, scenario_.options, [&](const std::string& path) { bytes.write_to(path); }};
    }
    void act(Cache& cache) const { test::act(cache, scenario_); }

private:
    void check(const SegmentBytes& bytes, std::uint64_t number) const {
        BOOST_TEST_CONTEXT(scenario_.name << ", image " << number) {
            if (!scenario_.checkpoint.empty()) {
                CopiedCache half = copy(bytes);
                check_readers_of_half_a_rollback(half, scenario_, expected_);
            }
            CopiedCache cache = copy(bytes);
            const Contents read = check_readers(cache, scenario_, expected_);
            check_repaired(cache, expected_, read);
            check_rolls_back(cache, scenario_, expected_);
            if (number % kUsedFurther == 0) check_goes_on(cache, scenario_);
        }
    }

    const Scenario& scenario_;
    PreparedCache prepared_;
    Expected expected_;
};

/// Steps through the operation; keeps `count` of the images that leave a shard inside a write, each as
/// likely as any other (reservoir sampling).
Steps step_and_keep(Stepped& stepped, std::vector<SegmentBytes>& kept, std::size_t count) {
    CopiedCache cache = stepped.copy();
    std::optional<Cache> own;
    Random random(11);
    std::uint64_t dirty = 0;
    return stepped.walk(
        cache, [&] { own = cache.attach(); }, [&] { stepped.act(*own); },
        [&](const SegmentBytes& bytes) {
            if (count == 0 || !bytes.is_dirty()) return;
            if (kept.size() < count) {
                kept.push_back(bytes);
            } else if (const std::uint64_t place = random.below(++dirty); place < count) {
                kept[place] = bytes;
            }
        });
}

}  // namespace

Steps step_through(const Scenario& scenario) {
    Stepped stepped(scenario);
    std::vector<SegmentBytes> none;
    return step_and_keep(stepped, none, 0);
}

Steps step_through_repairs(const Scenario& scenario, std::size_t repairs) {
    Stepped stepped(scenario);
    std::vector<SegmentBytes> broken;
    step_and_keep(stepped, broken, repairs);
    Steps steps;
    for (const SegmentBytes& bytes : broken) {
        CopiedCache cache = stepped.copy(bytes);
        std::optional<Cache> own;
        steps += stepped.walk(
            cache, [&] { own = cache.attach(); }, [&] { own->erase("not there"); },
            [](const SegmentBytes&) {});
    }
    return steps;
}

Steps step_through_attach(const Scenario& scenario) {
    Stepped stepped(scenario);
    CopiedCache cache = stepped.copy();
    std::optional<Cache> own;
    return stepped.walk(
        cache, [] {}, [&] { own = cache.attach(); }, [](const SegmentBytes&) {});
}

Steps step_through_detach(const Scenario& scenario) {
    Stepped stepped(scenario);
    CopiedCache cache = stepped.copy();
    std::optional<Cache> own;
    const auto join = [&] {
        own = cache.attach();
        stepped.act(*own);
    };
    return stepped.walk(
        cache, join, [&] { own.reset(); }, [](const SegmentBytes&) {});
}

}  // namespace dummycache::test
