// SPDX-License-Identifier: MIT
#include "fuzz/run_script.hpp"

#include <cstdio>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include "dummycache/snapshot.hpp"
#include "fuzz/damaged_object.hpp"

namespace dummycache::fuzz {

namespace {

using namespace std::chrono_literals;

Reached counts;

/// Makes one call; an Error is an answer like any other.
template <class Call>
void allow_errors(Call&& call) {
    try {
        call();
    } catch (const Error&) {
        ++counts.errors;
    }
}

/// Reads every byte that it is shown.
void look_at(std::string_view bytes) {
    const std::string copy(bytes);
    asm volatile("" : : "r"(copy.data()) : "memory");
}

class Session {
public:
    Session(const GoodImage& image, DamagedObject& object, bool waits) : image_(image), object_(object) {
        if (waits) options_.lock_timeout = 2ms;
    }

    void attach() {
        if (tried_) return;
        tried_ = true;
        allow_errors([&] {
            cache_ = Cache::attach(object_.name(), options_);
            ++counts.attached;
        });
    }

    [[nodiscard]] bool tried() const noexcept { return tried_; }
    [[nodiscard]] std::optional<Cache>& cache() noexcept { return cache_; }

    void call(const Step& step) {
        if (!cache_) return;
        allow_errors([&] { dispatch(step); });
    }

    /// Every call, on some keys that are there and one that is not.
    void call_all() {
        if (!cache_) return;
        Step step{Verb::call, Place::raw, 0, 0, How::word, 0, 0};
        for (std::uint16_t call = 0; call < kCalls; ++call) {
            if (call == kSlowCall) continue;
            step.field = static_cast<std::uint8_t>(call);
            step.index = static_cast<std::uint16_t>(call * 5);
            step.other = static_cast<std::uint16_t>(call * 97);
            this->call(step);
        }
        object_.kill_writers();
        allow_errors([&] { cache_->set("after the rebuild", "value"); });
        allow_errors([&] { fill(40, 900); });
        allow_errors([&] { visit(); });
        allow_errors([&] { dump_and_digest(); });
        allow_errors([&] { counts.sound += cache_->check().empty(); });
        allow_errors([&] { counts.rebuilt += cache_->stats().recoveries != 0; });
    }

    static constexpr std::uint16_t kCalls = 32;
    static constexpr std::uint16_t kSlowCall = 24;  ///< left to scripts that want it

private:
    /// A lock is waited for only if the script wants it: most runs would sleep most of their time.
    static Options patient_for_nothing() {
        Options options;
        options.lock_timeout = 0ms;
        return options;
    }

    [[nodiscard]] const std::string& key(std::size_t index) const {
        return image_.keys[index % image_.keys.size()];
    }

    void read(const std::string& key) {
        allow_errors([&] {
            if (const auto value = cache_->get(key)) {
                look_at(*value);
                ++counts.hits;
            }
        });
        char buffer[100];
        allow_errors([&] { static_cast<void>(cache_->get(key, buffer)); });
        allow_errors([&] { static_cast<void>(cache_->get_entry(key)); });
        allow_errors([&] { static_cast<void>(cache_->peek(key)); });
        allow_errors([&] { static_cast<void>(cache_->contains(key)); });
        allow_errors([&] { static_cast<void>(cache_->ttl(key)); });
    }

    /// New entries, until pages have to be found.
    void fill(unsigned count, std::size_t bytes) {
        const std::string value(bytes, 'v');
        for (unsigned i = 0; i < count; ++i) cache_->set("new" + std::to_string(i), value);
    }

    void visit() const {
        cache_->visit([](const EntryView& entry) {
            look_at(entry.key);
            look_at(entry.value);
            return true;
        });
    }

    void dump_and_digest() const {
        look_at(digest(*cache_));
        std::ostringstream stream;
        dump(*cache_, stream);
    }

    void read_all() {
        for (const std::string& each : image_.keys) read(each);
    }

