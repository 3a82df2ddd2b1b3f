// SPDX-License-Identifier: MIT
// check_snapshots FOLDER: every snapshot that was ever committed there is read as it was meant, and a state of
// the present format is written as it always was. FOLDER/snapshots.txt says what is there.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "dummycache/snapshot.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;

namespace {

/// A line of snapshots.txt.
struct Expected {
    std::string file;
    std::string digest;  ///< with exact remaining times
    std::string dumped;  ///< the file that holds what a dump of the loaded state gives; - if none does
};

int failures = 0;

void check(bool holds, const std::string& what) {
    if (holds) return;
    std::cerr << "format.snapshots: " << what << '\n';
    ++failures;
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    check(file.is_open(), path.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string exact_digest(const SnapshotSource& source) {
    SummaryOptions options;
    options.exact_ttl = true;
    return summarize(source, options).digest;
}

void check_file(const std::filesystem::path& folder, const Expected& expected) {
    const std::string path = (folder / expected.file).string();
    const std::string found = exact_digest(SnapshotSource::file(path));
    check(found == expected.digest, expected.file + " has the digest " + found);
    test::FrozenCache cache(Kind::private_memory);
    load(*cache, path);
    check(exact_digest(*cache) == expected.digest, expected.file + " is another state when it is loaded");
    if (expected.dumped == "-") return;
    DumpOptions options;
    options.format = expected.dumped.ends_with(".dcs") ? SnapshotFormat::binary : SnapshotFormat::text;
    std::ostringstream dumped;
    dump(*cache, dumped, options);
    check(dumped.str() == bytes_of(folder / expected.dumped),
          "a dump of what " + expected.file + " holds is not " + expected.dumped);
}

void check_all(const std::filesystem::path& folder) {
    std::istringstream lines(bytes_of(folder / "snapshots.txt"));
    std::map<std::string, std::string> digests;  // of files that differ in their format only
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        Expected expected;
        std::istringstream(line) >> expected.file >> expected.digest >> expected.dumped;
        check_file(folder, expected);
        const auto [place, is_first] =
            digests.emplace(std::filesystem::path(expected.file).stem(), expected.digest);
        check(is_first || place->second == expected.digest,
              expected.file + " is not the other format's state");
    }
    check(!digests.empty(), "nothing to compare");
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "check_snapshots FOLDER\n";
        return 2;
    }
    try {
        check_all(arguments[1]);
    } catch (const std::exception& error) {
        check(false, error.what());
    }
    return failures == 0 ? 0 : 1;
}
