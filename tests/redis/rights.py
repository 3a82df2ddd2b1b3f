# SPDX-License-Identifier: MIT
"""Who may call what on which keys, and which keys a cluster's node refuses: as in a plain server."""
import time

import redis

from servers import Beside, free_port, main


class Rights(Beside):
    def user(self, client, *rules):
        client.execute_command("ACL", "SETUSER", "guest", "reset", "on", ">pw", *rules)
        pool = client.connection_pool.connection_kwargs
        guest = redis.Redis(unix_socket_path=pool["path"], username="guest", password="pw")
        guest.response_callbacks.clear()  # replies as they come
        return guest

    def test_who_may_not_flush_flushes_nothing(self):
        for words in (("FLUSHALL",), ("FLUSHDB",), ("FLUSHALL", "ASYNC"), ("FLUSHDB", "SYNC"), ("FLUSHALL", "NOW")):
            for client in self.both():
                client.set("k", "v")
                client.delete("l")
                client.rpush("l", "v")
                # The rules of a served command are those of the proxy command and of the server's own.
                guest = self.user(client, "allkeys", "+@all", "-flushall", "-flushdb")
                with self.assertRaises(redis.ResponseError, msg=words):
                    guest.execute_command(*words)
                self.assertEqual((client.get("k"), client.llen("l")), (b"v", 1), words)

    # Each with the keys that it reads, and those that it writes.
    KEYED = (
        ("GET", "r:k"), ("MGET", "r:k", "r:k2"), ("STRLEN", "r:k"), ("EXISTS", "r:k"), ("TTL", "r:k"), ("TYPE", "r:k"),
        ("GETRANGE", "r:k", "0", "1"), ("OBJECT", "ENCODING", "r:k"), ("OBJECT", "REFCOUNT", "r:k"),
        ("GETBIT", "r:k", "0"), ("BITCOUNT", "r:k"), ("LRANGE", "r:l", "0", "-1"), ("LLEN", "r:l"), ("HGETALL", "r:h"),
        ("SMEMBERS", "r:s"), ("ZRANGE", "r:z", "0", "-1"), ("PFCOUNT", "r:p"), ("SORT", "r:l", "ALPHA"), ("DUMP", "r:k"),
        ("SET", "w:k", "v"), ("SETEX", "w:k", "9", "v"), ("MSET", "w:k", "v", "w:k2", "v"), ("SETNX", "w:k", "v"),
        ("DEL", "w:k"), ("UNLINK", "w:k"), ("EXPIRE", "w:k", "9"), ("PERSIST", "w:k"), ("RPUSH", "w:l", "v"),
        ("LPUSH", "w:l", "v"), ("HSET", "w:h", "f", "v"), ("SADD", "w:s", "v"), ("ZADD", "w:z", "1", "m"),
        ("APPEND", "w:k", "v"), ("SETRANGE", "w:k", "0", "v"), ("SETBIT", "w:k", "0", "1"), ("PFADD", "w:p", "v"),
        ("COPY", "r:k", "w:k", "REPLACE"), ("SUNIONSTORE", "w:s", "r:s"), ("ZUNIONSTORE", "w:z", "1", "r:z"),
        ("BITOP", "AND", "w:k", "r:k", "r:k2"), ("SORT", "r:l", "ALPHA", "STORE", "w:l"), ("LMOVE", "w:l", "w:l", "LEFT", "LEFT"),
        ("ZUNION", "1", "r:z"), ("LMPOP", "1", "w:l", "LEFT"), ("XADD", "w:x", "*", "f", "v"), ("XLEN", "r:x"),
        ("XGROUP", "CREATE", "w:x", "g", "$", "MKSTREAM"), ("XINFO", "STREAM", "r:x"), ("BITFIELD", "r:k", "GET", "u8", "0"),
        ("BITFIELD", "w:k", "SET", "u8", "0", "1"), ("SET", "w:k", "v", "GET"), ("GETSET", "w:k", "v"), ("GETDEL", "w:k"),
        ("GETEX", "w:k"), ("INCR", "w:n"), ("INCRBYFLOAT", "w:n", "1"), ("RENAME", "w:k", "w:k2"), ("GET", "other"),
        ("SET", "r:k", "v"), ("GET", "w:k"), ("OBJECT", "ENCODING", "other"), ("OBJECT", "FREQ", "other"),
        ("OBJECT", "IDLETIME", "w:k"), ("SMEMBERS", "w:s"), ("SORT", "r:l", "STORE", "r:l2"), ("LMPOP", "1", "r:l", "LEFT"),
        ("ZUNION", "2", "r:z", "other"), ("XINFO", "STREAM", "other"), ("EXISTS", "r:k", "other"), ("MSET", "w:k", "v", "r:k", "v"),
        ("COPY", "w:k", "r:k"), ("BITFIELD", "r:k", "SET", "u8", "0", "1"),
    )

    def prepare(self, client):
        client.flushall()
        for name in ("r:", "w:", "oth"):
            client.mset({name + "k": "v", name + "k2": "v", name + "n": "1", "other": "v"})
            client.rpush(name + "l", "b", "a")
            client.hset(name + "h", "f", "v")
            client.sadd(name + "s", "v")
            client.zadd(name + "z", {"m": 1})
            client.pfadd(name + "p", "v")
            client.xadd(name + "x", {"f": "v"}, id="1-1")

    def test_rights_on_keys_are_those_of_the_command(self):
        for rules in (("%R~r:*", "%W~w:*"), ("%R~r:*", "~w:*"), ("%RW~r:*", "%W~w:*"), ("(%R~r:* +@all)", "(%W~w:* +@all)")):
            guests = [self.user(client, "+@all", *rules) for client in self.both()]
            for words in self.KEYED:
                allowed = []
                for client, guest in zip(self.both(), guests):
                    self.prepare(client)
                    try:
                        guest.execute_command(*words)
                        allowed.append(True)
                    except redis.exceptions.NoPermissionError:
                        allowed.append(False)
                    except redis.ResponseError:
                        allowed.append(True)  # it was run
                self.assertEqual(allowed[0], allowed[1], (rules, words))

    def test_who_may_not_call_a_command_is_told_so(self):
        # A lent command needs the right to the server's own as well.
        for client in self.both():
            guest = self.user(client, "allkeys", "+@all", "-rpush", "-get")
            with self.assertRaises(redis.exceptions.NoPermissionError):
                guest.rpush("l", "x")
            self.assertEqual(client.exists("l"), 0)

    def test_a_flush_with_a_wrong_argument_flushes_nothing(self):
        for words in (("FLUSHALL", "NOW"), ("FLUSHDB", "ASYNC", "SYNC")):
            self.served.set("k", "v")
            self.assert_same(*words)
            self.assertEqual(self.served.get("k"), b"v")


