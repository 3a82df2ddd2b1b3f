// SPDX-License-Identifier: MIT
#include "tools/redis/served_commands.hpp"

#include <algorithm>

#include "tools/redis/commands.hpp"
#include "tools/redis/dispatch.hpp"

namespace dummycache::redis {

namespace {

struct Served {
    std::string_view name;
    CommandFunction run;
};
constexpr Served kServed[] = {
    {"get", run_proxy<get>},
    {"set", run_proxy<set>},
    {"setnx", run_proxy<setnx>},
    {"setex", run_proxy<setex>},
    {"psetex", run_proxy<psetex>},
    {"getset", run_proxy<getset>},
    {"getdel", run_proxy<getdel>},
    {"getex", run_proxy<getex>},
    {"append", run_proxy<append>},
    {"strlen", run_proxy<strlen>},
    {"getrange", run_proxy<getrange>},
    {"substr", run_proxy<getrange>},
    {"setrange", run_proxy<setrange>},
    {"incr", run_proxy<incr>},
    {"decr", run_proxy<decr>},
    {"incrby", run_proxy<incrby>},
    {"decrby", run_proxy<decrby>},
    {"incrbyfloat", run_proxy<incrbyfloat>},
    {"mget", run_proxy<mget>},
    {"mset", run_proxy<mset>},
    {"msetnx", run_proxy<msetnx>},
    {"del", run_proxy<del>},
    {"unlink", run_proxy<unlink>},
    {"exists", run_proxy<exists>},
    {"touch", run_proxy<exists>},
    {"ttl", run_proxy<ttl>},
    {"pttl", run_proxy<pttl>},
    {"expiretime", run_proxy<expiretime>},
    {"pexpiretime", run_proxy<pexpiretime>},
    {"expire", run_proxy<expire>},
    {"pexpire", run_proxy<pexpire>},
    {"expireat", run_proxy<expireat>},
    {"pexpireat", run_proxy<pexpireat>},
    {"persist", run_proxy<persist>},
    {"type", run_proxy<type>},
    {"rename", run_proxy<rename>},
    {"renamenx", run_proxy<renamenx>},
    {"object", run_proxy<object>},
    {"memory", run_proxy<memory>},
    {"info", run_proxy<info, Databases::several>},
    {"latency", run_proxy<latency, Databases::several>},
    {"cluster", run_proxy<cluster>},
    {"keys", run_proxy<keys>},
    {"scan", run_proxy<scan_command>},
    {"dbsize", run_proxy<dbsize>},
    {"randomkey", run_proxy<randomkey>},
    {"flushdb", run_proxy<flushdb>},
    {"flushall", run_proxy<flushall, Databases::several>},
    {"swapdb", run_proxy<swapdb, Databases::several>},
    {"move", run_proxy<move, Databases::several>},
    {"copy", run_proxy<copy, Databases::several>},
};

/// Scripts call other commands, which have proxy commands. WATCH learns of each change. MIGRATE sends keys to another server.
/// That one takes them by RESTORE-ASKING, which alone may write into a slot that is on its way.
constexpr std::string_view kLeft[] = {"eval",     "eval_ro", "evalsha", "evalsha_ro",    "fcall",
                                      "fcall_ro", "watch",   "migrate", "restore-asking"};

}  // namespace

CommandFunction served_by(std::string_view name) noexcept {
    for (const Served& served : kServed)
        if (served.name == name) return served.run;
    return nullptr;
}

bool stays_with_server(std::string_view name) noexcept {
    return std::find(std::begin(kLeft), std::end(kLeft), name) != std::end(kLeft);
}

}  // namespace dummycache::redis
