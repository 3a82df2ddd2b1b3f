// SPDX-License-Identifier: MIT
// The function of each command. A function serves the DC command dc.x by the cache's rules, or the proxy command dc:x
// by the rules of the server's own command, or both. request.rules() says which rules hold for the call.
#pragma once

#include "tools/redis/request.hpp"

namespace dummycache::redis {

// strings.cpp
int get(const Request& request);
int set(const Request& request);
int setnx(const Request& request);
int add(const Request& request);
int setex(const Request& request);
int psetex(const Request& request);
int getset(const Request& request);
int getdel(const Request& request);
int getex(const Request& request);
int append(const Request& request);
int strlen(const Request& request);
int getrange(const Request& request);
int setrange(const Request& request);
// numbers.cpp
int incr(const Request& request);
int decr(const Request& request);
int incrby(const Request& request);
int decrby(const Request& request);
int incrbyfloat(const Request& request);
// many.cpp
int mget(const Request& request);
int mset(const Request& request);
int msetnx(const Request& request);
// keys.cpp
int del(const Request& request);
int unlink(const Request& request);
int exists(const Request& request);
int ttl(const Request& request);
int pttl(const Request& request);
int expiretime(const Request& request);
int pexpiretime(const Request& request);
int expire(const Request& request);
int pexpire(const Request& request);
int expireat(const Request& request);
int pexpireat(const Request& request);
int persist(const Request& request);
int type(const Request& request);
int rename(const Request& request);
int renamenx(const Request& request);
int object(const Request& request);
// keyspace.cpp
int keys(const Request& request);
int scan_command(const Request& request);
int dbsize(const Request& request);
int randomkey(const Request& request);
int flushdb(const Request& request);
int flushall(const Request& request);
int swapdb(const Request& request);
// figures.cpp
int info(const Request& request);
int memory(const Request& request);
// command_figures.cpp
int latency(const Request& request);
// cluster_slots.cpp
int cluster(const Request& request);
// admin.cpp
int clear_all(const Request& request);
int why(const Request& request);
int checkpoint(const Request& request);
int rollback(const Request& request);
int release(const Request& request);
int checkpoints(const Request& request);
int clock(const Request& request);
int stats(const Request& request);
// snapshots.cpp
int dump_snapshot(const Request& request);
int load_snapshot(const Request& request);
// move_copy.cpp
int move(const Request& request);
int copy(const Request& request);
// borrow.cpp
int borrow(const Request& request);

/// Makes the DC commands. False if the server refused one.
bool create_dc_commands(Context* context);

}  // namespace dummycache::redis
