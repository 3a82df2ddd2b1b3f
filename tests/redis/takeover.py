# SPDX-License-Identifier: MIT
"""The server's own commands, served from the cache: by prefix, by database, all of them."""
import time

import redis

from servers import Case, TakeoverCase, main


class All(TakeoverCase):
    def test_unmodified_clients_and_local_processes_share_strings(self):
        self.client.set("a", "1", ex=100)
        self.assertEqual(self.shared.get("a"), b"1")
        self.shared.set("b", b"local", "--ttl", "50")
        self.assertEqual(self.client.get("b"), b"local")
        self.assertIn(self.client.ttl("b"), (49, 50))
        self.assertEqual(sorted(self.client.keys("*")), [b"a", b"b"])

    def test_a_time_that_is_not_positive_is_an_error(self):
        self.assert_error("invalid expire time in 'set' command", self.client, "SET", "a", "1", "EX", "0")

    def test_a_key_is_in_one_world_only(self):
        self.client.set("a", "1")
        self.assert_error("WRONGTYPE", self.client, "LPUSH", "a", "x")
        self.assertEqual(self.client.type("a"), b"string")
        self.client.lpush("l", "x")
        self.assert_error("WRONGTYPE", self.client, "GET", "l")
        self.assert_error("WRONGTYPE", self.client, "INCR", "l")
        self.assertEqual(self.client.exists("a", "l", "x"), 2)
        self.assertEqual(self.client.dbsize(), 2)
        self.assertEqual(set(self.client.scan_iter()), {b"a", b"l"})
        self.client.set("l", "now a string")
        self.assertEqual(self.client.type("l"), b"string")
        self.assertEqual(self.client.delete("a", "l"), 2)
        self.assertEqual(self.client.dbsize(), 0)

    def test_keepttl_keeps_the_time_of_what_was_no_string(self):
        self.client.lpush("l", "x")
        self.client.expire("l", 100)
        self.client.set("l", "now a string", keepttl=True)
        self.assertEqual(self.shared.get("l"), b"now a string")
        self.assertTrue(99_000 < self.client.pttl("l") <= 100_000)
        self.client.lpush("very long", "x")
        self.client.execute_command("PEXPIREAT", "very long", 2**63 - 1)
        self.client.set("very long", "now a string", keepttl=True)
        self.assertGreater(self.client.ttl("very long"), 998 * 365 * 86_400)
        self.client.lpush("for ever", "x")
        self.client.set("for ever", "now a string", keepttl=True)
        self.assertEqual(self.client.pttl("for ever"), -1)

    def test_times_are_compared_in_milliseconds(self):
        self.client.set("a", "1")
        with self.client.pipeline(transaction=True) as block:
            for _ in range(50):
                block.expire("a", 100)
                block.expire("a", 100, gt=True)
            longer = sum(block.execute()[1::2])
        self.assertLess(longer, 10)  # some, if the server has to wait for the processor
        self.assertEqual(self.run_command("EXPIRE", "a", 101, "GT"), 1)
        self.assertEqual(self.run_command("EXPIRE", "a", 100, "LT"), 1)

    def test_a_string_of_the_servers_own_becomes_the_caches(self):
        # One that was there before the module, as after a takeover was switched on.
        self.client.set("k", "v")
        payload = self.client.dump("k")
        self.client.delete("k")
        self.client.restore("k", 100_000, payload)
        self.assertEqual(self.shared.get("k"), b"v")
        self.assertTrue(99_000 < self.client.pttl("k") <= 100_000)

    def test_commands_that_only_the_server_knows_work_on_the_caches_strings(self):
        self.client.set("a", "abc", ex=100)
        self.assertEqual(self.client.setbit("a", 0, 1), 0)
        self.assertEqual(self.shared.get("a"), b"\xe1bc")
        self.assertIn(self.client.ttl("a"), (99, 100))
        self.assertEqual(self.client.bitcount("a"), 11)
        self.client.pfadd("hll", "x", "y")
        self.assertEqual(self.client.pfcount("hll"), 2)
        self.assertIsNotNone(self.shared.get("hll"))
        self.client.sadd("s", "m")
        self.client.sunionstore("a", "s")
        self.assertEqual(self.client.type("a"), b"set")
        self.assertIsNone(self.shared.get("a"))

    def test_each_database_has_a_cache_of_its_own(self):
        other = self.redis_server.client(db=3)
        self.client.set("a", "zero")
        other.set("a", "three")
        self.assertEqual((self.client.get("a"), other.get("a")), (b"zero", b"three"))
        other.flushdb()
        self.assertEqual(self.client.get("a"), b"zero")
        other.set("b", "x")
        self.client.flushall()
        self.assertEqual((self.client.dbsize(), other.dbsize()), (0, 0))

    def test_transactions_scripts_and_pipelines(self):
        with self.client.pipeline(transaction=True) as pipe:
            self.assertEqual(pipe.set("a", "1").incr("a").get("a").execute(), [True, 2, b"2"])
        script = "redis.call('set', KEYS[1], ARGV[1]); return redis.call('get', KEYS[1])"
        self.assertEqual(self.client.eval(script, 1, "b", "x"), b"x")
        with self.client.pipeline(transaction=False) as pipe:
            for i in range(1000):
                pipe.set(f"k{i}", i)
            self.assertTrue(all(pipe.execute()))
        self.assertEqual(self.client.mget([f"k{i}" for i in range(1000)]), [str(i).encode() for i in range(1000)])
        with self.client.pipeline() as pipe:
            pipe.watch("a")
            self.redis_server.client().set("a", "other")
            pipe.multi()
            pipe.set("a", "mine")
            with self.assertRaisesRegex(Exception, "Watched"):
                pipe.execute()

    def test_a_transaction_with_a_wrong_command_is_discarded(self):
        connection = self.client.connection_pool.make_connection()
        connection.send_command("MULTI")
        connection.read_response()
        connection.send_command("GET")
        with self.assertRaisesRegex(Exception, "wrong number of arguments for 'get' command"):
            connection.read_response()
        connection.send_command("EXEC")
        with self.assertRaisesRegex(Exception, "discarded"):
            connection.read_response()

    def test_a_flush_is_a_change_of_watched_keys_that_were_there(self):
        for flush, key, aborted in (("flushdb", "a", True), ("flushall", "a", True), ("flushall", "absent", False)):
            self.client.set("a", "1")
            with self.client.pipeline() as pipe:
                pipe.watch(key)
                getattr(self.redis_server.client(), flush)()
                pipe.multi()
                pipe.ping()
                if aborted:
                    with self.assertRaisesRegex(Exception, "Watched"):
                        pipe.execute()
                else:
                    self.assertEqual(pipe.execute(), [True])

    def test_a_scan_goes_from_the_servers_keys_to_the_caches(self):
        with self.client.pipeline(transaction=False) as pipe:
            for i in range(5000):
                pipe.set(f"s{i}", "v")
            for i in range(300):
                pipe.rpush(f"l{i}", "v")
            pipe.execute()
        for count in (None, 50, 1000):
            self.assertEqual(len(set(self.client.scan_iter(count=count))), 5300)

    def test_keys_go_to_other_databases(self):
        other = self.redis_server.client(db=1)
        self.client.mset({"k": "new", "only": "here"})
        other.set("k", "old")
        self.assertFalse(self.client.move("k", 1))
        self.assertEqual((self.client.get("k"), other.get("k")), (b"new", b"old"))
        self.assertTrue(self.client.move("only", 1))
        self.assertEqual((self.client.get("only"), other.get("only")), (None, b"here"))
        self.assertFalse(self.client.copy("k", "k", destination_db=1))
        self.assertTrue(self.client.copy("k", "k", destination_db=1, replace=True))
        self.assertEqual((self.client.get("k"), other.get("k")), (b"new", b"new"))
        self.assertEqual(other.bitcount("k"), self.client.bitcount("k"))
        self.client.rpush("l", "x")
        other.set("l", "string")
        self.assertFalse(self.client.move("l", 1))
        self.assertTrue(self.client.copy("l", "l", destination_db=1, replace=True))
        self.assertEqual(other.type("l"), b"list")
        self.assertEqual(other.dbsize(), 3)
        self.assert_error("", self.client, "MOVE", "k", "99")
        self.assert_error("", self.client, "COPY", "k", "k", "DB", "x")

    def test_a_lent_string_that_has_no_room_stays_as_it_was(self):
        client = self.server("cache", self.cache().name, "takeover", "all", "capacity", "8mb").client()
        client.set("k", "hello")
        client.rpush("list", "x")
        for key in ("k", "absent"):
            self.assert_error("", client, "SETBIT", key, "50000000", "1")
        self.assert_error("", client, "SET", "list", "x" * 6_000_000)
        self.assertEqual((client.get("k"), client.exists("absent"), client.type("list")), (b"hello", 0, b"list"))
        self.assertEqual(client.bitcount("k"), 21)
        self.assertEqual(client.dbsize(), 2)

    def test_a_string_that_a_local_process_sets_over_a_list_comes_first(self):
        self.client.rpush("l", "1")
        self.shared.set("l", b"string")
        self.assertEqual(self.client.get("l"), b"string")
        self.assert_error("WRONGTYPE", self.client, "LPUSH", "l", "x")
        self.client.delete("l")
        self.assertEqual(self.client.exists("l"), 0)

    def test_databases_are_not_swapped(self):
        self.assert_error("SWAPDB is not possible", self.client, "SWAPDB", "0", "1")

    def test_keys_that_are_over_are_not_counted(self):
        self.client.set("a", "1", px=5)
        self.client.set("b", "1")
        time.sleep(0.02)
        self.assertEqual(self.client.dbsize(), 1)

    def test_keyspace_events(self):
        self.client.config_set("notify-keyspace-events", "KEA")
        pubsub = self.redis_server.client().pubsub()
        pubsub.psubscribe("__keyevent@0__:*")
        pubsub.get_message(timeout=1)
        self.client.set("a", "1")
        self.client.delete("a")
        seen = [pubsub.get_message(timeout=1)["channel"] for _ in range(2)]
        self.assertEqual(seen, [b"__keyevent@0__:set", b"__keyevent@0__:del"])

    def test_a_user_with_rights_on_some_keys(self):
        self.run_command("ACL", "SETUSER", "some", "on", ">pw", "~mine:*", "+@all")
        some = self.redis_server.client(username="some", password="pw")
        some.set("mine:a", "1")
        for command in (("GET", "theirs"), ("LPUSH", "theirs", "x"), ("MSET", "mine:b", "1", "theirs", "1")):
            with self.assertRaises(redis.exceptions.NoPermissionError):
                some.execute_command(*command)
        self.run_command("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+dc:get")
        reader = self.redis_server.client(username="reader", password="pw")
        self.assertEqual(reader.get("mine:a"), b"1")

    def test_the_random_key_is_one_of_them(self):
        self.assertIsNone(self.client.randomkey())
        for i in range(50):
            self.client.set(f"s{i}", "x")
        self.client.lpush("l", "x")
        seen = {self.client.randomkey() for _ in range(300)}
        self.assertIn(b"l", seen)
        self.assertGreater(len(seen), 5)


