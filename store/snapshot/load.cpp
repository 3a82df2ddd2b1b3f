// SPDX-License-Identifier: MIT
// Reads the input twice: first to check it and to estimate its size, and then to store it.
#include <functional>

#include "dummycache/snapshot.hpp"
#include "store/api/on_attachment.hpp"
#include "store/cache/bulk_writer.hpp"
#include "store/snapshot/source.hpp"
#include "store/snapshot/space_estimate.hpp"

namespace dummycache {

namespace {

using namespace store::snapshot;
using store::Attachment;
using store::Condition;

/// Calls the user's progress callback from time to time.
class Reporter {
public:
    Reporter(const Progress& progress, std::uint64_t before, const Input& input)
        : progress_(progress), before_(before), input_(input) {}

    void operator()(const RecordSource& source) {
        if (progress_ && ++calls_ % kEvery == 0) progress_(before_ + source.done(), 2 * input_.size());
    }

private:
    static constexpr unsigned kEvery = 1024;

    const Progress& progress_;
    std::uint64_t before_;
    const Input& input_;
    unsigned calls_ = 0;
};

void check_all(const Attachment& attachment, const Input& input, const LoadOptions& options,
               SpaceEstimate& estimate) {
    constexpr unsigned kEvery = 256;  // records between two looks at the room
    const std::uint64_t most = store::most_value_bytes(attachment);
    MatchingSource source(open_in_any_order(input, most), options.match);
    Reporter report(options.progress, 0, input);
    unsigned records = 0;
    for (Record record; source.next(record);) {
        store::check_value(attachment, record.value_bytes, "load");
        estimate.add(record);
        // An input without an end is left here.
        if (++records % kEvery == 0 || record.value_bytes > kLongValue) estimate.check_room(attachment);
        report(source);
    }
    check_keys(input, source.all());
}

void store_one(store::BulkWriter& writer, RecordSource& source, const Record& record, Condition condition,
               std::uint64_t deadline_us) {
    store::WriteRequest request{"load",    record.key, record.value, {}, record.codec,
                                condition, 0,          deadline_us};
    if (!record.is_long()) return writer.write(request);
    std::string_view part;
    const store::StagedPages::Pull pull = [&](std::byte* to, std::size_t bytes) {
        while (bytes != 0) {
            if (part.empty()) part = source.more();
            if (part.empty())
                throw Error(ErrorCode::bad_snapshot, "load: the file was changed while it was read");
            const std::size_t now = std::min(bytes, part.size());
            store::copy_bytes(to, reinterpret_cast<const std::byte*>(part.data()), now);
            part.remove_prefix(now);
            to += now;
            bytes -= now;
        }
    };
    request.pulled_bytes = record.value_bytes;
    request.pull = &pull;
    writer.write(request);
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

LoadResult store_all(Attachment& attachment, const Input& input, const LoadOptions& options) {
    MatchingSource source(open_in_any_order(input), options.match);
    Reporter report(options.progress, input.size(), input);
    const Condition condition =
        options.mode == LoadMode::only_missing ? Condition::if_absent : Condition::always;
    const bool is_part = options.match != "*";
    store::BulkWriter writer(attachment, "load", options.mode == LoadMode::replace && !is_part,
                             last_part(input.name()));
    const std::uint64_t now_us = attachment.now_us();
    for (Record record; source.next(record);) {
        const std::chrono::microseconds ttl = options.ttl(record.ttl);
        const std::uint64_t deadline =
            ttl == kForever
                ? 0
                : std::min(now_us + static_cast<std::uint64_t>(ttl.count()), layout::kMaxDeadline);
        store_one(writer, source, record, condition, deadline);
        report(source);
    }
    if (options.mode == LoadMode::replace && is_part)
        writer.erase_older([&](std::string_view key) { return glob_matches(options.match, key); });
    writer.finish();
    return {writer.stored(), source.unmatched(), writer.present()};
}

/// A load that fails leaves no memory taken for it, once nobody uses the cache.
template <class Act>
LoadResult or_give_back(Attachment& attachment, Act&& act) {
    try {
        return act();
    } catch (...) {
        attachment.gives_back.store(true, std::memory_order_relaxed);
        throw;
    }
}

LoadResult load_from(Cache& cache, const Input& input, const LoadOptions& options) {
    return store::on_attachment(cache, [&](Attachment& attachment) {
        SpaceEstimate estimate(attachment.memory);
        check_all(attachment, input, options, estimate);
        const LoadResult result = or_give_back(attachment, [&] {
            estimate.reserve(attachment);
            return store_all(attachment, input, options);
        });
        if (options.progress) options.progress(2 * input.size(), 2 * input.size());
        return result;
    });
}

}  // namespace

LoadResult load(Cache& cache, const std::string& path, const LoadOptions& options) {
    return store::rethrow_as_error([&] { return load_from(cache, Input(path), options); });
}

LoadResult load(Cache& cache, const SnapshotSource& source, const LoadOptions& options) {
    if (source.cache() != nullptr)
        throw Error(ErrorCode::invalid_argument, "load: a cache is no snapshot; dump it first, or fork it");
    if (source.input() == nullptr) return load(cache, source.path(), options);
    return store::rethrow_as_error([&] { return load_from(cache, *source.input(), options); });
}

LoadResult load(Cache& cache, std::istream& stream, const LoadOptions& options, const std::string& name) {
    return store::rethrow_as_error([&] { return load_from(cache, input_from(stream, name), options); });
}

}  // namespace dummycache
