// SPDX-License-Identifier: MIT
// Questions about history while others make it.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <dummycache/history.hpp>

#include "store/history/write_times.hpp"
#include "store/shard/shard_guard.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

BOOST_AUTO_TEST_SUITE(store_history_threads)

BOOST_AUTO_TEST_CASE(threads_ask_while_others_write_and_each_answer_is_one_that_was_true) {
    TestCache cache(Kind::shared);
    std::atomic<bool> ends{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            Cache own = cache.attach();
            const std::string key = std::to_string(i);
            for (int round = 0; !ends; ++round) {
                own.set(key, "v");
                own.erase(key);
                if (round % 64 != 0) continue;
                // More samples than there would be in this time.
                store::Attachment& attachment = attachment_of(own);
                const store::ShardGuard guard = store::lock_shard(attachment, 0, "test");
                store::take_sample_locked(guard.locked(), ipc::boot_us() / 1000);
            }
        });
        threads.emplace_back([&, i] {
            Cache own = cache.attach();
            const std::string key = std::to_string(i);
            while (!ends) {
                const Explanation known = why(own, key);
                const bool may_be = known.fate == Fate::present || known.fate == Fate::deleted ||
                                    known.fate == Fate::not_written;
                const bool is_old =
                    known.written && known.written->ago && *known.written->ago > std::chrono::minutes(2);
                if (!may_be || is_old) ++wrong;
                static_cast<void>(History(own).clients());
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    ends = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
