# SPDX-License-Identifier: MIT
"""Changes that no client of the server made: clients that watch or track keys, and listeners, learn of them."""
import time

import redis

from servers import TakeoverCase, main

SOON = 0.25  # the module looks ten times a second


class Watch(TakeoverCase):
    def exec_after(self, change, watched=("k",)):
        """The reply of a transaction that watched the keys while they were changed."""
        self.client.flushall()
        self.client.mset({"k": "1", "k2": "1"})
        with self.redis_server.client().pipeline() as pipe:
            pipe.watch(*watched)
            change()
            pipe.multi()
            pipe.set("done", "1")
            try:
                return pipe.execute()
            except redis.WatchError:
                return None

    def test_a_local_change_stops_the_transaction(self):
        changes = {
            "set": lambda: self.shared.set("k", b"2"),
            "the same value": lambda: self.shared.set("k", b"1"),
            "del": lambda: self.shared.tool("del", "k"),
            "clear": lambda: self.shared.tool("clear"),
            "DC.CLEAR": lambda: self.client.execute_command("DC.CLEAR"),
            "expired": lambda: (self.shared.tool("touch", "k", "1ms"), time.sleep(0.01)),
            "clock": lambda: (self.shared.tool("touch", "k", "1h"), self.client.execute_command("DC.CLOCK", "ADVANCE", "2h")),
        }
        for name, change in changes.items():
            self.assertIsNone(self.exec_after(change), name)
        self.assertIsNone(self.exec_after(changes["set"], ("other", "k2", "k")))
        self.assertIsNone(self.exec_after(lambda: self.shared.set("new", b"1"), ("new",)))

    def test_a_rollback_stops_the_transaction(self):
        for way in (lambda: self.client.execute_command("DC.ROLLBACK", "c"), lambda: self.shared.tool("rollback", "c")):
            def change():
                way()
            self.client.flushall()
            self.client.set("k", "0")
            self.client.execute_command("DC.CHECKPOINT", "c")
            self.client.set("k", "1")
            with self.redis_server.client().pipeline() as pipe:
                pipe.watch("k")
                change()
                pipe.multi()
                pipe.set("done", "1")
                with self.assertRaises(redis.WatchError):
                    pipe.execute()
            self.assertEqual(self.client.get("k"), b"0")
            self.client.execute_command("DC.RELEASE", "c")

    def test_what_was_not_watched_or_changed_before_lets_it_run(self):
        self.assertEqual(self.exec_after(lambda: self.shared.set("k2", b"2")), [True])
        self.assertEqual(self.exec_after(lambda: self.client.get("k")), [True])
        self.assertEqual(self.exec_after(lambda: self.shared.tool("get", "k")), [True])
        self.shared.set("k", b"2")  # after the last WATCH, and before the next
        self.assertEqual(self.exec_after(lambda: time.sleep(SOON)), [True])

    def test_who_watched_before_a_change_and_who_after_it(self):
        self.client.set("k", "1")
        before, after = (self.redis_server.client().pipeline() for _ in range(2))
        before.watch("k")
        self.shared.set("k", b"2")
        after.watch("k")
        for pipe in (before, after):
            pipe.multi()
            pipe.set("done", "1")
        self.assertEqual(after.execute(), [True])
        with self.assertRaises(redis.WatchError):
            before.execute()


