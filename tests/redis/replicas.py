# SPDX-License-Identifier: MIT
"""Replicas and the append-only file: nobody is the user of their commands."""
import time

from servers import Case, main


class Replicas(Case):
    def replica_of(self, master, *takeover):
        cache = self.cache()
        replica = self.server("cache", cache.name, *takeover, lines=["replica-read-only yes"])
        replica.client().execute_command("REPLICAOF", "127.0.0.1", master.port)
        for _ in range(1000):
            if replica.client().info("replication")["master_link_status"] == "up":
                return replica
            time.sleep(0.02)
        self.fail("the replica does not reach its master\n" + replica.log_text())

    def settle(self, master, replica):
        for _ in range(1000):
            here, there = (s.client().info("replication")[f] for s, f in
                           ((master, "master_repl_offset"), (replica, "slave_repl_offset")))
            if here == there:
                return
            time.sleep(0.01)
        self.fail("the replica does not keep up")

    COMMANDS = (("RPUSH", "l", "a", "b"), ("LPUSH", "l", "c"), ("HSET", "h", "f", "1"), ("HINCRBY", "h", "f", "2"),
                ("SADD", "s", "x", "y"), ("ZADD", "z", "1", "m"), ("XADD", "x", "1-1", "f", "v"), ("LPOP", "l"),
                ("SUNIONSTORE", "u", "s"), ("EXPIRE", "h", "1000"), ("RENAME", "z", "z2"), ("SORT", "l", "ALPHA", "STORE", "o"),
                ("XGROUP", "CREATE", "x", "g", "$"), ("DEL", "u"))

    def test_a_replica_applies_all_that_the_server_keeps_itself(self):
        for takeover in (("takeover", "all"), ("takeover", "db:5"), ("takeover", "prefix:c:"), ()):
            for of_master in ((), takeover):
                with self.subTest(replica=takeover, master=of_master):
                    self.apply(takeover, of_master)

    def apply(self, takeover, of_master):
        cache = self.cache()
        master = self.server("cache", cache.name, *of_master, port=True, lines=["repl-diskless-sync-delay 0"])
        replica = self.replica_of(master, *takeover)
        client = master.client()
        for words in self.COMMANDS:
            client.execute_command(*words)
        with client.pipeline(transaction=True) as block:
            block.rpush("t", "1").hset("h", "g", "2").execute()
        client.eval("redis.call('rpush', KEYS[1], 'x')", 1, "script")
        self.settle(master, replica)
        there = replica.client()
        self.assertEqual(there.lrange("l", 0, -1), client.lrange("l", 0, -1))
        self.assertEqual(there.hgetall("h"), {b"f": b"3", b"g": b"2"})
        self.assertIn(there.ttl("h"), range(990, 1001))
        self.assertEqual(sorted(there.keys("*")), sorted(client.keys("*")))
        self.assertNotIn("CRITICAL", replica.log_text())
        replica.stop()
        master.stop()

    def test_the_append_only_file_is_read_again(self):
        cache = self.cache()
        server = self.server("cache", cache.name, "takeover", "all", lines=["appendonly yes"])
        client = server.client()
        for words in self.COMMANDS:
            client.execute_command(*words)
        keys = sorted(client.keys("*"))
        client.execute_command("DEBUG", "LOADAOF")
        self.assertEqual(sorted(client.keys("*")), keys)
        server.kill()
        server.start()
        self.assertEqual(sorted(server.client().keys("*")), keys)
        self.assertEqual(server.client().lrange("l", 0, -1), [b"a", b"b"])


if __name__ == "__main__":
    main()
