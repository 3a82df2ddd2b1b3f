# SPDX-License-Identifier: MIT
"""A plain server and one whose commands a cache serves, side by side: events, cursors, memory."""
import time

import redis

from servers import Beside, main


class Events(Beside):
    def options(self):
        return {"lines": ["notify-keyspace-events KEAmn"]}

    # With each: the commands that come before it.
    COMMANDS = (
        ((), ("SET", "k", "v")), ((), ("SET", "k", "v", "EX", "9")), ((), ("SET", "k", "v", "PX", "9000")),
        ((("SET", "k", "v", "EX", "9"),), ("SET", "k", "w", "KEEPTTL")), ((), ("SET", "k", "v", "NX", "EX", "9")),
        ((("SET", "k", "v"),), ("SET", "k", "w", "XX", "GET", "PX", "9000")),
        ((("SET", "k", "v"),), ("SET", "k", "w", "NX")), ((), ("SETEX", "k", "9", "v")),
        ((), ("PSETEX", "k", "9000", "v")), ((), ("SETNX", "k", "v")), ((), ("GETSET", "k", "v")),
        ((), ("MSET", "k", "v", "k2", "v")), ((), ("MSETNX", "k", "v", "k2", "v")), ((), ("APPEND", "k", "v")),
        ((), ("SETRANGE", "k", "2", "v")), ((), ("INCR", "k")), ((), ("DECR", "k")), ((), ("INCRBY", "k", "2")),
        ((), ("DECRBY", "k", "2")), ((), ("INCRBYFLOAT", "k", "2")), ((("SET", "k", "v"),), ("GETDEL", "k")),
        ((("SET", "k", "v"),), ("GETEX", "k")), ((("SET", "k", "v"),), ("GETEX", "k", "EX", "9")),
        ((("SET", "k", "v"),), ("GETEX", "k", "EXAT", "1")), ((("SET", "k", "v"),), ("GETEX", "k", "PERSIST")),
        ((("SET", "k", "v", "EX", "9"),), ("GETEX", "k", "PERSIST")), ((("SET", "k", "v"),), ("EXPIRE", "k", "9")),
        ((("SET", "k", "v"),), ("EXPIRE", "k", "-1")), ((("SET", "k", "v"),), ("PEXPIREAT", "k", "1")),
        ((("SET", "k", "v", "EX", "9"),), ("PERSIST", "k")), ((("SET", "k", "v"),), ("DEL", "k")),
        ((("SET", "k", "v"),), ("UNLINK", "k")), ((("SET", "k", "v"),), ("RENAME", "k", "k2")),
        ((("SET", "k", "v"),), ("RENAMENX", "k", "k2")), ((("SET", "k", "v"),), ("COPY", "k", "k2")),
        ((("SET", "k", "v"),), ("COPY", "k", "k2", "DB", "1")), ((("SET", "k", "v"),), ("MOVE", "k", "1")),
        ((("RPUSH", "k", "v"),), ("DEL", "k")), ((("SADD", "k", "v"),), ("UNLINK", "k")), ((), ("RPUSH", "k", "v")),
        ((("SET", "k", "v"),), ("GET", "k")), ((("SET", "k", "v"),), ("TTL", "k")), ((), ("GET", "k")),
        ((), ("MGET", "k", "k2")), ((), ("STRLEN", "k")), ((), ("GETRANGE", "k", "0", "1")), ((), ("EXISTS", "k")),
        ((), ("TOUCH", "k")), ((), ("TTL", "k")), ((), ("PTTL", "k")), ((), ("EXPIRETIME", "k")), ((), ("TYPE", "k")),
        ((), ("GETDEL", "k")), ((), ("GETEX", "k", "EX", "9")), ((), ("SET", "k", "v", "GET")), ((), ("PERSIST", "k")),
        ((), ("EXPIRE", "k", "9")), ((), ("DEL", "k")), ((), ("SET", "k", "v", "XX")), ((), ("COPY", "k", "k2")),
        ((("RPUSH", "other", "v"),), ("SET", "k", "v")), ((("RPUSH", "other", "v"),), ("GET", "k")),
        ((("RPUSH", "other", "v"),), ("MGET", "other", "k")), ((("RPUSH", "other", "v"),), ("INCR", "k")), ((("RPUSH", "other", "v"),), ("DEL", "k")),
        ((("SET", "k", "v"), ("SET", "k2", "v")), ("RENAME", "k", "k2")), ((("SET", "k", "1"),), ("INCR", "k")),
        ((("SET", "k", "v"), ("SET", "k2", "v")), ("COPY", "k", "k2", "REPLACE")),
    )

    def events_of(self, client, before, words):
        client.flushall()
        for one in before:
            client.execute_command(*one)
        pubsub = client.pubsub()
        pubsub.psubscribe("__keyspace@*__:*")
        pubsub.get_message(timeout=1)
        client.execute_command(*words)
        client.publish("__keyspace@0__:end", "end")
        seen = []
        while (message := pubsub.get_message(timeout=10))["data"] != b"end":
            seen.append((message["channel"], message["data"]))
        pubsub.close()
        return seen

    def test_each_command_sends_the_servers_events(self):
        for before, words in self.COMMANDS:
            plain, served = (self.events_of(client, before, words) for client in self.both())
            # The order of two keys of one command is the server's own affair.
            self.assertEqual(sorted(plain), sorted(served), words)


