# SPDX-License-Identifier: MIT
"""Random commands, often wrong ones, on few keys of all types."""
import time

KEYS = ["a", "b", "c", "number", "list", "hash", "key:1", "key:2", "k[1]", "x" * 300, ""]
VALUES = ["", "0", "1", "-1", "007", "10", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
          "3.25", "-1e3", "1e400", "nan", "inf", " 1", "text", b"\x00\xff\r\n", "y" * 100, "z" * 20000, "+5", "0x1f", "1.5 "]
INTEGERS = ["0", "1", "-1", "5", "-7", "100", "9223372036854775807", "-9223372036854775808", "x", "1.5", "", "01"]
# None that is over while the commands run: the servers would not look at the same moment.
TIMES = ["0", "-1", "1000", "5000000", "9223372036854775807", "-9223372036854775808", "x", "", "1.5"]
TIMES_MS = ["0", "-1", "1000000", "5000000000", "9223372036854775807", "-9223372036854775808", "x", "", "1.5"]
PATTERNS = ["*", "a*", "?", "k*1", "[ab]", "[^a]", "key:[0-9]", "k\\[1\\]", "nothing", "[a", "*:*", ""]
STREAM_IDS = ["*9-9", "1-1", "5-1", "0", "$", ">", "x"]

# What users may touch: each a list of rules.
RIGHTS = [["~*"], ["%R~*"], ["%W~*"], ["%R~*", "~a", "~number"], ["%R~a", "%W~b", "~key:*"], ["~none"],
          ["%R~*", "(+@all %W~*)"], ["(+@all ~a)", "(+@all ~b ~list)"]]


