# SPDX-License-Identifier: MIT
"""The same random commands against plain Redis and against one whose commands the cache serves: the same answers."""
import os
import random
import sys
import time

import redis

from servers import Case, main

COUNT = int(os.environ.get("DUMMYCACHE_TEST_COMMANDS", "10000"))
SEED = int(os.environ.get("DUMMYCACHE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)

KEYS = ["a", "b", "c", "number", "list", "hash", "key:1", "key:2", "k[1]", "x" * 300, ""]
VALUES = ["", "0", "1", "-1", "007", "10", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
          "3.25", "-1e3", "1e400", "nan", "inf", " 1", "text", b"\x00\xff\r\n", "y" * 100, "z" * 20000, "+5", "0x1f", "1.5 "]
INTEGERS = ["0", "1", "-1", "5", "-7", "100", "9223372036854775807", "-9223372036854775808", "x", "1.5", "", "01"]
# None that is over while the commands run: the servers would not look at the same moment.
TIMES = ["0", "-1", "1000", "5000000", "9223372036854775807", "-9223372036854775808", "x", "", "1.5"]
TIMES_MS = ["0", "-1", "1000000", "5000000000", "9223372036854775807", "-9223372036854775808", "x", "", "1.5"]
PATTERNS = ["*", "a*", "?", "k*1", "[ab]", "[^a]", "key:[0-9]", "k\\[1\\]", "nothing", "[a", "*:*", ""]


def words(rng):
    """One command, often a wrong one."""
    key = lambda: rng.choice(KEYS)
    value = lambda: rng.choice(VALUES)
    integer = lambda: rng.choice(INTEGERS)
    when = lambda: rng.choice(TIMES)
    # No two the same: what differs by less than the servers' looks at their clocks is longer for one and not for the other.
    unlike = lambda: str(rng.choice([1000, 5000000]) + rng.randrange(-900, 100000))
    some = lambda make, most=4: [make() for _ in range(rng.randrange(1, most))]
    pairs = lambda: [word for _ in range(rng.randrange(1, 4)) for word in (key(), value())]
    options = lambda *all_: [word for group in rng.sample(all_, rng.randrange(0, 3)) for word in group]
    set_options = lambda: options(["NX"], ["XX"], ["GET"], ["KEEPTTL"], ["EX", when()], ["PX", rng.choice(TIMES_MS)],
                                  ["exat", when()], ["PXAT", when()], ["WHAT"], ["EX"])
    makers = [
        lambda: ["GET", key()], lambda: ["GET", key()], lambda: ["SET", key(), value()],
        lambda: ["SET", key(), value(), *set_options()], lambda: ["SET", key(), value(), *set_options()],
        lambda: ["SETNX", key(), value()], lambda: ["SETEX", key(), when(), value()],
        lambda: ["PSETEX", key(), rng.choice(TIMES_MS), value()], lambda: ["GETSET", key(), value()], lambda: ["GETDEL", key()],
        lambda: ["GETEX", key(), *options(["PERSIST"], ["EX", when()], ["PX", rng.choice(TIMES_MS)], ["EXAT", when()], ["NX"])],
        lambda: ["MGET", *some(key)], lambda: ["MSET", *pairs()], lambda: ["MSETNX", *pairs()],
        lambda: ["MSET", key()], lambda: ["DEL", *some(key)], lambda: ["UNLINK", *some(key)],
        lambda: ["EXISTS", *some(key)], lambda: ["TOUCH", *some(key)], lambda: ["TTL", key()],
        lambda: ["PTTL", key()], lambda: ["EXPIRETIME", key()], lambda: ["PEXPIRETIME", key()],
        lambda: [rng.choice(["EXPIRE", "EXPIREAT", "PEXPIREAT"]), key(), when(), *options(["NX"], ["XX"], ["ZZ"])],
        lambda: ["PEXPIRE", key(), rng.choice(TIMES_MS), *options(["NX"], ["XX"])],
        lambda: ["EXPIRE", key(), unlike(), *options(["NX"], ["XX"], ["GT"], ["LT"], ["ZZ"])],
        lambda: ["PEXPIRE", key(), unlike() + "000", *options(["NX"], ["XX"], ["GT"], ["LT"])],
        lambda: [rng.choice(["EXPIREAT", "PEXPIREAT"]), key(), rng.choice(["0", "-1", "1000", "x"]), *options(["GT"], ["LT"])],
        lambda: ["EXPIREAT", key(), str(int(time.time()) + 1000)], lambda: ["PERSIST", key()],
        lambda: ["INCR", key()], lambda: ["DECR", key()], lambda: ["INCRBY", key(), integer()],
        lambda: ["DECRBY", key(), integer()], lambda: ["INCRBYFLOAT", key(), rng.choice(VALUES)],
        lambda: ["INCRBYFLOAT", "number", rng.choice(["0.1", "1.5", "-3", "1e10", "5"])],
        lambda: ["SET", "number", rng.choice(["1", "2.5", "-100", "9223372036854775800"])],
        lambda: ["APPEND", key(), value()], lambda: ["STRLEN", key()],
        lambda: ["GETRANGE", key(), integer(), integer()], lambda: ["SUBSTR", key(), integer(), integer()],
        lambda: ["SETRANGE", key(), rng.choice(["0", "3", "-1", "600000000", "x"]), value()],
        lambda: ["TYPE", key()], lambda: ["KEYS", rng.choice(PATTERNS)], lambda: ["DBSIZE"],
        lambda: ["SCANALL", rng.choice([[], ["MATCH", rng.choice(PATTERNS)], ["TYPE", "string"], ["TYPE", "list"],
                                        ["COUNT", "3"]])],
        lambda: ["SCAN", rng.choice(["x", "-1", "0"]), rng.choice(["COUNT", "MATCH", "WHAT"])],
        lambda: ["RENAME", key(), key()], lambda: ["RENAMENX", key(), key()],
        lambda: ["OBJECT", rng.choice(["ENCODING", "REFCOUNT", "IDLETIME"]), "nokey"],
        lambda: ["LPUSH", key(), value()], lambda: ["LRANGE", key(), "0", "-1"], lambda: ["HSET", key(), "f", value()],
        lambda: ["HGETALL", key()], lambda: ["SADD", key(), value()], lambda: ["SUNIONSTORE", key(), key(), key()],
        lambda: ["SETBIT", key(), rng.choice(["0", "7", "100", "-1"]), rng.choice(["0", "1", "2"])],
        lambda: ["GETBIT", key(), "7"], lambda: ["BITCOUNT", key()], lambda: ["BITOP", "OR", key(), key(), key()],
        lambda: ["PFADD", key(), value()], lambda: ["PFCOUNT", key()], lambda: ["COPY", key(), key()],
        lambda: ["MOVE", key(), rng.choice(["0", "1", "1", "99", "x"])],
        lambda: ["COPY", key(), key(), *options(["DB", rng.choice(["0", "1", "1", "99", "x"])], ["REPLACE"], ["X"])],
        lambda: ["LCS", key(), key()], lambda: ["SORT", key(), "ALPHA"],
        lambda: ["EVAL", "return redis.call(unpack(ARGV))", "0", "INCR", key()],
        lambda: ["EVAL", "redis.call('set', KEYS[1], ARGV[1]); return redis.call('get', KEYS[1])", "1", key(), value()],
        lambda: ["EVAL", "return redis.pcall('lpush', KEYS[1], 'x')", "1", key()],
        lambda: ["GET"], lambda: ["SET", key()], lambda: ["MGET"], lambda: ["get", key(), key()],
    ]
    if rng.random() < 0.002:
        return rng.choice([["FLUSHDB"], ["FLUSHALL", "ASYNC"], ["FLUSHDB", "WHAT"], ["SELECT", "1"], ["SELECT", "0"]])
    if rng.random() < 0.01:
        return ["SELECT", rng.choice(["0", "0", "1"])]
    return rng.choice(makers)()


def scan_all(connection, options):
    cursor, found = b"0", set()
    while True:
        connection.send_command("SCAN", cursor, *options)
        cursor, keys = connection.read_response()
        found.update(keys)
        if cursor == b"0":
            return sorted(found)


def answer(connection, command):
    try:
        if command[0] == "DBSIZE":  # Redis counts keys that are over until somebody looks at them
            scan_all(connection, [])
        if command[0] == "SCANALL":
            return scan_all(connection, command[1])
        connection.send_command(*command)
        reply = connection.read_response()
        return sorted(reply) if command[0] in ("KEYS", "HGETALL", "SMEMBERS") else reply
    except redis.ResponseError as error:
        return f"error: {error}"


def is_time(command):
    return command[0] in ("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME")


def equal(command, one, two):
    if is_time(command) and isinstance(one, int) and isinstance(two, int) and min(one, two) > 0:
        # Ours ends at 999 years.
        far = 900 * 365 * 86400 * (1000 if command[0].startswith("P") else 1)
        return abs(one - two) <= (200 if command[0].startswith("P") else 1) or min(one, two) > far
    return one == two


class Differential(Case):
    def connections(self):
        cache = self.cache()
        plain = self.server(plain=True)
        served = self.server("cache", cache.name, "takeover", "all", "capacity", "64mb")
        return [server.client().connection_pool.make_connection() for server in (plain, served)]

    def explain(self, index, command, answers, history):
        return (f"seed {SEED}, command {index}: {command}\n  plain: {answers[0]!r:.300}\n  served: {answers[1]!r:.300}\n"
                f"  before: {history[-8:]!r:.1500}")

    def test_one_command_after_the_other(self):
        print(f"DUMMYCACHE_TEST_SEED={SEED} repeats this run", file=sys.stderr)
        rng = random.Random(SEED)
        connections = self.connections()
        history = []
        for index in range(COUNT):
            command = words(rng)
            answers = [answer(connection, command) for connection in connections]
            self.assertTrue(equal(command, *answers), self.explain(index, command, answers, history))
            history.append(command)

    def test_in_transactions_and_pipelines(self):
        rng = random.Random(SEED + 1)
        connections = self.connections()
        history = []
        for index in range(COUNT // 20):
            block = [words(rng) for _ in range(rng.randrange(1, 12))]
            block = [c for c in block if c[0] not in ("SCANALL", "KEYS", "HGETALL", "DBSIZE") and not is_time(c)]
            if rng.random() < 0.7:
                block = [["MULTI"], *block, ["EXEC"]]
            answers = []
            for connection in connections:
                connection.send_packed_command(connection.pack_commands(block))
                replies = []
                for _ in block:
                    try:
                        replies.append(connection.read_response())
                    except redis.ResponseError as error:
                        replies.append(error)
                answers.append(repr(replies))
            self.assertEqual(answers[0], answers[1], self.explain(index, block, answers, history))
            history.append(block)


if __name__ == "__main__":
    main()
