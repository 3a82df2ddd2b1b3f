// SPDX-License-Identifier: MIT
#include "fuzz/mutate_snapshot.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "dummycache/text.hpp"
#include "fuzz/snapshot_draft.hpp"
#include "store/snapshot/record.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t bytes, std::size_t most);

namespace dummycache::fuzz {

namespace {

constexpr std::size_t kGrowth = 64;

std::uint32_t below(std::mt19937& random, std::size_t bound) {
    return static_cast<std::uint32_t>(random() % bound);
}

template <class Items>
auto& any_of(Items& items, std::mt19937& random) {
    return items[below(random, std::size(items))];
}

/// As libFuzzer changes bytes.
void mutate_bytes(std::string& bytes) {
    const std::size_t old = bytes.size();
    bytes.resize(old + kGrowth);
    bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), old, bytes.size()));
}

std::uint64_t edge(std::mt19937& random) {
    static constexpr std::uint64_t kEdges[] = {0,
                                               1,
                                               2,
                                               255,
                                               65'535,
                                               65'536,
                                               store::snapshot::kLongValue,
                                               store::snapshot::kLongValue + 1,
                                               std::uint64_t{1} << 20,
                                               std::uint64_t{1} << 31,
                                               (std::uint64_t{1} << 32) - 1,
                                               (std::uint64_t{1} << 38) - 1,
                                               std::uint64_t{1} << 38,
                                               std::uint64_t{63'244'800'000} * 1'000'000,
                                               (std::uint64_t{1} << 56) - 1,
                                               std::uint64_t{1} << 56,
                                               (std::uint64_t{1} << 63) - 1,
                                               std::uint64_t{1} << 63,
                                               ~std::uint64_t{0}};
    return any_of(kEdges, random) + below(random, 3) - 1;
}

/// Erases, repeats or exchanges.
template <class Item>
void rearrange(std::vector<Item>& items, std::mt19937& random) {
    if (items.empty()) return;
    const auto at = items.begin() + below(random, items.size());
    switch (below(random, 3)) {
        case 0: items.erase(at); return;
        case 1: {
            const Item copy = *at;
            items.insert(items.begin() + below(random, items.size() + 1), copy);
            return;
        }
        default: std::swap(*at, any_of(items, random));
    }
}

void sort_by_key(std::vector<DraftRecord>& records) {
    const auto less = [](const DraftRecord& a, const DraftRecord& b) { return a.key < b.key; };
    const auto same = [](const DraftRecord& a, const DraftRecord& b) { return a.key == b.key; };
    std::stable_sort(records.begin(), records.end(), less);
    records.erase(std::unique(records.begin(), records.end(), same), records.end());
}

void mutate_record(DraftRecord& record, std::mt19937& random) {
    const bool is_long = record.value.size() != record.head.value_bytes;
    switch (below(random, 6)) {
        case 0:
            mutate_bytes(record.key);
            record.head.key_bytes = static_cast<std::uint16_t>(record.key.size());
            return;
        case 1:
            mutate_bytes(record.value);
            if (!is_long) record.head.value_bytes = record.value.size();
            return;
        case 2: record.head.codec = static_cast<std::uint8_t>(below(random, 7)); return;
        case 3: record.head.ttl_us = edge(random); return;
        case 4: record.head.value_bytes = edge(random); return;
        default: record.head.key_bytes = static_cast<std::uint16_t>(edge(random));
    }
}

void mutate_records(DraftBlock& block, std::mt19937& random) {
    auto records = split(block.payload);
    if (!records) return mutate_bytes(block.payload);
    if (records->empty() || below(random, 8) == 0) {
        DraftRecord made;
        made.key = std::string(1 + below(random, 4), static_cast<char>('a' + below(random, 26)));
        made.head.key_bytes = static_cast<std::uint16_t>(made.key.size());
        records->push_back(made);
    }
    if (below(random, 4) == 0) {
        rearrange(*records, random);
    } else {
        mutate_record(any_of(*records, random), random);
    }
    if (below(random, 8) != 0) sort_by_key(*records);
    block.payload = joined(*records);
    block.records = static_cast<std::uint32_t>(records->size());
}

void mutate_head(format::Head& head, std::mt19937& random) {
    switch (below(random, 4)) {
        case 0: head.version = static_cast<std::uint32_t>(edge(random)); return;
        case 1: head.flags = static_cast<std::uint32_t>(edge(random)); return;
        case 2: head.entries = edge(random); return;
        default: head.bytes = edge(random);
    }
}

/// JSON of every sort, with nothing wrong.
std::string made_json(std::mt19937& random, unsigned depth = 0) {
    static const char* const kScalars[] = {"null",
                                           "true",
                                           "-0",
                                           "1.50",
                                           "1e-7",
                                           R"("")",
                                           R"("\u202e\n")",
                                           "\"\xe2\x82\xac\"",
                                           R"("\ud83d\ude00")",
                                           "\"\xe2\x80\xae\""};
    if (depth > 4 || below(random, 2) == 0) return any_of(kScalars, random);
    const bool is_object = below(random, 2) == 0;
    std::string json;
    for (std::uint32_t i = below(random, 4); i > 0; --i) {
        if (!json.empty()) json += below(random, 4) == 0 ? " , " : ",";
        if (is_object) json += R"("a":)";
        json += made_json(random, depth + 1);
    }
    return is_object ? "{" + json + "}" : "[" + json + "]";
}

std::string made_bytes(std::mt19937& random) {
    std::string bytes(1 + below(random, 6), static_cast<char>(random()));
    mutate_bytes(bytes);
    std::string text;
    text::append_base64(text, bytes);
    return text;
}

/// A line of fields in any order, most of them good.
std::string made_line(std::mt19937& random) {
    static const char* const kKeys[] = {R"("key":"a")", R"("key":"k")", R"("key":"\u0000")",
                                        R"("key":"\ud83d\ude00")", R"("key_base64":"/w==")"};
    static const char* const kValues[] = {R"("value":"v")", R"("value":-9223372036854775808)",
                                          R"("value":"\u202e\n")", R"("value":"")"};
    static const char* const kCodecs[] = {R"("codec":"bytes")", R"("codec":"text")",   R"("codec":"int64")",
                                          R"("codec":"json")",  R"("codec":"cereal")", R"("codec":"pickle")"};
    static const char* const kTtls[] = {R"("ttl":90)", R"("ttl":0.000001)", R"("ttl":63244800000)",
                                        R"("ttl":-1)"};
    std::vector<std::string> fields{any_of(kKeys, random), any_of(kValues, random)};
    if (below(random, 2) == 0) fields[0] = R"("key_base64":")" + made_bytes(random) + "\"";
    if (below(random, 2) == 0) fields[1] = R"("json":)" + made_json(random);
    if (below(random, 3) == 0) fields[1] = R"("base64":")" + made_bytes(random) + "\"";
    if (below(random, 2) == 0) fields.emplace_back(any_of(kCodecs, random));
    if (below(random, 2) == 0) fields.emplace_back(any_of(kTtls, random));
    if (below(random, 8) == 0) rearrange(fields, random);
    std::string line = "{";
    for (const std::string& field : fields) line += (line.size() > 1 ? "," : "") + field;
    return line + "}\n";
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        lines.push_back(text.substr(at, end - at));
        at = end;
    }
    return lines;
}

}  // namespace

