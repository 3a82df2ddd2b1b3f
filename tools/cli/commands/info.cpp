// SPDX-License-Identifier: MIT
// info and check: facts of a cache, and whether it is sound.
#include <array>
#include <ctime>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"

namespace dummycache::cli {

namespace {

std::string time_text(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> buffer{};
    return {buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void write_json(Output& out, const Info& info) {
    JsonObject object;
    object.bytes("name", info.name).bytes("path", info.path).bytes("kind", name_of(info.kind));
    object.number("capacity_bytes", info.capacity_bytes).number("committed_bytes", info.committed_bytes);
    object.number("page_bytes", info.page_bytes).number("shards", info.shards);
    object.number("layout_version", info.layout_version)
        .number("uid", info.uid)
        .bytes("mode", mode_text(info.mode));
    object.bytes("when_full", name_of(info.when_full)).bytes("created", time_text(info.created));
    object.field("processes", json_list(info.processes, [](const AttachedProcess& process) {
                     return process_object(process).text();
                 }));
    out.line(object.text());
}

void write_list(Output& out, const Info& info) {
    const auto field = [&out](std::string_view name, std::string_view value) {
        constexpr std::size_t kWidth = 11;
        out.field(name, kWidth, value);
    };
    field("name", out.bold(escaped(info.name)));
    field("path", escaped(info.path));
    field("kind", name_of(info.kind));
    field("capacity", human_size(info.capacity_bytes));
    field("memory", human_size(info.committed_bytes));
    field("page", human_size(info.page_bytes));
    field("shards", std::to_string(info.shards));
    field("layout", "version " + std::to_string(info.layout_version));
    field("owner", "uid " + std::to_string(info.uid));
    field("mode", mode_text(info.mode));
    field("when full", name_of(info.when_full));
    field("created", time_text(info.created));
    for (const AttachedProcess& process : info.processes) {
        std::string text = std::to_string(process.pid) + " " + escaped(process.name);
        if (!process.alive) text += " (dead)";
        if (process.is_self) text += " (this command)";
        field("process", text);
    }
}

Exit run_info(Call& call) {
    const Cache cache = call.attach_operand();
    const Info info = cache.info();
    call.note_faked_clock(cache);
    if (call.settings.json) {
        write_json(call.out, info);
    } else {
        write_list(call.out, info);
    }
    return Exit::done;
}

Exit run_check(Call& call) {
    const std::vector<std::string> problems = call.attach_operand().check();
    for (const std::string& problem : problems) {
        call.out.line(call.settings.json ? JsonObject().bytes("problem", problem).text() : one_line(problem));
    }
    return problems.empty() ? Exit::done : Exit::bad_data;
}

}  // namespace

constinit const Command kInfo{
    .name = "info",
    .group = Group::caches,
    .operands = "[NAME|PATH]",
    .max_operands = 1,
    .summary = "prints facts of a cache and the processes attached to it",
    .example = "dummycache -c build info",
    .run = run_info,
};

constinit const Command kCheck{
    .name = "check",
    .group = Group::caches,
    .operands = "[NAME|PATH]",
    .max_operands = 1,
    .summary = "looks for broken invariants in a cache",
    .details =
        "Prints a line for each, and nothing if all is well. Exit code 5 if there is any. Takes every\n"
        "lock: writers wait until it is done, and a shard that a dead writer left is repaired, as by\n"
        "any writer. 'doctor' looks without a lock.\n",
    .example = "dummycache -c build check && echo sound",
    .run = run_check,
};

}  // namespace dummycache::cli