class Prefix(Case):
    def setUp(self):
        self.shared = self.cache()
        self.redis_server = self.server("cache", self.shared.name, "takeover", "prefix:c:", "capacity", "64mb")
        self.client = self.redis_server.client()

    def test_keys_with_the_prefix_are_in_the_cache_and_others_are_not(self):
        self.client.mset({"c:a": "1", "b": "2"})
        self.assertEqual((self.shared.get("c:a"), self.shared.get("b")), (b"1", None))
        self.assertEqual(self.client.mget("c:a", "b", "c:no"), [b"1", b"2", None])
        self.assertEqual(self.client.exists("c:a", "b"), 2)
        self.assertEqual(self.client.dbsize(), 2)
        self.assertEqual(self.client.delete("c:a", "b"), 2)

    def test_what_local_processes_keep_beside_it_is_not_shown(self):
        self.shared.set("other", b"x")
        self.client.set("c:a", "1")
        self.assertEqual(self.client.keys("*"), [b"c:a"])
        self.assertEqual(list(self.client.scan_iter()), [b"c:a"])
        self.assertEqual(self.client.dbsize(), 1)
        self.client.flushdb()
        self.assertEqual((self.shared.get("other"), self.shared.get("c:a")), (b"x", None))

    def test_a_key_gets_a_name_of_the_other_keyspace(self):
        self.client.set("c:a", "1", ex=100)
        self.client.rename("c:a", "plain")
        self.assertIsNone(self.shared.get("c:a"))
        self.assertIn(self.client.ttl("plain"), (99, 100))
        self.client.rename("plain", "c:b")
        self.assertEqual(self.shared.get("c:b"), b"1")
        self.assertEqual(self.client.keys("*"), [b"c:b"])


class Database(Case):
    def test_one_database_is_the_caches(self):
        shared = self.cache()
        server = self.server("cache", shared.name, "takeover", "db:2")
        zero, two = server.client(), server.client(db=2)
        zero.set("a", "plain")
        two.set("a", "served")
        self.assertEqual(shared.get("a"), b"served")
        self.assertEqual((zero.get("a"), two.get("a")), (b"plain", b"served"))
        connection = zero.connection_pool.make_connection()
        connection.send_packed_command(connection.pack_commands(
            [["MULTI"], ["SELECT", "2"], ["GET", "a"], ["SELECT", "0"], ["GET", "a"], ["EXEC"]]))
        replies = [connection.read_response() for _ in range(6)]
        self.assertEqual(replies[5], [b"OK", b"served", b"OK", b"plain"])
        self.assertEqual(two.eval("redis.call('select', 0); return redis.call('get', 'a')", 0), b"plain")
        zero.flushdb()
        self.assertEqual(two.get("a"), b"served")
        self.assert_error("SWAPDB is not possible", zero, "SWAPDB", "0", "2")
        zero.flushall()
        self.assertEqual((two.get("a"), shared.get("a")), (None, None))


if __name__ == "__main__":
    main()
