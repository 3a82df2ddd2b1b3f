# SPDX-License-Identifier: MIT
"""What a server says of its keys as a whole: INFO, MEMORY USAGE; and what long values cost."""
import time

from servers import Beside, main


class Info(Beside):
    def prepare(self):
        for client in self.both():
            client.flushall()
            client.mset({f"k{i}": "v" for i in range(20)})
            client.set("t", "v", ex=100)
            client.rpush("l", "a")
            client.execute_command("SELECT", "3")
            client.mset({"a": "1", "b": "2"})
            client.execute_command("SELECT", "5")
            client.rpush("l", "a")
            client.execute_command("SELECT", "0")

    def test_the_keyspace_is_that_of_both_worlds(self):
        self.prepare()
        plain, served = (client.info("keyspace") for client in self.both())
        for database in (*plain.values(), *served.values()):
            database.pop("avg_ttl")
        self.assertEqual(plain, served)
        for section in ((), ("all",), ("everything",), ("server", "keyspace")):
            self.assertEqual(self.served.execute_command("INFO", *section)["db3"]["keys"], 2, section)
        self.assertEqual(self.served.info("server").keys(), self.plain.info("server").keys())
        self.served.flushall()
        self.assertEqual(self.served.info("keyspace"), {})

    def test_hits_and_misses_count_the_caches_reads(self):
        self.prepare()
        before = [client.info("stats") for client in self.both()]
        for client in self.both():
            client.get("k1")
            client.mget("k1", "k2", "none")
            client.get("none")
        for name, times in (("keyspace_hits", 3), ("keyspace_misses", 2)):
            for client, stats in zip(self.both(), before):
                self.assertEqual(client.info("stats")[name] - stats[name], times, name)

    def test_many_keys_are_counted(self):
        self.served.mset({f"k{i}": "v" for i in range(12_000)})
        self.assertEqual(self.served.info("keyspace")["db0"]["keys"], 12_000)


class Memory(Beside):
    def test_memory_usage_grows_with_the_value(self):
        for size in (1, 1000, 100_000):
            self.served.set("k", b"x" * size)
            self.assertTrue(size <= self.served.memory_usage("k") <= size * 1.4 + 200, size)  # a long value takes whole pages
        for words in (("MEMORY", "USAGE", "none"), ("MEMORY", "USAGE"), ("MEMORY", "DOCTOR", "x"), ("MEMORY", "USAGE", "none", "SAMPLES"),
                      ("MEMORY", "USAGE", "none", "SAMPLES", "0"), ("MEMORY", "USAGE", "none", "SAMPLES", "x")):
            self.assert_same(*words)
        self.served.rpush("l", "a")
        self.assertGreater(self.served.memory_usage("l"), 0)
        self.served.set("k", "v")
        self.assertGreater(self.served.execute_command("MEMORY", "USAGE", "k", "SAMPLES", "0"), 0)
        self.assert_same("MEMORY", "USAGE", "k", "SAMPLES", "x")
        self.assertTrue(self.served_server.raw_client().execute_command("MEMORY", "STATS"))

    def own_memory(self):
        """Bytes of the served server that are not the segment's."""
        with open(f"/proc/{self.served_server.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))

    def test_the_memory_of_long_values_goes_back(self):
        if "valkey_version" in self.served.info("server"):
            self.skipTest("a module there has the C library's malloc, which keeps up to 64 MB for later")
        value = b"x" * (24 << 20)
        self.served.set("k", value)
        before = self.own_memory()
        for words in (("GET", "k"), ("MGET", "k"), ("GETRANGE", "k", "0", "-1"), ("GETBIT", "k", "1"), ("SETBIT", "k", "1", "1"),
                      ("SETRANGE", "k", "5", "x"), ("APPEND", "k", "x"), ("GETEX", "k"), ("SET", "k", value, "GET"), ("RENAME", "k", "k2"),
                      ("COPY", "k2", "k"), ("DC.GET", "k"), ("GETSET", "k", value), ("GETDEL", "k")):
            self.served.execute_command(*words)
            end = time.monotonic() + 20
            while self.own_memory() > before + (12 << 20) and time.monotonic() < end:
                time.sleep(0.05)  # a client's buffer, or what another thread frees
            self.assertLess(self.own_memory(), before + (12 << 20), words[0])

    def test_no_string_is_longer_than_the_server_lets_it_be(self):
        for most in (1 << 20, 2 << 20):
            for client in self.both():
                client.config_set("proto-max-bulk-len", most)
                client.set("k", b"x" * (most - 10))
                client.delete("new")
            for words in (("APPEND", "k", b"y" * 11), ("APPEND", "k", b"y" * 10), ("APPEND", "k", "y"), ("SETRANGE", "k", most - 1, "yy"),
                          ("SETRANGE", "k", most - 1, "z"), ("SETRANGE", "new", most, "z"), ("STRLEN", "k"), ("STRLEN", "new")):
                self.assert_same(*words)

    def test_ranges_are_those_of_the_server(self):
        for client in self.both():
            client.set("k", "0123456789" * 100)
        for start in (-2000, -1000, -10, -1, 0, 1, 500, 999, 1000, 2000):
            for end in (-2000, -1000, -10, -1, 0, 1, 500, 999, 1000, 2000):
                self.assert_same("GETRANGE", "k", str(start), str(end))
                self.assert_same("GETRANGE", "none", str(start), str(end))


class Options(Beside):
    """An option that the module does not know is the server's to judge: a newer one may know it, as Valkey 8.1 IFEQ."""

    def test_options_that_only_some_servers_know(self):
        for client in self.both():
            client.set("k", "v")
        for words in (("SET", "k", "w", "IFEQ", "v"), ("SET", "k", "w", "IFNE", "x"), ("SET", "k", "w", "IFDEQ", "0"), ("SET", "k", "w", "EX"),
                      ("GETEX", "k", "LATER"), ("EXPIRE", "k", "9", "IFEQ"), ("SET", "k", "w", "NX", "XX"), ("MEMORY", "USAGE", "k", "DEEP"),
                      ("SCAN", "0", "DEEP"), ("SET", "l" * 70_000, "w", "IFEQ", "v")):
            self.assert_same(*words)
            self.assert_same("GET", "k")
        self.assertEqual(self.shared.get("k"), self.plain.get("k"))


if __name__ == "__main__":
    main()
