// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <fstream>

#include <sys/stat.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Fault;
using ipc::Kind;
using ipc::Segment;

namespace {

int fault_of_remove(const TestName& name) {
    return fault_of([&] { Segment::remove(name.get(), kLockTimeoutMs); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_segment_remove)

BOOST_AUTO_TEST_CASE(a_removed_segment_is_gone_and_whoever_was_attached_notices) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_TEST(!segment->stale());
        BOOST_TEST(Segment::remove(segment->name(), kLockTimeoutMs));
        BOOST_TEST(!std::filesystem::exists(segment->name().path));
        BOOST_TEST(segment->stale());
        BOOST_TEST(segment->superblock().state.load() == 2U);
        BOOST_TEST(segment.name().leftovers().empty());
        BOOST_TEST(!Segment::remove(segment->name(), kLockTimeoutMs));
        BOOST_TEST(segment.name().leftovers().empty());
    }
}

BOOST_AUTO_TEST_CASE(removing_from_a_missing_directory_says_there_was_none) {
    BOOST_TEST(!Segment::remove(ipc::parse_name("/nowhere/at/all/cache"), 100));
}

BOOST_AUTO_TEST_CASE(what_a_dead_creator_left_goes_too) {
    for (const Kind kind : kNamedKinds) {
        for (const bool there : {true, false}) {
            const TestName name(kind);
            const auto segment = there ? name.create() : nullptr;
            std::ofstream(ipc::temporary_path(name.get())) << "half a cache";
            BOOST_TEST(Segment::remove(name.get(), kLockTimeoutMs) == there);
            BOOST_TEST(name.leftovers().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_foreign_file_is_never_removed) {
    for (const std::string& content : {std::string("text"), std::string(10'000, 'x')}) {
        const TestName name(Kind::file);
        std::ofstream(name.get().path) << content;
        BOOST_TEST(fault_of_remove(name) == number(Fault::not_a_segment));
        BOOST_TEST(std::filesystem::file_size(name.get().path) == content.size());
        BOOST_TEST(name.leftovers().empty());
    }
    const TestFolder folder;
    BOOST_TEST(fault_of([&] { Segment::remove(ipc::parse_name(folder.path()), 100); }) ==
               number(Fault::not_a_file));
    BOOST_TEST(std::filesystem::exists(folder.path()));
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_no_cache_to_remove_and_stays) {
    const TestName name(Kind::file);
    std::ofstream(name.get().path).flush();
    BOOST_TEST(!Segment::remove(name.get(), kLockTimeoutMs));
    BOOST_TEST(std::filesystem::exists(name.get().path));
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_CASE(the_target_of_a_symbolic_link_is_never_removed) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        const TestName link(kind);
        std::filesystem::create_symlink(segment->name().path, link.get().path);
        BOOST_TEST(fault_of_remove(link) == number(Fault::not_a_file));
        BOOST_TEST(!segment->stale());
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_segment_can_be_removed) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        BOOST_REQUIRE(::truncate(segment->name().path.c_str(), 5000) == 0);
        BOOST_TEST(Segment::remove(segment->name(), kLockTimeoutMs));
        BOOST_TEST(!std::filesystem::exists(segment->name().path));
    }
    const TestName name(Kind::shared);
    std::ofstream(name.get().path) << "noise";
    BOOST_TEST(Segment::remove(name.get(), kLockTimeoutMs));
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_remover_killed_anywhere_leaves_what_the_next_one_can_remove_or_replace) {
    for (const Kind kind : kNamedKinds) {
        for (const bool replace : {false, true}) {
            auto segment = std::make_unique<TestSegment>(kind);
            const auto body = [&] { Segment::remove((*segment)->name(), kLockTimeoutMs); };
            const int deaths = die_at_every_point(body, [&](int nth) {
                BOOST_TEST_CONTEXT(kind_name(kind) << ", kill point " << nth) {
                    const TestName& name = segment->name();
                    if (replace && (*segment)->stale()) BOOST_TEST(name.create() != nullptr);
                    Segment::remove(name.get(), kLockTimeoutMs);
                    BOOST_TEST((*segment)->stale());
                    BOOST_TEST(!std::filesystem::exists(name.get().path));
                    BOOST_TEST(name.leftovers().empty());
                }
                segment = std::make_unique<TestSegment>(kind);
            });
            BOOST_TEST(deaths >= 5);
        }
    }
}
#endif

BOOST_AUTO_TEST_CASE(creators_and_removers_that_race_leave_one_segment_or_none) {
    const TestName name(Kind::shared);
    std::vector<std::unique_ptr<TalkingChild>> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(std::make_unique<TalkingChild>([&](Line&) {
            for (int round = 0; round < 200; ++round) {
                if (i % 2 == 0) {
                    static_cast<void>(name.create());
                } else {
                    Segment::remove(name.get(), kLockTimeoutMs);
                }
                const int fault = fault_of([&] {
                    const auto segment = name.attach();
                    const ipc::Membership self(*segment);
                });
                if (fault != -1 && fault != number(Fault::not_found) && fault != number(Fault::removed))
                    return 1;
            }
            return 0;
        }));
    }
    for (auto& child : children) BOOST_TEST(child->wait() == 0);
    Segment::remove(name.get(), kLockTimeoutMs);
    BOOST_TEST(name.leftovers().empty());
}

BOOST_AUTO_TEST_SUITE_END()
