// SPDX-License-Identifier: MIT
// Who used a segment: records that outlive their processes.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "ipc/process/client_table.hpp"
#include "unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;

namespace {

/// A process that writes.
class Writer : public Membership {
public:
    Writer(ipc::Segment& segment, std::string name)
        : Membership(segment, {}, ipc::Joins::at_once, std::move(name)) {
        become_client();
    }
};

bool knows(ipc::Segment& segment, const std::string& name) {
    for (std::uint32_t number = 0; number < segment.clients().size(); ++number) {
        const auto client = ipc::client_of(segment, number);
        if (client && client->name == name) return true;
    }
    return false;
}
const char* deadly_point = nullptr;

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_client_table)

BOOST_AUTO_TEST_CASE(a_client_is_known_by_program_name_and_pid_and_stays_known) {
    const TestSegment segment(Kind::shared);
    std::uint32_t number = 0;
    {
        Writer self(*segment, "gw1");
        number = self.client();
        const auto client = ipc::client_of(*segment, number);
        BOOST_REQUIRE(client.has_value());
        BOOST_TEST(client->name == "gw1");
        BOOST_TEST(!client->program.empty());
        BOOST_TEST(client->pid == static_cast<std::uint32_t>(::getpid()));
        BOOST_TEST(client->uid == ::geteuid());
        BOOST_TEST(client->since_era == 0U);
        BOOST_TEST(client->is_attached);
    }
    const auto left = ipc::client_of(*segment, number);
    BOOST_REQUIRE(left.has_value());
    BOOST_TEST(left->name == "gw1");
    BOOST_TEST(!left->is_attached);
}

BOOST_AUTO_TEST_CASE(a_process_keeps_its_record_when_it_comes_back_and_has_one_for_each_name) {
    const TestSegment segment(Kind::shared);
    std::set<std::uint32_t> numbers;
    for (int i = 0; i < 20; ++i) {
        Writer one(*segment, "one");
        Writer same(*segment, "one");
        Writer two(*segment, "two");
        BOOST_TEST(one.client() == same.client());
        BOOST_TEST(one.client() != two.client());
        numbers.insert({one.client(), same.client(), two.client()});
    }
    BOOST_TEST(numbers.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_process_that_only_reads_takes_no_record) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment, {}, ipc::Joins::at_once, "reader");
    static_cast<void>(self.token());
    BOOST_TEST(self.client() == layout::kNoClient);
    BOOST_TEST(!knows(*segment, "reader"));
}

BOOST_AUTO_TEST_CASE(a_full_table_gives_away_the_record_whose_client_wrote_longest_ago) {
    const TestSegment segment(Kind::shared);
    const auto count = static_cast<std::uint32_t>(segment->clients().size());
    BOOST_TEST(count == layout::clients_for(segment->identity().process_slots));
    for (std::uint32_t i = 0; i < count; ++i) {
        const Writer self(*segment, std::to_string(i));
        BOOST_TEST(self.client() == i);
        ipc::note_client_writes(*segment, i, i == 5 ? 10 : 100 + i);
    }
    const std::uint64_t era = segment->superblock().era.load();
    Writer next(*segment, "next");
    BOOST_TEST(next.client() == 5U);
    BOOST_TEST(ipc::client_of(*segment, 5)->since_era == segment->superblock().era.load());
    BOOST_TEST(segment->superblock().era.load() == era + 1);
    const auto client = ipc::client_of(*segment, 5);
    BOOST_REQUIRE(client.has_value());
    BOOST_TEST(client->name == "next");
    // It is attached, so the next one gets another's, though this one has written nothing yet.
    const Writer another(*segment, "another");
    BOOST_TEST(another.client() == 0U);
}