class Cursors(Beside):
    def calls(self, client, *options):
        cursor, count, found = b"0", 0, set()
        while count == 0 or cursor not in (0, b"0"):
            cursor, keys = client.execute_command("SCAN", cursor, *options)
            found.update(keys)
            count += 1
        return count, found

    def test_a_small_database_takes_few_calls(self):
        for keys, most in ((0, 1), (5, 1), (20, 3), (200, 21)):
            self.served.flushall()
            for i in range(keys):
                self.served.set(f"k{i}", "v")
            count, found = self.calls(self.served)
            self.assertEqual(len(found), keys)
            self.assertLessEqual(count, most, keys)
        self.assertEqual(self.calls(self.served, "COUNT", "1000")[0], 1)

    def test_a_type_may_be_written_in_capitals(self):
        for client in self.both():
            client.set("k", "v")
            client.rpush("l", "v")
        for kind in ("STRING", "string", "String", "LIST", "list"):
            self.assertEqual(*(self.calls(client, "TYPE", kind)[1] for client in self.both()), kind)

    def test_odd_cursors_are_taken_as_the_server_takes_them(self):
        for client in self.both():
            client.set("k", "v")
        for cursor in ("+0", "", " 0", "0x", "00", "x", "99999999999999999999999"):
            plain, served = self.answers("SCAN", cursor, "COUNT", "1000")
            self.assertEqual(plain, served, cursor)

    def test_the_empty_key_is_a_key(self):
        for client in self.both():
            client.set("", "v")
        for words in (("GET", ""), ("RANDOMKEY",), ("DBSIZE",), ("KEYS", "*"), ("EXISTS", ""), ("TYPE", "")):
            self.assert_same(*words)


class Memory(Beside):
    def test_unlink_of_a_set_leaves_its_memory_to_another_thread(self):
        self.served.execute_command("CONFIG", "RESETSTAT")
        for words in (("UNLINK", "s"), ("DEL", "s")):
            for client in self.both():
                client.sadd("s", *range(1000))
                client.execute_command(*words)
        # Only UNLINK counts as lazy; in Valkey 8 DEL too. Another thread does it.
        for _ in range(1000):
            lazy = [client.info("memory")["lazyfreed_objects"] for client in self.both()]
            if lazy[0] == lazy[1] >= 1:
                return
            time.sleep(0.01)
        self.fail(f"{lazy}")


def figures_form(named):
    return {figures[at] for figures in named.values() for at in (0, 2)}


class Names(Beside):
    """What a command is called afterwards."""

    def run_all(self, client):
        client.set("k", "v")
        client.get("k")
        client.execute_command("SETBIT", "k", "1", "1")
        client.rpush("l", "x")
        client.object("ENCODING", "k")
        with client.pipeline(transaction=True) as block:
            block.get("k").rpush("l", "x").set("k", "w").execute()
        client.eval("redis.call('set', KEYS[1], 'x'); return redis.call('get', KEYS[1])", 1, "k")
        for words in (("SET", "k"), ("LPUSH", "k", "x"), ("XGROUP", "CREATE", "none", "g", "$")):
            try:
                client.execute_command(*words)
            except redis.ResponseError:
                pass

    def assert_same_words(self, plain, served):
        """What the module has called for a client stands there twice."""
        plain, served = ([[word.lower() for word in words] for words in shown] for shown in (plain, served))
        once = [words for at, words in enumerate(served) if at == 0 or words != served[at - 1]]
        self.assertEqual(plain, once)
        self.assertGreater(len(plain), 10)

    def test_monitor_shows_them_by_their_names(self):
        shown = []
        for client in self.both():
            with client.monitor() as monitor:
                self.run_all(client)
                client.ping()
                names = []
                while not names or names[-1] != ["PING"]:
                    line = monitor.connection.read_response().decode()  # 1796034302.1 [0 unix:...] "GET" "k"
                    names.append(line.split("] ", 1)[1].replace('"', "").split())
                shown.append(names)
        self.assert_same_words(*shown)

    def test_what_is_counted_of_them_stands_under_their_names(self):
        counted = []
        for client in self.both():
            client.execute_command("CONFIG", "RESETSTAT")
            self.run_all(client)
            stats = client.info("commandstats")
            counted.append({name: (stats["cmdstat_" + name]["calls"], stats["cmdstat_" + name]["rejected_calls"]) for name in ("get", "set", "setbit", "rpush", "multi", "exec", "eval")})
            self.assertFalse([name for name in stats if name.startswith("cmdstat_dc")])
            self.assertFalse([name for name in client.info("latencystats") if "usec_dc" in name])
            for words in ((), ("SET", "nothing", "Setbit"), ("nothing",)):
                histogram = client.execute_command("LATENCY", "HISTOGRAM", *words)
                named = dict(zip(histogram[::2], histogram[1::2]))
                counted[-1][words] = {name: figures[1] for name, figures in named.items() if name in (b"get", b"set", b"setbit")}
                self.assertEqual(figures_form(named), {b"calls", b"histogram_usec"} if named else set())
        self.assertEqual(*counted)
        self.assertEqual(counted[0][()][b"setbit"], 1)
        self.assert_same("LATENCY", "HISTOGRAM", "nothing", "")
        self.assert_same("LATENCY", "WHAT")

    def test_the_slow_log_shows_them_by_their_names(self):
        shown = []
        for client in self.both():
            client.config_set("slowlog-log-slower-than", 0)
            client.slowlog_reset()
            self.run_all(client)
            shown.append([entry["command"].decode().split() for entry in client.slowlog_get(100)])
        self.assert_same_words(*shown)


if __name__ == "__main__":
    main()