std::string mutated_binary(const std::string& input, std::mt19937& random) {
    Draft draft = parse_draft(input);
    if (draft.blocks.empty()) {
        draft.blocks.push_back({static_cast<std::uint32_t>(format::BlockKind::records), 0, "\x01"});
        draft.blocks.push_back(
            {static_cast<std::uint32_t>(format::BlockKind::end), 0, std::string(9, '\x01')});
    }
    DraftBlock& block = any_of(draft.blocks, random);
    bool mended = below(random, 8) != 0;
    switch (below(random, 12)) {
        case 0: mutate_bytes(block.payload); break;
        case 1: rearrange(draft.blocks, random); break;
        case 2: block.kind = below(random, 5); break;
        case 3:
            block.records =
                below(random, 4) == 0 ? static_cast<std::uint32_t>(edge(random)) : random() % 65'536;
            break;
        case 4:
            mutate_head(draft.head, random);
            mended = false;
            break;
        default: mutate_records(block, random);
    }
    if (mended) mend(draft);
    return written(draft);
}

std::string mutated_text(const std::string& input, std::mt19937& random) {
    std::vector<std::string> lines = lines_of(input);
    switch (below(random, 4)) {
        case 0:
        case 1: lines.insert(lines.begin() + below(random, lines.size() + 1), made_line(random)); break;
        case 2: rearrange(lines, random); break;
        default:
            if (lines.empty()) lines.push_back(made_line(random));
            mutate_bytes(any_of(lines, random));
    }
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}

}  // namespace dummycache::fuzz