    void dispatch(const Step& step) {
        Cache& cache = *cache_;
        const std::string& name = key(step.index);
        const std::string value(step.other % 2'000, 'x');
        switch (step.field % kCalls) {
            case 0: return read(name);
            case 1: return read_all();
            case 2: return static_cast<void>(cache.check());
            case 3: return visit();
            case 4: return static_cast<void>(cache.stats());
            case 5: return static_cast<void>(cache.info());
            case 6: return static_cast<void>(cache.set(name, value));
            case 7: return static_cast<void>(cache.set(name, value, Timeout(1s)));
            case 8: return static_cast<void>(cache.set(name, std::string(60'000, 'y')));
            case 9: return static_cast<void>(cache.add("absent" + std::to_string(step.other), value));
            case 10: return static_cast<void>(cache.replace(name, value));
            case 11: return static_cast<void>(cache.set_if(name, value, step.value));
            case 12: return static_cast<void>(cache.erase(name));
            case 13: return static_cast<void>(cache.touch(name, Timeout(5s)));
            case 14: return static_cast<void>(cache.persist(name));
            case 15: return static_cast<void>(cache.incr(name, static_cast<std::int64_t>(step.value)));
            case 16: return static_cast<void>(cache.append(name, value));
            case 17: return static_cast<void>(cache.append(name, std::string(20'000, 'z')));
            case 18: return static_cast<void>(cache.take(name));
            case 19: return static_cast<void>(cache.get_many({name, "absent", key(step.other)}));
            case 20: return static_cast<void>(cache.erase_if("*1*"));
            case 21:
                return static_cast<void>(cache.wait(
                    name, [](const auto&) { return false; }, 0ms));
            case 22: return static_cast<void>(cache.get_or_set(name, value));
            case 23: return fill(60, 700);
            case kSlowCall: return fill(600, 10);
            case 25: return static_cast<void>(cache.set(std::string(9'000, 'q'), std::string(200'000, 'y')));
            case 26: return static_cast<void>(cache.set_many({{name, "1"}, {"new0", "2"}}));
            case 27: return static_cast<void>(cache.erase_many({name, "new0", "new1"}));
            case 28: return static_cast<void>(Cache::attach(object_.name(), options_));
            case 29: return object_.kill_writers();
            case 30: return static_cast<void>(cache.decr("new counter", 3));
            default: return cache.clear();
        }
    }

    const GoodImage& image_;
    DamagedObject& object_;
    Options options_ = patient_for_nothing();
    std::optional<Cache> cache_;
    bool tried_ = false;
};

}  // namespace

void run_script(std::span<const std::uint8_t> input) {
    const Script script = parse(input);
    constexpr std::size_t kImages[] = {0, 1, 2, 3, 4, 0, 1, 3};  // the one with many entries is slow
    const GoodImage& image = good_images()[kImages[script.image % std::size(kImages)]];
    DamagedObject object(image);
    Session session(image, object, (script.flags & kWaits) != 0);
    ++counts.runs;
    const auto attach = [&] {
        if (session.tried()) return;
        object.finish(script.flags);
        session.attach();
        counts.imported +=
            session.cache() && image.kind == ipc::Kind::file && (script.flags & kOtherBoot) != 0;
    };
    for (const Step& step : script.steps) {
        switch (step.verb) {
            case Verb::edit: object.edit(step); break;
            case Verb::resize:
                if (!session.tried()) object.resize(step);
                break;
            case Verb::attach: attach(); break;
            default: attach(); session.call(step);
        }
    }
    attach();
    session.call_all();
}

const Reached& reached() { return counts; }

void print_reached() {
    std::printf(
        "fuzz: %lu runs, %lu attached, %lu imported, %lu rebuilt, %lu sound at the end, %lu hits, %lu "
        "errors\n",
        counts.runs, counts.attached, counts.imported, counts.rebuilt, counts.sound, counts.hits,
        counts.errors);
    std::fflush(stdout);
}

}  // namespace dummycache::fuzz
