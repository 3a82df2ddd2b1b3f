# SPDX-License-Identifier: MIT
"""Servers and local processes that are killed while they write: only the write in hand may be lost."""
import os
import random
import subprocess
import sys
import threading
import time

import redis

from servers import NEIGHBOUR, Case, main

ROUNDS = int(os.environ.get("DUMMYCACHE_TEST_ROUNDS", "20"))
KEYS = 1000


class Setter(threading.Thread):
    """Sets server:0 to server:999 in turn to 0, 1, 2, ... until the connection is gone or it is told to stop."""

    def __init__(self, client, first):
        super().__init__(daemon=True)
        self.client, self.next, self.stop = client, first, False
        self.errors = []
        self.start()

    def run(self):
        while not self.stop:
            try:
                self.client.set(f"server:{self.next % KEYS}", str(self.next))
            except (redis.ConnectionError, AttributeError):  # redis-py fails to tell of a reset socket
                return
            except redis.ResponseError as error:
                self.errors.append(str(error))
                return
            self.next += 1


class Neighbour:
    """A local process that sets local:0 to local:999 in turn."""

    def __init__(self, cache):
        self.process = subprocess.Popen([NEIGHBOUR, cache.name, "write"], stdout=subprocess.PIPE)
        self.said = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.said = line

    def kill(self):
        """The number after the last one that it said."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        return int(self.said) + 1 if self.said else 0


class Deaths(Case):
    def check(self, client, prefix, following):
        """Each key has the last number that was set, or the one that was being set."""
        for key, value in enumerate(client.mget([f"{prefix}:{key}" for key in range(KEYS)])):
            last = following - 1 - (following - 1 - key) % KEYS
            wanted = {str(last).encode() if last >= 0 else None}
            if following % KEYS == key:
                wanted.add(str(following).encode())
            self.assertIn(value, wanted, f"{prefix}:{key}, {following} follows")

    def test_the_server_is_killed_while_it_and_others_write(self):
        cache = self.cache()
        server = self.server("cache", cache.name, "takeover", "all", "capacity", "64mb")
        for number in range(ROUNDS):
            first = number * 1_000_000_000
            server.client().flushdb()
            neighbour, setter = Neighbour(cache), Setter(server.client(), 0)
            time.sleep(random.uniform(0.02, 0.2))
            server.kill()
            setter.join()
            self.assertEqual(setter.errors, [], first)
            time.sleep(random.uniform(0.0, 0.05))  # the others go on without it
            written = neighbour.kill()
            server.start()
            self.assertGreater(setter.next, 0)
            self.check(server.client(), "server", setter.next)
            self.check(server.client(), "local", written)
        self.assertEqual(cache.tool("check").returncode, 0)

    def test_local_processes_are_killed_while_the_server_writes(self):
        cache = self.cache()
        server = self.server("cache", cache.name, "takeover", "all", "capacity", "64mb")
        setter = Setter(server.client(), 0)
        for _ in range(5 * ROUNDS):
            neighbour = Neighbour(cache)
            time.sleep(random.uniform(0.005, 0.03))
            neighbour.kill()
        setter.stop = True
        setter.join()
        print(f"{setter.next} sets of the server's beside {5 * ROUNDS} kills", file=sys.stderr)
        self.assertEqual(setter.errors, [])
        self.check(server.client(), "server", setter.next)
        self.assertEqual(cache.tool("check").returncode, 0)

    def test_a_server_that_starts_again_has_everything(self):
        cache = self.cache()
        server = self.server("cache", cache.name, "takeover", "all")
        client = server.client()
        for i in range(1000):
            client.set(f"k{i}", i, px=1_000_000 + i)
        server.kill()
        server.start()
        client = server.client()
        self.assertEqual(client.mget([f"k{i}" for i in range(1000)]), [str(i).encode() for i in range(1000)])
        self.assertTrue(900_000 < client.pttl("k1") <= 1_000_001)


if __name__ == "__main__":
    main()