class Cluster(Beside):
    """Half of the slots are served, and nobody has the others."""

    def options(self):
        return {"port": True, "lines": ["cluster-enabled yes", "cluster-require-full-coverage no",
                                        f"cluster-port {free_port()}"]}

    def setUp(self):
        super().setUp()
        for client in self.both():
            client.response_callbacks.clear()
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
            for _ in range(1000):
                if b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO"):
                    break
                time.sleep(0.01)

    def test_the_keys_of_a_slot_are_those_of_both_worlds(self):
        for client in self.both():
            client.execute_command("MSET", *(word for i in range(20) for word in ("{bar}%d" % i, "v")))
            client.execute_command("RPUSH", "{bar}list", "v")
        self.assertEqual(self.assert_same("CLUSTER", "COUNTKEYSINSLOT", "5061"), 21)
        self.assert_same("CLUSTER", "COUNTKEYSINSLOT", "5062")
        for most in ("100", "21", "5", "1", "0"):
            plain, served = self.answers("CLUSTER", "GETKEYSINSLOT", "5061", most)
            self.assertEqual(len(plain), len(served), most)
            self.assertLessEqual(set(served), {b"{bar}%d" % i for i in range(20)} | {b"{bar}list"})
            self.assertEqual(len(set(served)), len(served))
        for words in (("CLUSTER", "COUNTKEYSINSLOT", "-1"), ("CLUSTER", "COUNTKEYSINSLOT", "x"), ("CLUSTER", "COUNTKEYSINSLOT"),
                      ("CLUSTER", "GETKEYSINSLOT", "5061", "-1"), ("CLUSTER", "GETKEYSINSLOT", "5061"), ("CLUSTER", "KEYSLOT", "bar"),
                      ("CLUSTER", "GETKEYSINSLOT", "16384", "1")):
            self.assert_same(*words)

    def test_keys_of_other_slots_are_refused_wherever_they_stand(self):
        # bar is in slot 5061, foo in slot 12182.
        for here, there in (("{bar}", "{bar}"), ("{foo}", "{foo}"), ("{bar}", "{foo}"), ("{foo}", "{bar}")):
            for words in Rights.KEYED:
                words = [word.replace("r:", here + "r:").replace("w:", there + "w:") for word in words]
                kinds = [str(reply).split(" ", 1)[0] if "lot" in str(reply) else "done" for reply in self.answers(*words)]
                self.assertEqual(kinds[0], kinds[1], words)


if __name__ == "__main__":
    main()