BOOST_AUTO_TEST_CASE(a_further_client_of_an_attached_process_keeps_its_record) {
    const TestSegment segment(Kind::shared);
    Writer holder(*segment, "holder");
    const std::uint32_t load = holder.further_client({ipc::ClientKind::load, "users.jsonl", {}});
    const auto count = static_cast<std::uint32_t>(segment->clients().size());
    for (std::uint32_t i = 0; i < count; ++i) {
        ipc::note_client_writes(*segment, load, 1);  // the longest ago
        const Writer next(*segment, std::to_string(i));
        BOOST_REQUIRE(next.client() != load);
    }
    BOOST_TEST(ipc::client_of(*segment, load)->program == "users.jsonl");
}

BOOST_AUTO_TEST_CASE(a_record_whose_next_client_died_while_it_took_it_is_nobodys) {
    const TestSegment segment(Kind::shared);
    const auto count = static_cast<std::uint32_t>(segment->clients().size());
    for (std::uint32_t i = 0; i < count; ++i) const Writer self(*segment, std::to_string(i));
    ipc::note_client_writes(*segment, 3, 1);
    deadly_point = "client taken";
    TalkingChild child([&](Line&) {
        ipc::kill_point_hook = [](const char* name) {
            if (std::string_view(name) == deadly_point) ::raise(SIGKILL);
        };
        const Writer self(*segment, "dead");
        return 1;
    });
    BOOST_TEST(child.wait() == -SIGKILL);
    BOOST_TEST(!ipc::client_of(*segment, 3).has_value());
    BOOST_TEST(!knows(*segment, "3"));
}

BOOST_AUTO_TEST_CASE(a_client_that_died_while_it_took_a_record_is_not_known_and_its_record_is_taken_again) {
    const TestSegment segment(Kind::shared);
    for (const char* const point : {"client taken", "client ready"}) {
        TalkingChild child([&](Line&) {
            deadly_point = point;
            ipc::kill_point_hook = [](const char* name) {
                if (std::string_view(name) == deadly_point) ::raise(SIGKILL);
            };
            const Writer self(*segment, "dead");
            return 1;
        });
        BOOST_TEST(child.wait() == -SIGKILL);
        BOOST_TEST(knows(*segment, "dead") == (std::string(point) == "client ready"));
    }
    Writer self(*segment, "self");
    BOOST_TEST(self.client() != layout::kNoClient);
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_between_characters) {
    const TestSegment segment(Kind::shared);
    const std::string name(23, 'x');
    Writer self(*segment, name + "\xc3\xa4");
    BOOST_TEST(ipc::client_of(*segment, self.client())->name == name);
    const std::uint32_t load = self.further_client({ipc::ClientKind::load, std::string(300, 'p'), {}});
    BOOST_TEST(ipc::client_of(*segment, load)->program == std::string(32, 'p'));
    BOOST_TEST((ipc::client_of(*segment, load)->kind == ipc::ClientKind::load));
}

BOOST_AUTO_TEST_CASE(a_forked_child_is_a_client_of_its_own) {
    const TestSegment segment(Kind::shared);
    Writer self(*segment, "w");
    TalkingChild child([&](Line&) {
        self.become_client();
        const auto client = ipc::client_of(*segment, self.client());
        return client && client->pid == static_cast<std::uint32_t>(::getpid()) ? 0 : 1;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(ipc::client_of(*segment, self.client())->pid == static_cast<std::uint32_t>(::getpid()));
}

BOOST_AUTO_TEST_CASE(damaged_records_are_told_as_they_are_and_break_nothing) {
    const TestSegment segment(Kind::shared);
    for (auto& byte : std::span(reinterpret_cast<unsigned char*>(segment->clients().data()),
                                segment->clients().size_bytes()))
        byte = 0xff;
    for (std::uint32_t i = 0; i < 2000; ++i) static_cast<void>(ipc::client_of(*segment, i));
    const Writer self(*segment, "self");
    BOOST_TEST(ipc::client_of(*segment, self.client())->name == "self");
}

BOOST_AUTO_TEST_SUITE_END()
