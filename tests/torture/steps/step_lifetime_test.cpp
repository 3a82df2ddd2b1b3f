// SPDX-License-Identifier: MIT
// Goal: a process may be killed after any instruction of creating or removing a cache; whoever comes
// next creates, opens and removes it as if nothing had been, and no memory stays taken.
// Method: a child is run instruction by instruction. Names in /dev/shm change in system calls only;
// after each that changes them, and whenever the named segment's bytes have changed, copies under
// another name are what a kill would leave. What a creator writes before the segment has its name
// is read by nobody: the next creator removes it.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "support/test_cache.hpp"
#include "torture/steps/segment_bytes.hpp"
#include "torture/steps/stepper.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

namespace fs = std::filesystem;

const fs::path kFolder = "/dev/shm";

/// Sizes of the files whose names hold a cache's name: the segment, the temporary one, the lock file.
std::map<std::string, std::uintmax_t> objects_of(const std::string& name) {
    std::map<std::string, std::uintmax_t> objects;
    for (const auto& entry : fs::directory_iterator(kFolder)) {
        const std::string file = entry.path().filename();
        if (file.ends_with("." + name)) objects[file] = entry.file_size();
    }
    return objects;
}

/// What the next process finds, under another name.
class LeftBehind {
public:
    LeftBehind(const std::string& name, const std::map<std::string, std::uintmax_t>& objects)
        : name_(Kind::shared) {
        for (const auto& [file, size] : objects)
            fs::copy_file(kFolder / file,
                          kFolder / (file.substr(0, file.size() - name.size()) + name_.text()));
    }

    void check() const {
        {
            Cache cache = Cache::open(name_.text(), options_of(kMiB));
            BOOST_TEST(cache.incr("n") > 0);
            BOOST_TEST(problems_of(cache) == "");
            BOOST_TEST(cache.info().processes.size() == 1U);
        }
        BOOST_TEST(Cache::remove(name_.text()));
        BOOST_TEST(objects_of(name_.text()).empty());
    }

private:
    TestName name_;
};

/// Runs `body` step by step; returns how many different things could be left behind.
int step_through_lifetime(const std::string& name, const std::function<void()>& body) {
    int states = 0;
    auto objects = objects_of(name);
    std::optional<FollowedSegment> segment;
    const std::string path = (kFolder / ("dummycache." + std::to_string(::geteuid()) + "." + name)).string();
    const auto look = [&](bool system_call) {
        bool changed = segment && segment->change() != FollowedSegment::Change::none;
        if (system_call) {
            auto now = objects_of(name);
            changed = changed || now != objects;
            objects = std::move(now);
            if (!segment && fs::exists(path)) segment.emplace(path);
        }
        if (!changed) return;
        BOOST_TEST_CONTEXT("state " << ++states) { LeftBehind(name, objects).check(); }
    };
    const std::uint64_t instructions = single_step([] {}, body, look);
    std::cout << states << " states of " << instructions << " instructions" << std::endl;
    return states;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(step_lifetime)

BOOST_AUTO_TEST_CASE(a_creator_killed_at_any_instruction_is_in_nobodys_way) {
    const TestName name(Kind::shared);
    BOOST_TEST(step_through_lifetime(name.text(), [&] { Cache::create(name.text(), options_of(kMiB)); }) >
               20);
}

BOOST_AUTO_TEST_CASE(a_remover_killed_at_any_instruction_is_in_nobodys_way) {
    const TestName name(Kind::shared);
    Cache::open(name.text(), options_of(kMiB)).set("a", "1");
    BOOST_TEST(step_through_lifetime(name.text(), [&] { Cache::remove(name.text()); }) >= 4);
}

BOOST_AUTO_TEST_SUITE_END()
