# SPDX-License-Identifier: MIT
"""The DC commands: the cache's own calls, for any Redis client, on the cache that local processes use."""
import os
import resource
import shutil
import tempfile
import threading
import time

from servers import Case, main


class DcCommands(Case):
    def setUp(self):
        self.shared = self.cache()
        self.redis_server = self.server("cache", self.shared.name, "capacity", "64mb")
        self.client = self.redis_server.client()

    def run_command(self, *words):
        return self.client.execute_command(*words)

    def raw(self, *words):
        """What the server says, not in redis-py's words."""
        connection = self.client.connection_pool.make_connection()
        connection.send_command(*words)
        return connection.read_response()

    def test_a_value_goes_both_ways(self):
        self.assertEqual(self.run_command("DC.SET", "a", b"one\x00\xff"), b"OK")
        self.assertEqual(self.shared.get("a"), b"one\x00\xff")
        self.shared.set("b", b"two")
        self.assertEqual(self.run_command("DC.GET", "b"), b"two")
        self.assertIsNone(self.run_command("DC.GET", "absent"))
        self.assertIsNone(self.client.get("a"), "without a takeover GET is the server's own")

    def test_a_time_of_zero_or_less_deletes(self):
        self.run_command("DC.SET", "a", "1")
        self.assertIsNone(self.run_command("DC.SET", "a", "2", "EX", "0"))
        self.assertIsNone(self.run_command("DC.GET", "a"))
        self.run_command("DC.SET", "a", "1")
        self.assertEqual(self.run_command("DC.EXPIRE", "a", "-5"), 1)
        self.assertEqual(self.run_command("DC.EXISTS", "a"), 0)

    def test_the_options_of_set(self):
        self.assertIsNone(self.run_command("DC.SET", "a", "1", "XX"))
        self.assertEqual(self.run_command("DC.SET", "a", "1", "NX", "EX", "100"), b"OK")
        self.assertIsNone(self.run_command("DC.SET", "a", "2", "NX"))
        self.assertEqual(self.run_command("DC.SET", "a", "2", "XX", "GET", "KEEPTTL"), b"1")
        self.assertIn(self.run_command("DC.TTL", "a"), (99, 100))
        self.assertEqual(self.run_command("DC.SET", "a", "3", "PX", "5000"), b"OK")
        self.assertTrue(4000 < self.run_command("DC.PTTL", "a") <= 5000)
        self.assert_error("syntax error", self.client, "DC.SET", "a", "1", "NX", "XX")

    def test_the_other_calls(self):
        self.assertEqual(self.run_command("DC.ADD", "a", "1", "EX", "9"), 1)
        self.assertEqual(self.run_command("DC.ADD", "a", "2"), 0)
        self.assertEqual(self.run_command("DC.PERSIST", "a"), 1)
        self.assertEqual(self.run_command("DC.TTL", "a"), -1)
        self.assertEqual(self.run_command("DC.INCRBY", "a", "41"), 42)
        self.assertEqual(self.run_command("DC.DECRBY", "a", "2"), 40)
        self.assertEqual(self.run_command("DC.APPEND", "a", "0"), 3)
        self.assertEqual(self.run_command("DC.STRLEN", "a"), 3)
        self.assertEqual(self.run_command("DC.MSET", "b", "x", "c", "y"), b"OK")
        self.assertEqual(self.run_command("DC.MGET", "a", "no", "c"), [b"400", None, b"y"])
        self.assertEqual(self.run_command("DC.GETDEL", "c"), b"y")
        self.assertEqual(self.run_command("DC.DEL", "a", "b", "c"), 2)
        self.assertEqual(self.run_command("DC.TTL", "a"), -2)
        self.assert_error("wrong number of arguments", self.client, "DC.GET")
        self.assert_error("dummycache: ", self.client, "DC.SET", "", "1")

    def test_an_integer_is_refused_in_words_of_redis(self):
        self.run_command("DC.SET", "a", "text")
        self.assert_error("value is not an integer", self.client, "DC.INCRBY", "a", "1")
        self.run_command("DC.SET", "a", str(2**63 - 1))
        self.assert_error("increment or decrement would overflow", self.client, "DC.INCRBY", "a", "1")

    def test_scan_returns_each_key_that_stays(self):
        for i in range(3000):
            self.run_command("DC.SET", f"stay:{i}", "x")
        cursor, found, more = 0, set(), 0
        while True:
            cursor, keys = self.run_command("DC.SCAN", cursor, "MATCH", "stay:*", "COUNT", "50")
            found.update(keys)
            for _ in range(200):
                self.run_command("DC.SET", f"more:{more}", "x")
                more += 1
            if int(cursor) == 0:
                break
        self.assertEqual(len(found), 3000)

    def test_checkpoint_clock_and_clear(self):
        self.run_command("DC.SET", "a", "1", "EX", "60")
        self.run_command("DC.CHECKPOINT", "c")
        self.run_command("DC.SET", "a", "2")
        self.assertEqual(self.run_command("DC.CLEAR"), b"OK")
        self.assertEqual(self.run_command("DC.CHECKPOINTS"), [b"c"])
        self.run_command("DC.ROLLBACK", "c")
        self.assertEqual(self.shared.get("a"), b"1")
        self.run_command("DC.RELEASE", "c")
        self.assert_error("dummycache: rollback", self.client, "DC.ROLLBACK", "c")
        self.run_command("DC.CLOCK", "FREEZE")
        self.run_command("DC.CLOCK", "ADVANCE", "59.5")
        self.assertEqual(self.run_command("DC.GET", "a"), b"1")
        reading = self.run_command("DC.CLOCK", "ADVANCE", "0.6")
        self.assertEqual(reading[4:], [b"frozen", 1])
        self.assertIsNone(self.run_command("DC.GET", "a"))
        self.assert_error("that time is in the past", self.client, "DC.CLOCK", "SET", "1")
        self.run_command("DC.CLOCK", "SET", "1", "FORCE")
        self.run_command("DC.CLOCK", "RESUME")
        self.assert_error("syntax error", self.client, "DC.CLOCK", "BACK")

    def test_the_clock_takes_units_and_no_step_past_its_end(self):
        self.run_command("DC.CLOCK", "FREEZE")
        self.run_command("DC.CLOCK", "SET", "100")
        for step, shows in (("10m", b"700.000000"), ("1h30m", b"6100.000000"), ("250ms", b"6100.250000"),
                            ("0.75", b"6101.000000"), ("1D", b"92501.000000")):
            self.assertEqual(self.run_command("DC.CLOCK", "ADVANCE", step)[1], shows, step)
        for bad in ("10M", "64MB", "", "nan", "inf", "1e999", "ten"):
            self.assert_error(f"'{bad}' is not a time", self.client, "DC.CLOCK", "ADVANCE", bad)
        for much in ("1e12", "1e300", "-1e300", "99999999999w"):
            self.assert_error(f"'{much}' is too much", self.client, "DC.CLOCK", "SET", much)
        for step in ("1e11", "60000w"):
            self.assert_error("dummycache: clock: a step of", self.client, "DC.CLOCK", "ADVANCE", step)
            self.assert_error("dummycache: clock: the time", self.client, "DC.CLOCK", "SET", step)
        self.assert_error("dummycache: clock: a step is negative", self.client, "DC.CLOCK", "ADVANCE", "-1s")
        self.assertEqual(self.run_command("DC.CLOCK")[1], b"92501.000000")
        self.assertEqual(self.run_command("DC.CLOCK", "SET", "2h", "FORCE")[1], b"7200.000000")

    def test_statistics(self):
        self.run_command("DC.SET", "a", "1")
        self.run_command("DC.GET", "a")
        stats = self.run_command("DC.STATS")
        stats = dict(zip(stats[::2], stats[1::2]))
        self.assertEqual(stats[b"entries"], 1)
        info = self.client.info("dummycache")
        self.assertEqual(info["dummycache_entries"], 1)
        self.assertEqual(info["dummycache_name"], self.shared.name)

    def test_why_a_key_is_not_there(self):
        self.run_command("DC.SET", "a", "1")
        self.assertRegex(self.run_command("DC.WHY", "a").decode(),
                         r"^is there and lives for ever \(set [0-9.]+m?s ago by redis-server [0-9]+\)$")
        self.run_command("DC.DEL", "a")
        self.assertRegex(self.run_command("DC.WHY", "a").decode(),
                         r"^deleted [0-9.]+m?s ago by redis-server [0-9]+ \(set ")
        self.assertRegex(self.run_command("DC.WHY", "b").decode(), r"^never written since the cache was made ")

    def test_in_a_transaction_and_a_script(self):
        with self.client.pipeline(transaction=True) as pipe:
            pipe.execute_command("DC.SET", "a", "1")
            pipe.execute_command("DC.INCRBY", "a", "1")
            self.assertEqual(pipe.execute(), [b"OK", 2])
        self.assertEqual(self.client.eval("return redis.call('dc.get', KEYS[1])", 1, "a"), b"2")

    def test_a_watched_key_that_changes_stops_the_transaction(self):
        other = self.redis_server.client()
        with self.client.pipeline() as pipe:
            pipe.watch("a")
            other.execute_command("DC.SET", "a", "1")
            pipe.multi()
            pipe.execute_command("DC.SET", "a", "2")
            with self.assertRaisesRegex(Exception, "Watched"):
                pipe.execute()

    def test_a_cache_that_was_removed_is_made_again(self):
        self.run_command("DC.SET", "a", "1")
        self.shared.destroy()
        self.assertIsNone(self.run_command("DC.GET", "a"))
        self.assertEqual(self.run_command("DC.SET", "a", "2"), b"OK")
        self.assertEqual(self.shared.get("a"), b"2")
        self.assertEqual(self.redis_server.log_text().count("was removed; its place has a new one"), 1)
        self.shared.destroy()
        self.assertEqual(self.client.info("dummycache")["dummycache_entries"], 0)
        self.shared.set("a", b"3")
        self.assertEqual(self.run_command("DC.GET", "a"), b"3")

    def test_the_docs_say_what_a_command_does(self):
        self.assertIn("EX, PX", str(self.raw("COMMAND", "DOCS", "dc.set")))
        self.assertEqual([info[1:6:2] for info in self.raw("COMMAND", "INFO", "dc.get", "dc.mset")],
                         [[2, 1, 1], [-3, 1, 2]])
        keys = self.raw("COMMAND", "GETKEYS", "DC.MSET", "a", "1", "b", "2")
        self.assertEqual(keys, [b"a", b"b"])


