// SPDX-License-Identifier: MIT
#include "tests/bench/report.hpp"

#include <array>
#include <string>

#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

std::string with_least(std::optional<double> middle, std::optional<double> least) {
    if (!middle) return "";
    return short_form(*middle) + (least ? " (" + short_form(*least) + ")" : "");
}

std::string verdict(const Row& row) {
    if (!row.limit) return "";
    const double measured = row.peer.empty() ? row.ours : row.ratio().value_or(0);
    const bool met = row.at_least ? measured >= *row.limit : measured <= *row.limit;
    return (row.at_least ? ">= " : "<= ") + formatted("%.4g", *row.limit) + (met ? "  met" : "  NOT MET");
}

std::string padded(std::string text, std::size_t width, bool left = false) {
    if (text.size() >= width) return text;
    const std::string spaces(width - text.size(), ' ');
    return left ? text + spaces : spaces + text;
}

std::string quoted(const std::string& text) { return text.empty() ? "null" : '"' + text + '"'; }

std::string json_number(std::optional<double> number) { return number ? formatted("%.6g", *number) : "null"; }

void print_columns(std::ostream& out, const std::array<std::string, 7>& columns) {
    out << padded(columns[0], 36, true) << ' ' << padded(columns[1], 17, true) << padded(columns[2], 17)
        << padded(columns[3], 17) << padded(columns[4], 7) << padded(columns[5], 8) << "  " << columns[6]
        << '\n'
        << std::flush;
}

}  // namespace

void print_head(std::ostream& out) {
    print_columns(out, {"workload", "peer", "ours (min)", "theirs (min)", "unit", "ratio", "limit"});
}

void print_line(std::ostream& out, const Row& row) {
    const std::string name = row.measure.empty() ? row.workload : row.workload + ": " + row.measure;
    const auto ratio = row.ratio();
    print_columns(out,
                  {name, row.peer, with_least(row.ours, row.ours_min), with_least(row.theirs, row.theirs_min),
                   row.unit, ratio ? formatted(*ratio < 0.1 ? "%.4f" : "%.2f", *ratio) : "", verdict(row)});
}

void print_json(std::ostream& out, const Row& row) {
    out << "{\"workload\":" << quoted(row.workload) << ",\"measure\":" << quoted(row.measure)
        << ",\"peer\":" << quoted(row.peer) << ",\"ours\":" << json_number(row.ours)
        << ",\"ours_min\":" << json_number(row.ours_min) << ",\"theirs\":" << json_number(row.theirs)
        << ",\"theirs_min\":" << json_number(row.theirs_min) << ",\"unit\":" << quoted(row.unit)
        << ",\"ratio\":" << json_number(row.ratio()) << ",\"limit\":" << json_number(row.limit) << "}\n"
        << std::flush;
}

}  // namespace dummycache::bench
