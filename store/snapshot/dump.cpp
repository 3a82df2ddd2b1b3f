// SPDX-License-Identifier: MIT
#include "dummycache/snapshot.hpp"
#include "store/api/on_attachment.hpp"
#include "store/snapshot/binary_writer.hpp"
#include "store/snapshot/live_source.hpp"
#include "store/snapshot/output.hpp"
#include "store/snapshot/text_writer.hpp"

namespace dummycache {

namespace {

using namespace store::snapshot;

std::uint64_t write(const Cache& cache, Output& output, const DumpOptions& options) {
    const auto image = store::on_attachment(cache, [&](store::Attachment& attachment) {
        return std::make_unique<LiveSource>(attachment, "dump", options.checkpoint,
                                            KeyFilter(options.match, options.any_of), options.ttl);
    });
    LiveSource& source = *image;
    const std::uint64_t entries = source.total();
    const auto report = [&] {
        if (options.progress) options.progress(source.done(), entries);
    };
    if (options.format == SnapshotFormat::binary) {
        write_binary(output, source, entries, source.bytes(), report);
    } else {
        write_text(output, source, report);
    }
    report();
    output.finish();
    return entries;
}

}  // namespace

std::uint64_t dump(const Cache& cache, const std::string& path, const DumpOptions& options) {
    return store::rethrow_as_error([&] {
        const auto output = open_output(path);
        return write(cache, *output, options);
    });
}

std::uint64_t dump(const Cache& cache, std::ostream& stream, const DumpOptions& options) {
    return store::rethrow_as_error([&] {
        const auto output = open_output(stream);
        return write(cache, *output, options);
    });
}

}  // namespace dummycache