class Snapshots(Case):
    def setUp(self):
        self.shared = self.cache()
        self.folder = self.make_folder()
        self.redis_server = self.server("cache", self.shared.name, "folder", self.folder)
        self.client = self.redis_server.client()

    def make_folder(self):
        folder = tempfile.mkdtemp(prefix="dummycache-redis-")
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def test_a_dump_and_a_load(self):
        for i in range(100):
            self.client.execute_command("DC.SET", f"k{i}", "v")
        self.assertEqual(self.client.execute_command("DC.DUMP", "state.jsonl", "MATCH", "k1*"), 11)
        self.assertEqual(self.client.execute_command("DC.DUMP", "state.dcs"), 100)
        self.client.execute_command("DC.CLEAR")
        self.assertEqual(self.client.execute_command("DC.LOAD", "state.jsonl"), 11)
        self.client.execute_command("DC.SET", "more", "x")
        self.assertEqual(self.client.execute_command("DC.LOAD", "state.dcs", "MERGE"), 100)
        self.assertEqual(self.client.execute_command("DC.EXISTS", "more"), 1)
        self.assertEqual(self.shared.get("k99"), b"v")

    def test_what_the_server_stored_is_as_the_fixture_says(self):
        path = os.path.join(self.folder, "users.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"key":"n","value":7}\n{"key":"user:ann","json":{"name":"Ann","admin":false}}\n')
        self.client.execute_command("DC.SET", "user:ann", '{"admin": false, "name": "Ann"}')
        self.client.execute_command("DC.SET", "n", "7")
        self.assertEqual(self.shared.tool("assert", path).returncode, 0)
        self.assertEqual(self.shared.tool("assert", path, "--exact").returncode, 1)
        self.client.execute_command("DC.INCRBY", "n", "1")
        self.assertEqual(self.shared.tool("assert", path).stdout.splitlines()[0], b"~ n")
        self.client.execute_command("DC.LOAD", "users.jsonl")
        self.assertEqual(self.shared.tool("assert", path, "--exact").returncode, 0)

    def test_nothing_outside_the_folder_is_touched(self):
        outside = self.make_folder()
        os.symlink(outside, os.path.join(self.folder, "link"))
        os.symlink(os.path.join(outside, "f"), os.path.join(self.folder, "file"))
        for name in ("../x", "/tmp/x", outside + "/x", "link/x", "file", "", ".", "a/../../x"):
            self.assert_error(f"'{name}' is not a file below", self.client, "DC.DUMP", name)
            self.assert_error(f"'{name}' is not a file below", self.client, "DC.LOAD", name)
        self.assert_error("'x\\x00y' is not", self.client, "DC.DUMP", "x\x00y")
        # What nobody sees is escaped, and a line stays one line.
        self.assert_error("'../a\\nb\\u202ec' is not", self.client, "DC.LOAD", "../a\nb\u202ec")
        os.mkfifo(os.path.join(self.folder, "pipe"))
        self.assert_error("'pipe' is not a regular file", self.client, "DC.LOAD", "pipe")
        self.assertEqual(os.listdir(outside), [])

    def test_wrong_words_after_the_file(self):
        for command in (("DC.LOAD", "f", "REPLACE", "MERGE"), ("DC.LOAD", "f", "ALL"), ("DC.DUMP", "f", "MATCH"),
                        ("DC.DUMP", "f", "MATCH", ""), ("DC.DUMP", "f", "FORMAT", "xml")):
            self.assert_error("syntax error", self.client, *command)

    def test_without_a_folder_there_are_no_snapshots(self):
        client = self.server("cache", self.shared.name).client()
        self.assert_error("there is no folder for snapshots", client, "DC.DUMP", "x")

    def test_a_bad_snapshot_changes_nothing(self):
        self.client.execute_command("DC.SET", "a", "1")
        with open(os.path.join(self.folder, "bad.jsonl"), "w", encoding="utf-8") as file:
            file.write('{"key": "a"')
        self.assert_error("dummycache: ", self.client, "DC.LOAD", "bad.jsonl")
        self.assertEqual(self.client.execute_command("DC.GET", "a"), b"1")
        self.assert_error("dummycache: cannot read", self.client, "DC.LOAD", "absent.jsonl")

    def test_the_limit_on_the_size_of_files_ends_no_server(self):
        for i in range(10):
            self.client.execute_command("DC.SET", f"k{i}", os.urandom(60_000))
        resource.prlimit(self.redis_server.process.pid, resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        for name in ("f.jsonl", "f.dcs"):
            self.assert_error("OOM dummycache: cannot write", self.client, "DC.DUMP", name)
        self.assertEqual(os.listdir(self.folder), [])
        self.assertTrue(self.client.ping())

    def test_slow_work_does_not_hold_up_others(self):
        value = os.urandom(60_000)
        for i in range(2500):
            self.client.execute_command("DC.SET", f"k{i}", value)
        dumped = []
        thread = threading.Thread(target=lambda: dumped.append(
            self.redis_server.client().execute_command("DC.DUMP", "large.jsonl")))
        thread.start()
        pings, start = 0, time.monotonic()
        while thread.is_alive():
            self.client.ping()
            pings += 1
        thread.join()
        self.assertEqual(dumped, [2500])
        self.assertGreater(pings, 50, f"in {time.monotonic() - start:.2f} s")

    def test_slow_work_is_refused_in_a_script(self):
        self.assert_error("dc.dump takes its time", self.client, "EVAL", "return redis.call('dc.dump', 'x')", "0")


if __name__ == "__main__":
    main()