class RandomCommands:
    def __init__(self, rng, dumps):
        """`dumps` are replies of DUMP."""
        self.rng = rng
        self.dumps = dumps
        self.makers = [*self.strings(), *self.keyspace(), *self.other_types(), *self.blocking(), *self.from_elsewhere(), *self.wrong()]

    def next(self):
        """One command, as a list of words."""
        rng = self.rng
        if rng.random() < 0.002:
            return rng.choice([["FLUSHDB"], ["FLUSHALL", "ASYNC"], ["FLUSHDB", "WHAT"], ["SWAPDB", "0", "x"]])
        if rng.random() < 0.01:
            return ["SELECT", rng.choice(["0", "0", "1", "2", "99", "x"])]
        words = rng.choice(self.makers)()
        return [self.spelled(word) for word in words] if rng.random() < 0.2 else words

    def spelled(self, word):
        """In other letters, if it is a word of Redis."""
        is_word = isinstance(word, str) and word.isalpha() and word.isupper()
        return self.rng.choice([word.lower(), word.capitalize(), word]) if is_word else word

    def key(self):
        return self.rng.choice(KEYS)

    def value(self):
        return self.rng.choice(VALUES)

    def integer(self):
        return self.rng.choice(INTEGERS)

    def when(self):
        return self.rng.choice(TIMES)

    def ms(self):
        return self.rng.choice(TIMES_MS)

    def unlike(self):
        """A time like no other: what differs by less than the servers' looks at their clocks is longer for one and not for the other."""
        return str(self.rng.choice([1000, 5000000]) + self.rng.randrange(-900, 100000))

    def some(self, make, most=4):
        return [make() for _ in range(self.rng.randrange(1, most))]

    def pairs(self):
        return [word for _ in range(self.rng.randrange(1, 4)) for word in (self.key(), self.value())]

    def options(self, *all_):
        return [word for group in self.rng.sample(all_, self.rng.randrange(0, 3)) for word in group]

    def set_options(self):
        return self.options(["NX"], ["XX"], ["GET"], ["KEEPTTL"], ["EX", self.when()], ["PX", self.ms()], ["EXAT", self.when()],
                            ["PXAT", self.when()], ["WHAT"], ["EX"])

    def strings(self):
        key, value, integer, when, pick = self.key, self.value, self.integer, self.when, self.rng.choice
        return [
            lambda: ["GET", key()], lambda: ["GET", key()], lambda: ["SET", key(), value()], lambda: ["SET", key(), "text"],
            lambda: ["SET", key(), value(), *self.set_options()], lambda: ["SET", key(), value(), *self.set_options()],
            lambda: ["SETNX", key(), value()], lambda: ["SETEX", key(), when(), value()], lambda: ["PSETEX", key(), self.ms(), value()],
            lambda: ["GETSET", key(), value()], lambda: ["GETDEL", key()],
            lambda: ["GETEX", key(), *self.options(["PERSIST"], ["EX", when()], ["PX", self.ms()], ["EXAT", when()], ["NX"])],
            lambda: ["MGET", *self.some(key)], lambda: ["MSET", *self.pairs()], lambda: ["MSETNX", *self.pairs()],
            lambda: ["INCR", key()], lambda: ["DECR", key()], lambda: ["INCRBY", key(), integer()], lambda: ["DECRBY", key(), integer()],
            lambda: ["INCRBYFLOAT", key(), value()], lambda: ["INCRBYFLOAT", "number", pick(["0.1", "1.5", "-3", "1e10", "5"])],
            lambda: ["SET", "number", pick(["1", "2.5", "-100", "9223372036854775800"])],
            lambda: ["APPEND", key(), value()], lambda: ["STRLEN", key()], lambda: ["GETRANGE", key(), integer(), integer()],
            lambda: ["SUBSTR", key(), integer(), integer()],
            lambda: ["SETRANGE", key(), pick(["0", "3", "-1", "600000000", "x"]), value()],
            lambda: ["SETBIT", key(), pick(["0", "7", "100", "-1"]), pick(["0", "1", "2"])], lambda: ["GETBIT", key(), "7"],
            lambda: ["BITCOUNT", key()], lambda: ["BITOP", "OR", key(), key(), key()], lambda: ["BITFIELD", key(), "INCRBY", "u8", "0", "3"],
            lambda: ["BITFIELD_RO", key(), "GET", "u8", "0"], lambda: ["PFADD", key(), value()], lambda: ["PFCOUNT", key()],
            lambda: ["PFMERGE", key(), key()], lambda: ["LCS", key(), key()],
        ]

    def keyspace(self):
        key, when, pick = self.key, self.when, self.rng.choice
        db = lambda: pick(["0", "1", "1", "2", "99", "x"])
        return [
            lambda: ["DEL", *self.some(key)], lambda: ["UNLINK", *self.some(key)], lambda: ["EXISTS", *self.some(key)],
            lambda: ["TOUCH", *self.some(key)], lambda: ["TTL", key()], lambda: ["PTTL", key()], lambda: ["EXPIRETIME", key()],
            lambda: ["PEXPIRETIME", key()], lambda: ["PERSIST", key()], lambda: ["TYPE", key()],
            lambda: [pick(["EXPIRE", "EXPIREAT", "PEXPIREAT"]), key(), when(), *self.options(["NX"], ["XX"], ["ZZ"])],
            lambda: ["PEXPIRE", key(), self.ms(), *self.options(["NX"], ["XX"])],
            lambda: ["EXPIRE", key(), self.unlike(), *self.options(["NX"], ["XX"], ["GT"], ["LT"], ["ZZ"])],
            lambda: ["PEXPIRE", key(), self.unlike() + "000", *self.options(["NX"], ["XX"], ["GT"], ["LT"])],
            lambda: [pick(["EXPIREAT", "PEXPIREAT"]), key(), pick(["0", "-1", "1000", "x"]), *self.options(["GT"], ["LT"])],
            lambda: ["EXPIREAT", key(), str(int(time.time()) + 1000)],
            lambda: ["KEYS", pick(PATTERNS)], lambda: ["DBSIZE"],
            lambda: ["SCANALL", *pick([[], ["MATCH", pick(PATTERNS)], ["TYPE", "string"], ["TYPE", "LIST"], ["COUNT", "3"]])],
            lambda: ["SCAN", pick(["x", "-1", "0", "+0", ""]), pick(["COUNT", "MATCH", "WHAT"])],
            lambda: ["RENAME", key(), key()], lambda: ["RENAMENX", key(), key()], lambda: ["COPY", key(), key()],
            lambda: ["COPY", key(), key(), "REPLACE"], lambda: ["MOVE", key(), db()],
            lambda: ["COPY", key(), key(), *self.options(["DB", db()], ["REPLACE"], ["X"])],
            lambda: ["RESTORE", key(), pick(["0", "1000000", "-1", "x"]), pick(self.dumps), *self.options(["REPLACE"], ["REPLACE"], ["X"])],
            lambda: ["RESTORE", key(), "0", pick(self.dumps), "REPLACE"],
            lambda: ["OBJECT", pick(["ENCODING", "REFCOUNT", "IDLETIME", "FREQ"]), "nokey"], lambda: ["OBJECT", "HELP"],
            lambda: ["OBJECT", pick(["FREQ", "WHAT"]), *self.some(key, 3)],
        ]

    def other_types(self):
        key, value, pick = self.key, self.value, self.rng.choice
        stream_id = lambda: pick(STREAM_IDS)
        return [
            lambda: ["LPUSH", key(), value()], lambda: ["LRANGE", key(), "0", "-1"], lambda: ["LPOP", key()], lambda: ["LLEN", key()],
            lambda: ["LMOVE", key(), key(), "LEFT", "RIGHT"], lambda: ["RPOPLPUSH", key(), key()], lambda: ["LMPOP", "2", key(), key(), "LEFT"],
            lambda: ["HSET", key(), "f", value()], lambda: ["HGETALL", key()], lambda: ["HINCRBY", key(), "f", self.integer()],
            lambda: ["SADD", key(), value()], lambda: ["SMEMBERS", key()], lambda: ["SUNIONSTORE", key(), key(), key()],
            lambda: ["SMOVE", key(), key(), value()], lambda: ["ZADD", key(), self.integer(), value()],
            lambda: ["ZRANGESTORE", key(), key(), "0", "-1"], lambda: ["ZUNIONSTORE", key(), "2", key(), key()],
            lambda: ["ZUNION", "2", key(), key()], lambda: ["ZDIFF", self.integer(), key()],
            lambda: ["SORT", key(), "ALPHA"], lambda: ["SORT", key(), "ALPHA", "STORE", key()],
            lambda: ["SORT", key(), "BY", "key:*", "GET", "#", "GET", "key:*"], lambda: ["SORT_RO", key(), "BY", "nosort"],
            lambda: ["XADD", key(), stream_id().lstrip("*"), "f", value()], lambda: ["XLEN", key()], lambda: ["XRANGE", key(), "-", "+"],
            lambda: ["XGROUP", "CREATE", key(), "g", stream_id(), *self.options(["MKSTREAM"], ["ENTRIESREAD", "1"])],
            lambda: ["XGROUP", pick(["DESTROY", "CREATECONSUMER", "DELCONSUMER", "SETID", "WHAT"]), key(), "g", pick(["c", "0"])],
            lambda: ["XGROUP", "DESTROY", key(), "g"], lambda: ["XGROUP", "HELP"], lambda: ["XINFO", pick(["STREAM", "GROUPS", "WHAT"]), key()],
            lambda: ["XREADGROUP", "GROUP", "g", "c", "STREAMS", key(), pick([">", "0"])], lambda: ["XREAD", "STREAMS", key(), "0"],
            lambda: ["GEOADD", key(), "1", "1", "place"], lambda: ["GEOSEARCHSTORE", key(), key(), "FROMLONLAT", "1", "1", "BYRADIUS", "9", "km"],
        ]

    def blocking(self):
        key, pick = self.key, self.rng.choice
        wait = lambda: pick(["0.001", "0.001", "-1", "x"])
        return [
            lambda: [pick(["BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX"]), *self.some(key), wait()],
            lambda: ["BLMOVE", key(), key(), "LEFT", "RIGHT", wait()], lambda: ["BRPOPLPUSH", key(), key(), wait()],
            lambda: ["BLMPOP", wait(), "1", key(), "LEFT"], lambda: ["BZMPOP", wait(), "1", key(), "MIN"],
            lambda: ["XREAD", "BLOCK", "1", "STREAMS", key(), "$"],
        ]

    def from_elsewhere(self):
        key, value = self.key, self.value
        return [
            lambda: ["EVAL", "return redis.call(unpack(ARGV))", "0", "INCR", key()],
            lambda: ["EVAL", "redis.call('set', KEYS[1], ARGV[1]); return redis.call('get', KEYS[1])", "1", key(), value()],
            lambda: ["EVAL", "return redis.pcall('lpush', KEYS[1], 'x')", "1", key()],
            lambda: ["EVAL", "redis.call('select', 1); return redis.call('get', KEYS[1])", "1", key()],
        ]

    def wrong(self):
        key = self.key
        return [lambda: ["GET"], lambda: ["SET", key()], lambda: ["MGET"], lambda: ["get", key(), key()], lambda: ["MSET", key()]]
