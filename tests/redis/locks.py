# SPDX-License-Identifier: MIT
"""Locks of the cache that a local process holds: who waits, for how long, and what is said."""
import os
import signal
import subprocess
import threading
import time

import redis

from servers import NEIGHBOUR, Case, main


class Holder:
    """A local process that holds all locks of the cache."""

    def __init__(self, cache, what="hold"):
        self.process = subprocess.Popen([NEIGHBOUR, cache.name, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"held\n"

    def let_go(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        if not self.process.stdin.closed:
            self.let_go()


class Caller(threading.Thread):
    """Runs commands one after the other; `replies` has an error as its text."""

    def __init__(self, client, *commands):
        super().__init__(daemon=True)
        self.client, self.commands, self.replies = client, commands, []
        self.start()

    def run(self):
        for command in self.commands:
            try:
                self.replies.append(self.client.execute_command(*command))
            except redis.ResponseError as error:
                self.replies.append(str(error))


class Locks(Case):
    def setUp(self):
        self.shared = self.cache()
        self.redis_server = self.server("cache", self.shared.name, "takeover", "all", "capacity", "8mb")
        self.client = self.redis_server.client()
        for key in ("a", "n", "k1", "k2"):
            self.client.set(key, "1")

    def hold(self, *what):
        holder = Holder(self.shared, *what)
        self.addCleanup(holder.kill)
        return holder

    def call(self, *commands):
        return Caller(self.redis_server.client(), *commands)

    def waits(self):
        """Until a client waits for a lock."""
        while self.client.info("clients")["blocked_clients"] == 0:
            time.sleep(0.001)

    def test_a_client_waits_for_the_lock_and_the_others_do_not(self):
        for end in (Holder.let_go, Holder.kill):
            holder = self.hold()
            caller = self.call(("SET", "a", "2", "EX", "100"), ("INCR", "n"), ("GET", "n"))
            self.waits()
            waited = []
            for _ in range(50):
                start = time.monotonic()
                self.assertEqual(self.client.get("a"), b"1")
                waited.append(time.monotonic() - start)
                time.sleep(0.005)
            self.assertLess(sorted(waited)[25], 0.003)
            self.assertEqual(caller.replies, [])
            end(holder)
            caller.join(10)
            self.assertEqual(caller.replies, [True, 2, b"2"])
            self.assertEqual(self.client.mget("a", "n"), [b"2", b"2"])
            self.assertGreater(self.client.ttl("a"), 90)
            self.client.mset({"a": "1", "n": "1"})

    def test_every_single_write_waits(self):
        writes = {("SET", "a", "2"): True, ("SETNX", "b", "2"): 1, ("APPEND", "a", "2"): 2, ("INCRBY", "n", "4"): 5,
                  ("INCRBYFLOAT", "n", "0.5"): 5.5, ("EXPIRE", "a", "100"): 1, ("PERSIST", "a"): 1, ("GETDEL", "k1"): b"1",
                  ("DEL", "k2"): 1, ("DC.SET", "c", "3"): b"OK", ("DC.CHECKPOINT", "p"): b"OK", ("DC.ROLLBACK", "p"): b"OK",
                  ("SETRANGE", "d", "1", "x"): 2, ("GETSET", "d", "y"): b"\0x", ("DC.CLEAR",): b"OK"}
        for write, reply in writes.items():
            holder = self.hold()
            caller = self.call(write)
            self.waits()
            holder.let_go()
            caller.join(10)
            self.assertEqual(caller.replies, [reply], write)

    def test_many_clients_wait_at_once(self):
        holder = self.hold()
        callers = [self.call(("INCR", "n")) for _ in range(50)]
        while self.client.info("clients")["blocked_clients"] < 50:
            time.sleep(0.001)
        holder.let_go()
        for caller in callers:
            caller.join(10)
        self.assertEqual(sorted(caller.replies[0] for caller in callers), list(range(2, 52)))

    def test_a_client_that_goes_away_leaves_nothing_behind(self):
        holder = self.hold()
        leaver = self.redis_server.client()
        leaver.connection_pool.get_connection("SET").send_command("SET", "a", "gone")
        self.waits()
        leaver.connection_pool.disconnect()
        holder.let_go()
        self.assertTrue(self.client.set("n", "7"))
        self.assertIn(self.client.get("a"), (b"1", b"gone"))

    def test_several_keys_are_counted_right(self):
        holder = self.hold()
        caller = self.call(("DEL", "k1", "k2", "none"), ("MSET", "k1", "x", "k2", "y"), ("RENAME", "k1", "k3"),
                           ("COPY", "k3", "k4"), ("SETBIT", "k2", "1", "1"))
        self.waits()
        holder.let_go()
        caller.join(10)
        self.assertEqual(caller.replies, [2, True, True, 1, 1])
        self.assertEqual(self.client.mget("k1", "k2", "k3", "k4"), [None, b"y", b"x", b"x"])

    def test_a_command_that_has_begun_is_not_begun_again(self):
        # A cache of several locks: the small one has one only.
        self.shared = self.cache()
        self.redis_server = self.server("cache", self.shared.name, "takeover", "all", "capacity", "256mb")
        self.client = self.redis_server.client()
        for start in range(6):  # some of them begin with a key whose lock is free
            keys = [f"many{(start + i) % 40}" for i in range(40)]
            for command, reply in ((("MSET", *(word for key in keys for word in (key, "v"))), True), (("DEL", *keys), 40)):
                self.client.mset({key: "1" for key in keys})
                holder = self.hold("hold-odd")
                caller = self.call(command)
                time.sleep(0.05)
                self.assertEqual(caller.replies, [])
                holder.let_go()
                caller.join(10)
                self.assertEqual(caller.replies, [reply], start)

    def test_a_transaction_and_a_script_wait_for_up_to_a_second(self):
        script = ("EVAL", "return redis.call('INCR', KEYS[1])", "1", "n")
        for case in range(2):
            holder = self.hold()
            timer = threading.Timer(0.3, holder.let_go)
            timer.start()
            with self.redis_server.client().pipeline() as pipe:
                pipe.execute_command(*(script if case else ("INCR", "n")))
                start = time.monotonic()
                self.assertEqual(pipe.execute(), [2 + case])
            self.assertGreater(time.monotonic() - start, 0.2)
            timer.join()
        holder = self.hold()
        start = time.monotonic()
        self.assert_error("BUSY dummycache: incr", self.client, *script)
        self.assertGreater(time.monotonic() - start, 0.9)
        holder.let_go()
        self.assertEqual(self.client.get("n"), b"3")

    def test_a_wait_ends_after_five_seconds_and_says_what_helps(self):
        holder = self.hold()
        pid = holder.process.pid
        callers = [self.call(("SET", "a", "2"))]
        start = time.monotonic()
        callers[0].join(20)
        self.assertGreater(time.monotonic() - start, 4.5)
        self.assertIn(f"is held by process {pid}, which is busy; try again", callers[0].replies[0])
        self.assertTrue(callers[0].replies[0].startswith("BUSY dummycache: set: "), callers[0].replies)
        os.kill(pid, signal.SIGSTOP)
        caller = self.call(("SET", "a", "2"))
        caller.join(20)
        self.assertIn(f"is held by process {pid}, which is stopped; let it go on (kill -CONT {pid}) or end it", caller.replies[0])
        self.assertEqual(self.client.get("a"), b"1")

    def test_the_module_stays_while_a_client_waits(self):
        holder = self.hold()
        caller = self.call(("SET", "a", "2"))
        self.waits()
        self.assert_error("Error unloading module: the module has blocked clients", self.client, "MODULE", "UNLOAD", "dummycache")
        holder.let_go()
        caller.join(10)


if __name__ == "__main__":
    main()
