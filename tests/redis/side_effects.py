# SPDX-License-Identifier: MIT
"""What a command does besides its reply: codecs, remaining times, transactions that watch a key."""
import redis

from servers import Case, TakeoverCase, main


class SideEffects(TakeoverCase):
    def codec(self, key):
        """What the entry is, as local processes see it."""
        return self.shared.tool("ls", "--json", key).stdout.decode().split('"codec":"')[1].split('"')[0]

    def set_with_codec(self, key, value, codec):
        self.shared.set(key, value, "--codec", codec)
        self.assertEqual(self.codec(key), codec)

    def test_a_command_that_changes_a_number_keeps_it_a_number(self):
        for words in (("INCRBYFLOAT", "n", "2"), ("SETRANGE", "n", "1", "7"), ("SETBIT", "n", "7", "1"),
                      ("INCR", "n"), ("DECRBY", "n", "2"), ("APPEND", "n", "1"), ("EXPIRE", "n", "100"),
                      ("EXPIRE", "n", "100", "NX"), ("PEXPIRE", "n", "100000", "LT"), ("GETEX", "n", "EX", "100"),
                      ("PERSIST", "n"), ("GETEX", "n", "PERSIST")):
            self.set_with_codec("n", b"1234", "int64")
            if "PERSIST" in words:
                self.client.expire("n", 50)
            self.run_command(*words)
            self.assertEqual(self.codec("n"), "int64", words)
            self.assertEqual(int(self.shared.get("n")), int(self.client.get("n")))
        self.assertEqual(float(self.run_command("INCRBYFLOAT", "n", "2")), 1236)

    def test_a_sum_that_rounds_to_nothing_has_no_sign(self):
        for before, step in ((b"-0", "-0"), (b"0", "-1e-30")):
            self.shared.set("n", before)
            self.run_command("INCRBYFLOAT", "n", step)
            self.assertEqual(self.shared.get("n"), b"0")

    def test_remaining_times_are_rounded_as_redis_does(self):
        self.client.set("k", "1")
        self.assertEqual(self.shared.tool("clock", "freeze").returncode, 0)
        for ms, seconds in ((1400, 1), (1500, 2), (1999, 2), (400, 0)):
            self.client.set("k", "1", px=ms)
            self.assertEqual((self.client.ttl("k"), self.client.pttl("k")), (seconds, ms))
        for ttl, ms in (("500us", 1), ("1ms", 1), ("1001us", 2)):
            self.shared.set("k", b"1", "--ttl", ttl)
            self.assertEqual(self.client.pttl("k"), ms)

    def test_the_encoding_is_that_of_such_a_string(self):
        for value, encoding in (("1234", b"int"), ("abc", b"embstr"), ("007", b"embstr"), ("x" * 44, b"embstr"),
                                ("x" * 45, b"raw"), (str(2**63), b"embstr")):
            self.client.set("k", value)
            self.assertEqual(self.client.object("encoding", "k"), encoding, value)

    def test_a_command_that_changes_only_the_time_changes_it(self):
        self.client.set("k", "v")
        payload = self.client.dump("k")
        for before, after in ((None, 100), (1000, 100), (100, 1000), (100, 0), (None, 0)):
            self.client.set("k", "v", ex=before)
            self.client.restore("k", after * 1000, payload, replace=True)
            self.assertEqual(self.shared.get("k"), b"v")
            self.assertIn(self.client.ttl("k"), (after - 1, after) if after else (-1,))

    def test_a_moment_before_all_time_deletes(self):
        for moment in (-1, -9_300_000_000_000_000, -2**63):
            self.client.set("k", "v")
            self.assertEqual(self.run_command("PEXPIREAT", "k", moment), 1)
            self.assertIsNone(self.shared.get("k"), moment)

    def test_a_range_of_a_pattern_may_be_written_backwards(self):
        self.client.mset({"a": "1", "b": "1", "d": "1"})
        self.assertEqual(sorted(self.client.keys("[c-a]")), [b"a", b"b"])

    def test_a_scan_names_each_key_once(self):
        self.client.rpush("both", "1")
        self.shared.set("both", b"string")
        self.client.mset({"a": "1", "b": "2"})
        self.assertEqual(sorted(self.client.scan_iter()), [b"a", b"b", b"both"])
        for command in ("SCAN", "DC.SCAN"):
            self.assert_error("syntax error", self.client, command, "0", "COUNT", "0")

    def test_what_is_no_number_any_more_does_not_say_that_it_is_one(self):
        for words in (("INCRBYFLOAT", "n", "0.5"), ("SETRANGE", "n", "1", "x"), ("SETBIT", "n", "1", "1")):
            self.set_with_codec("n", b"1234", "int64")
            self.run_command(*words)
            self.assertEqual(self.codec("n"), "bytes", words)

    def test_text_and_json_stay_what_they_are(self):
        for codec, value in (("json", b'{"a":1}'), ("text", b'{"a":1}')):
            for words in (("SETRANGE", "k", "5", "2"), ("EXPIRE", "k", "100", "NX"), ("GETEX", "k", "EX", "9"),
                          ("RENAME", "k", "k2"), ("COPY", "k", "k2"), ("COPY", "k", "k2", "REPLACE"),
                          ("COPY", "k", "k2", "DB", "0"), ("COPY", "k", "k2", "DB", "0", "REPLACE")):
                self.client.delete("k2")
                if "REPLACE" in words:
                    self.client.set("k2", "old")
                self.set_with_codec("k", value, codec)
                self.run_command(*words)
                self.assertEqual(self.codec("k2" if "k2" in words else "k"), codec, words)
        other = self.cache()
        other.name = self.shared.name + ".db1"
        for words in (("COPY", "k", "k", "DB", "1"), ("COPY", "k", "k", "DB", "1", "REPLACE"), ("MOVE", "m", "1")):
            self.set_with_codec(words[1], b"[1]", "json")
            self.assertEqual(self.run_command(*words), 1)
        for key in ("k", "m"):
            self.assertIn(b'"codec":"json"', other.tool("ls", "--json", key).stdout)

    def test_a_copy_keeps_time_and_replaces_only_if_it_is_told_to(self):
        self.client.set("k", "new", ex=100)
        self.client.set("k2", "old")
        self.client.rpush("l", "x")
        self.assertEqual((self.run_command("COPY", "k", "k2"), self.run_command("COPY", "k", "l")), (0, 0))
        self.assertEqual((self.client.get("k2"), self.client.type("l")), (b"old", b"list"))
        for target in ("k2", "l", "fresh"):
            self.assertEqual(self.run_command("COPY", "k", target, "REPLACE"), 1)
            self.assertEqual(self.client.get(target), b"new")
            self.assertIn(self.client.ttl(target), (99, 100))
        self.assertEqual(self.client.dbsize(), 4)
        self.assertEqual(self.run_command("COPY", "absent", "k"), 0)
        self.assertEqual(self.client.get("k"), b"new")
        self.assert_error("source and destination objects are the same", self.client, "COPY", "k", "k")
        self.assert_error("", self.client, "COPY", "k", "k2", "NOW")

    def test_a_copy_and_a_move_tell_of_the_key_that_they_make(self):
        self.client.config_set("notify-keyspace-events", "KEA")
        self.client.mset({"k": "1", "m": "1"})
        pubsub = self.redis_server.client().pubsub()
        pubsub.psubscribe("__keyspace@*__:*")
        pubsub.get_message(timeout=1)
        for words in (("COPY", "k", "k2"), ("COPY", "k", "k3", "DB", "1"), ("MOVE", "m", "1")):
            self.assertEqual(self.run_command(*words), 1)
        seen = [pubsub.get_message(timeout=10) for _ in range(4)]
        self.assertEqual([(event["channel"], event["data"]) for event in seen],
                         [(b"__keyspace@0__:k2", b"copy_to"), (b"__keyspace@1__:k3", b"copy_to"),
                          (b"__keyspace@0__:m", b"move_from"), (b"__keyspace@1__:m", b"move_to")])

    def run_transaction(self, words, may_fail=False):
        """A transaction that watches the key `k` and sets `done`. Another client runs the words meanwhile."""
        self.client.flushall()
        self.client.mset({"from": "3"})
        self.client.set("k", "1", ex=200)
        with self.client.pipeline() as pipe:
            pipe.watch("k")
            try:
                self.redis_server.client().execute_command(*words)
            except redis.ResponseError:
                self.assertTrue(may_fail, words)
            pipe.multi()
            pipe.set("done", "1")
            return pipe.execute()

    READERS = ("GETBIT k 1", "BITCOUNT k", "BITPOS k 1", "PFCOUNT p", "LCS k from", "DUMP k", "BITFIELD_RO k GET u8 0", "BITFIELD k GET u8 0",
               "SORT l BY nothing_* GET k", "OBJECT FREQ k", "LPUSH k x", "XADD k * f v", "SETBIT k 0 2")

    def test_a_command_that_only_reads_a_string_stops_no_transaction(self):
        for words in self.READERS:
            with self.subTest(words=words):
                self.client.pfadd("p", "x")
                self.assertIsNotNone(self.run_transaction(words.split(), may_fail=True))

    def test_a_command_that_only_reads_a_string_sends_no_event(self):
        self.client.config_set("notify-keyspace-events", "KEA")
        self.client.mset({"k": "v", "from": "v"})
        self.client.pfadd("p", "x")
        self.client.rpush("l", "1")
        pubsub = self.redis_server.client().pubsub()
        pubsub.psubscribe("__key*__:*")
        pubsub.get_message(timeout=1)
        for words in self.READERS:
            try:
                self.run_command(*words.split())
            except redis.ResponseError:
                pass
        self.client.set("end", "1")
        self.assertEqual(pubsub.get_message(timeout=10)["channel"], b"__keyspace@0__:end")

    def test_every_command_that_changes_a_watched_key_stops_the_transaction(self):
        for words in (("GETEX", "k", "EX", "100"), ("GETEX", "k", "PERSIST"), ("GETDEL", "k"), ("EXPIRE", "k", "50"),
                      ("EXPIRE", "k", "5", "LT"), ("EXPIRE", "k", "-1"), ("PERSIST", "k"), ("SETRANGE", "k", "0", "2"),
                      ("INCRBYFLOAT", "k", "1"), ("INCR", "k"), ("DECR", "k"), ("APPEND", "k", "1"), ("DEL", "k"),
                      ("UNLINK", "k"), ("GETSET", "k", "2"), ("SET", "k", "2", "XX"), ("MSET", "k", "2"),
                      ("SETBIT", "k", "1", "1"), ("RENAME", "k", "k2"), ("RENAME", "from", "k"),
                      ("COPY", "from", "k", "REPLACE"), ("MOVE", "k", "1"), ("SETEX", "k", "9", "2"),
                      ("PSETEX", "k", "9000", "2")):
            with self.assertRaises(redis.exceptions.WatchError, msg=words):
                self.run_transaction(words)
            self.assertFalse(self.client.exists("done"), words)

    def test_a_command_that_changes_nothing_stops_no_transaction(self):
        for words in (("GETEX", "k"), ("GET", "k"), ("EXPIRE", "k", "50", "NX"), ("SET", "k", "2", "NX"),
                      ("SETNX", "k", "2"), ("COPY", "from", "k"), ("RENAMENX", "from", "k"), ("DEL", "k3"),
                      ("MSETNX", "k", "1", "k4", "1")):
            self.assertEqual(self.run_transaction(words), [True], words)


class Prefix(Case):
    def test_a_large_cache_counts_only_the_keys_of_the_prefix(self):
        shared = self.cache()
        client = self.server("cache", shared.name, "takeover", "prefix:c:", "capacity", "64mb").client()
        lines = "".join(f'{{"key":"other{i}","value":"v"}}\n' for i in range(10_100))
        self.assertEqual(shared.tool("load", "-", input=lines.encode()).returncode, 0)
        client.mset({"c:1": "x", "c:2": "x", "plain": "y"})
        self.assertEqual(client.dbsize(), 3)


if __name__ == "__main__":
    main()