class Tracking(TakeoverCase):
    def setUp(self):
        super().setUp()
        self.owner = self.redis_server.client()  # the connection ends with it
        self.listener = self.owner.pubsub()
        self.listener.execute_command("CLIENT", "ID")
        self.told_id = self.listener.parse_response()
        self.listener.subscribe("__redis__:invalidate")
        self.listener.get_message(timeout=1)
        self.reader = redis.Redis(connection_pool=redis.ConnectionPool(
            connection_class=redis.UnixDomainSocketConnection, path=self.redis_server.socket, max_connections=1))
        self.reader.execute_command("CLIENT", "TRACKING", "ON", "REDIRECT", self.told_id)

    def invalidated(self, seconds=SOON):
        """The keys that the client is told of meanwhile; None: all."""
        keys, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = self.listener.get_message(timeout=left)
            if message is not None and message["type"] == "message":
                keys.extend(message["data"] or [None])
        return keys

    def test_each_change_is_told_once(self):
        changes = {
            "local set": lambda: self.shared.set("k", b"2"),
            "local del": lambda: self.shared.tool("del", "k"),
            "local clear": lambda: self.shared.tool("clear"),
            "DC.CLEAR": lambda: self.client.execute_command("DC.CLEAR"),
            "expiry": lambda: self.shared.tool("touch", "k", "1ms"),
            "own expiry": lambda: (self.client.pexpire("k", 300), self.invalidated(0.02), self.reader.get("k")),
            "set by a client": lambda: self.client.set("k", "3"),
            "a rollback": lambda: self.shared.tool("rollback", "c"),
        }
        for name, change in changes.items():
            self.client.set("k", "0")
            self.client.execute_command("DC.CHECKPOINT", "c")
            self.client.set("k", "1")
            self.invalidated(0.05)
            for read in (("GET", "k"), ("MGET", "k", "other"), ("STRLEN", "k"), ("EXISTS", "k")):
                self.reader.execute_command(*read)
            change()
            self.assertEqual(self.invalidated(0.3 + SOON if name == "own expiry" else SOON), [b"k"], name)
            self.assertEqual(self.invalidated(0.15), [], name)
            if b"c" in self.client.execute_command("DC.CHECKPOINTS"):
                self.client.execute_command("DC.RELEASE", "c")

    def test_a_key_that_comes_into_being_is_told(self):
        self.assertIsNone(self.reader.get("new"))
        self.shared.set("new", b"1")
        self.assertEqual(self.invalidated(), [b"new"])

    def test_a_client_that_tracks_a_prefix_learns_of_what_expires(self):
        self.reader.execute_command("CLIENT", "TRACKING", "OFF")
        self.reader.execute_command("CLIENT", "TRACKING", "ON", "REDIRECT", self.told_id, "BCAST", "PREFIX", "k")
        self.client.set("k", "v", px=200)
        self.assertEqual(self.invalidated(0.2 + SOON), [b"k", b"k"])  # it came, and it went

    def test_what_nobody_changed_is_not_told(self):
        self.client.mset({"k": "1", "k2": "1"})
        self.reader.get("k")
        self.shared.set("k2", b"2")
        self.client.get("k")
        self.assertEqual(self.invalidated(), [])


class Expired(TakeoverCase):
    def test_the_event_comes_within_a_tenth_of_a_second(self):
        self.client.config_set("notify-keyspace-events", "Ex")
        listener = self.client.pubsub()
        listener.psubscribe("__keyevent@*__:expired")
        listener.get_message(timeout=1)
        makers = {
            "set": (("SET", "k", "v", "PX", "200"),), "psetex": (("PSETEX", "k", "200", "v"),),
            "pexpire": (("SET", "k", "v"), ("PEXPIRE", "k", "200")), "getex": (("SET", "k", "v"), ("GETEX", "k", "PX", "200")),
            "copy": (("SET", "a", "v", "PX", "200"), ("COPY", "a", "k"), ("PERSIST", "a")),
            "rename": (("SET", "a", "v", "PX", "200"), ("RENAME", "a", "k")),
            "a lent command": (("SET", "k", "v", "PX", "200"), ("SETBIT", "k", "1", "1")),
            "sooner": (("SET", "k", "v", "EX", "100"), ("PEXPIRE", "k", "200")),
            "the clock": (("SET", "k", "v", "EX", "100"), ("DC.CLOCK", "ADVANCE", "200")),
        }
        for name, commands in makers.items():
            for command in commands:
                self.client.execute_command(*command)
            message = listener.get_message(timeout=0.2 + SOON)
            self.assertIsNotNone(message, name)
            self.assertEqual(message["data"], b"k", name)
            self.assertIsNone(listener.get_message(timeout=0.01), name)
            self.client.delete("a", "k")

    def test_a_time_that_a_local_process_lengthened_counts(self):
        self.client.config_set("notify-keyspace-events", "Ex")
        listener = self.client.pubsub()
        listener.psubscribe("__keyevent@*__:expired")
        listener.get_message(timeout=1)
        self.client.set("k", "v", px=500)
        self.shared.tool("touch", "k", "1s")
        self.assertIsNone(listener.get_message(timeout=0.7))
        self.assertIsNotNone(listener.get_message(timeout=0.5 + SOON))

    def test_what_lives_on_is_not_told(self):
        self.client.config_set("notify-keyspace-events", "Ex")
        listener = self.client.pubsub()
        listener.psubscribe("__keyevent@*__:expired")
        listener.get_message(timeout=1)
        for commands in ((("SET", "k", "v", "PX", "300"), ("PERSIST", "k")), (("SET", "k", "v", "PX", "300"), ("SET", "k", "w")),
                         (("SET", "k", "v", "PX", "300"), ("DEL", "k")), (("SET", "k", "v", "PX", "300"), ("EXPIRE", "k", "100"))):
            for command in commands:
                self.client.execute_command(*command)
            self.assertIsNone(listener.get_message(timeout=0.3 + SOON), commands)


if __name__ == "__main__":
    main()
