# SPDX-License-Identifier: MIT
"""Replicas and the append-only file: nobody is the user of their commands."""
import time

import redis

import every_command
from contexts import state_of
from servers import Beside, Case, main


def run_on(client, words):
    try:
        client.execute_command(*words)
    except redis.ResponseError:
        pass  # the same for all


class WithReplicas(Case):
    def replica_of(self, master, *takeover, **options):
        cache = self.cache()
        replica = self.server("cache", cache.name, *takeover, lines=["replica-read-only yes"], **options)
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


class Replicas(WithReplicas):
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

    def test_a_replica_has_what_a_plain_one_has_after_each_command(self):
        master = self.server(plain=True, port=True, lines=["repl-diskless-sync-delay 0"])
        replicas = [self.replica_of(master, plain=True), self.replica_of(master, "takeover", "all")]
        client = master.raw_client()
        for call, words in every_command.calls(client):
            every_command.prepare(client)
            run_on(client, words)
            for replica in replicas:
                self.settle(master, replica)
            plain, served = (state_of(replica.raw_client()) for replica in replicas)
            self.assertEqual(plain, served, call)


class StringsOfTheCache(WithReplicas):
    """A server that serves strings, and its replica, which has no module."""

    def setUp(self):
        cache = self.cache()
        self.master = self.server("cache", cache.name, "takeover", "all", port=True,
                                  lines=["repl-diskless-sync-delay 0", "repl-ping-replica-period 3600"])
        self.replica = self.replica_of(self.master, plain=True)
        self.client = self.master.client()

    def offset(self):
        return self.client.info("replication")["master_repl_offset"]

    def test_nothing_of_them_goes_to_a_replica(self):
        self.client.mset({"k": "v", "k2": "v2"})
        self.client.pfadd("p", "a")
        before = self.offset()
        for words in ("SET k w", "GET k", "SETBIT k 3 1", "GETBIT k 3", "BITCOUNT k", "BITOP AND k3 k k2", "PFADD p b", "PFCOUNT p",
                      "PFMERGE p2 p", "LCS k k2", "BITFIELD k SET u8 0 65", "SETBIT new 3 1", "DUMP k", "DEL k3", "RPUSH k x"):
            run_on(self.client, words.split())
            self.assertEqual(self.offset(), before, words)
        self.assertEqual(self.replica.client().keys("*"), [])

    def test_what_a_command_makes_of_them_is_the_same_there(self):
        self.client.rpush("ids", "1", "2", "3")
        self.client.mset({"w_1": "30", "w_2": "10", "w_3": "20", "k": "v", "k2": "v"})
        self.client.rpush("list", "x")
        self.client.rpush("list2", "x")
        self.client.sadd("set", "x")
        for words in ("SORT ids BY w_* STORE out", "SUNIONSTORE k set", "BITOP AND list k2 k2", "SET list2 v"):
            self.client.execute_command(*words.split())
        self.settle(self.master, self.replica)
        there = self.replica.client()
        self.assertEqual(there.lrange("out", 0, -1), [b"2", b"3", b"1"])
        self.assertEqual(there.smembers("k"), {b"x"})
        self.assertEqual(sorted(there.keys("*")), [b"ids", b"k", b"out", b"set"])


class AppendOnlyFile(Beside):
    def options(self):
        return {"lines": ["appendonly yes"]}

    def test_what_is_there_when_the_file_was_read_is_what_a_plain_server_has(self):
        clients = [server.raw_client() for server in (self.plain_server, self.served_server)]
        for call, words in every_command.calls(clients[0]):
            states = []
            for client in clients:
                every_command.prepare(client)
                run_on(client, words)
                client.execute_command("DEBUG", "LOADAOF")
                states.append(state_of(client))
            self.assertEqual(states[0], states[1], call)


if __name__ == "__main__":
    main()
