# SPDX-License-Identifier: MIT
"""A key is in the cache or in the server, never in both, whatever makes or moves it."""
import threading
import time

import redis

from servers import TakeoverCase, main


class TwoWorlds(TakeoverCase):
    def in_server(self, key):
        """Whether the server itself has the key: DEBUG OBJECT looks past the cache."""
        try:
            self.client.execute_command("DEBUG", "OBJECT", key)
            return True
        except redis.ResponseError:
            return False

    def assert_in_one(self, *keys):
        for key in keys:
            self.assertFalse(self.shared.get(key) is not None and self.in_server(key), key)

    def test_a_subcommand_does_not_make_a_key_beside_a_string(self):
        for words in (("XGROUP", "CREATE", "k", "g", "$", "MKSTREAM"), ("xgroup", "create", "k", "g", "0", "mkstream"),
                      ("XGROUP", "DESTROY", "k", "g"), ("XGROUP", "SETID", "k", "g", "$"),
                      ("XGROUP", "CREATECONSUMER", "k", "g", "c"), ("XINFO", "STREAM", "k"), ("XINFO", "GROUPS", "k")):
            self.client.set("k", "v")
            self.assert_error("WRONGTYPE", self.client, *words)
            self.assertEqual(self.client.get("k"), b"v", words)
            self.assert_in_one("k")
        self.client.delete("k")
        self.assertEqual(self.run_command("XGROUP", "CREATE", "k", "g", "$", "MKSTREAM"), b"OK")
        self.assertEqual(self.client.type("k"), b"stream")
        self.assertIsInstance(self.run_command("XINFO", "HELP"), list)

    def test_a_blocking_command_meets_a_string(self):
        for words in (("BLMOVE", "l", "k", "LEFT", "LEFT", "1"), ("BRPOPLPUSH", "l", "k", "1"), ("BLPOP", "k", "1"),
                      ("BRPOP", "absent", "k", "1"), ("BZPOPMIN", "k", "1"), ("BLMPOP", "1", "1", "k", "LEFT"),
                      ("BZMPOP", "1", "1", "k", "MIN"), ("XREAD", "BLOCK", "100", "STREAMS", "k", "0"),
                      ("XREADGROUP", "GROUP", "g", "c", "BLOCK", "100", "STREAMS", "k", ">")):
            self.client.flushall()
            self.client.set("k", "v")
            self.client.rpush("l", "x")
            self.assert_error("WRONGTYPE", self.client, *words)
            self.assertEqual((self.client.get("k"), self.client.llen("l")), (b"v", 1), words)
            self.assert_in_one("k", "l")

    def test_a_blocking_command_still_blocks(self):
        self.client.mset({"other": "v", "20": "no key of that call", "0": "v"})
        popped = []
        waiter = threading.Thread(target=lambda: popped.append(self.redis_server.client().blpop("l", 20)))
        waiter.start()
        while self.client.info("clients")["blocked_clients"] == 0:
            time.sleep(0.01)
        self.client.rpush("l", "x")
        waiter.join()
        self.assertEqual(popped, [(b"l", b"x")])

    def wait_in_background(self, *words):
        """The reply, or the error, of another client, as the only element of the list; empty until it comes."""
        said = []

        def call():
            connection = self.redis_server.client().connection_pool.make_connection()  # it calls once, whatever happens
            try:
                connection.send_command(*words)
                said.append(connection.read_response())
            except (redis.ResponseError, redis.ConnectionError) as error:
                said.append(str(error))

        before = self.client.info("clients")["blocked_clients"]
        waiter = threading.Thread(target=call, daemon=True)
        waiter.start()
        while self.client.info("clients")["blocked_clients"] == before and not said:
            time.sleep(0.01)
        return waiter, said

    MOVES = (("BLMOVE", "l", "k", "LEFT", "LEFT"), ("BRPOPLPUSH", "l", "k"))

    def test_who_moves_to_a_string_waits_for_an_element_all_the_same(self):
        for words in self.MOVES:
            self.client.set("k", "v")
            waiter, said = self.wait_in_background(*words, "20")
            time.sleep(0.1)
            self.assertEqual(said, [], words)
            self.client.rpush("l", "x")
            waiter.join(10)
            self.assertIn("WRONGTYPE", said[0])
            self.assertEqual((self.client.get("k"), self.client.lpop("l")), (b"v", b"x"))
            # The string goes while the client waits.
            waiter, said = self.wait_in_background(*words, "20")
            self.shared.tool("del", "k")
            self.client.rpush("l", "x")
            waiter.join(10)
            self.assertEqual((said, self.client.lrange("k", 0, -1)), ([b"x"], [b"x"]))

    def test_who_moves_to_a_string_waits_no_longer_than_it_said(self):
        self.client.set("k", "v")
        for words in self.MOVES:
            begin = time.monotonic()
            self.assertIsNone(self.run_command(*words, "0.3"))
            self.assertTrue(0.29 < time.monotonic() - begin < 10)
            self.assert_error("timeout is not a float", self.client, *words, "x")
            self.assert_error("timeout is negative", self.client, *words, "-1")
            with self.client.pipeline(transaction=True) as block:  # where nobody can wait
                self.assertEqual(block.execute_command(*words, "0").execute(), [None])

    def test_who_goes_while_it_waits_takes_nothing(self):
        self.client.set("k", "v")
        for way in (("CLIENT", "KILL", "ID"), ("CLIENT", "UNBLOCK"), ("CLIENT", "UNBLOCK", "ERROR")):
            waiter, said = self.wait_in_background("BLMOVE", "l", "k", "LEFT", "LEFT", "0")
            number = next(one["id"] for one in self.client.client_list() if "b" in one["flags"])
            self.client.execute_command(*way[:2], *(way[2:] if way[1] == "KILL" else ()), number, *(way[2:] if way[1] != "KILL" else ()))
            waiter.join(10)
            self.assertEqual(len(said), 1, way)
            self.client.delete("k")
            self.client.rpush("l", "x")
            time.sleep(0.1)
            self.assertEqual((self.client.lpop("l"), self.client.exists("k")), (b"x", 0), way)
            self.client.set("k", "v")

    def test_what_cannot_be_lent_leaves_no_copy(self):
        self.client.rpush("l", "x")
        self.shared.set("l", b"a string beside")
        for words in (("PFCOUNT", "a", "l"), ("BITOP", "AND", "to", "a", "l"), ("LCS", "a", "l")):
            self.client.set("a", "1")
            self.assert_error("WRONGTYPE", self.client, *words)
            self.assertFalse(self.in_server("a"), words)
            self.assertEqual(self.shared.tool("del", "a").returncode, 0)
            self.assertIsNone(self.client.get("a"), words)

    def test_sort_looks_up_strings_of_both_worlds(self):
        self.client.rpush("ids", "1", "2", "3")
        self.client.sadd("set", "1", "2", "3")
        self.client.zadd("zset", {"1": 5, "2": 4, "3": 3})
        self.client.mset({"w_1": "30", "w_2": "10", "w_3": "20", "name_1": "one", "name_2": "two"})
        self.client.hset("h_1", "f", "x")
        self.client.hset("h_2", "f", "y")
        for key in ("ids", "set", "zset"):
            self.assertEqual(self.run_command("SORT", key, "BY", "w_*"), [b"2", b"3", b"1"])
            self.assertEqual(self.run_command("SORT_RO", key, "BY", "w_*", "GET", "#", "GET", "name_*", "LIMIT", "0", "2"),
                             [b"2", b"two", b"3", None])
            self.assertEqual(self.run_command("sort", key, "by", "w_*", "desc", "get", "h_*->f"), [b"x", None, b"y"])
        self.assertEqual(self.run_command("SORT", "ids", "BY", "w_*", "GET", "name_*", "STORE", "out"), 3)
        self.assertEqual(self.client.lrange("out", 0, -1), [b"two", b"", b"one"])
        self.assertEqual(self.run_command("SORT", "ids", "BY", "nosort", "GET", "w_*"), [b"30", b"10", b"20"])
        self.assertEqual(self.run_command("SORT", "ids", "DESC"), [b"3", b"2", b"1"])
        for key in ("w_1", "w_2", "w_3", "name_1", "name_2"):
            self.assertIsNotNone(self.shared.get(key), key)
            self.assertFalse(self.in_server(key), key)
        self.client.sadd("letters", *"zyxwvutsrqponmlkjihgfedcba")
        script = "return redis.call('sort', KEYS[1], 'by', 'none', 'get', '#', 'get', 'w_*')"
        self.client.set("w_z", "!")
        self.assertEqual(b"".join(filter(None, self.client.eval(script, 1, "letters"))), b"abcdefghijklmnopqrstuvwxyz!")
        script = "return redis.call('sort', KEYS[1], 'by', 'w_*')"
        self.assertEqual(self.client.eval(script, 1, "ids"), [b"2", b"3", b"1"])

    def test_a_copy_over_an_equal_value_has_the_time_of_the_new_one(self):
        for words in (("COPY", "a", "b", "REPLACE"), ("COPY", "a", "b", "DB", "0", "REPLACE"),
                      ("RESTORE", "b", "0", None, "REPLACE"), ("SET", "b", "v"), ("RENAME", "a", "b"),
                      ("GETSET", "b", "v"), ("MSET", "b", "v")):
            self.client.set("a", "v")
            payload = self.client.dump("a")
            self.client.set("b", "v", ex=100)
            self.run_command(*(payload if word is None else word for word in words))
            self.assertEqual((self.client.get("b"), self.client.ttl("b")), (b"v", -1), words)
            self.client.set("b", "v")
            self.client.set("a", "v", ex=100)
            if words[0] in ("COPY", "RENAME"):
                self.run_command(*words)
                self.assertIn(self.client.ttl("b"), (99, 100), words)


if __name__ == "__main__":
    main()
