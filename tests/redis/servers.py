# SPDX-License-Identifier: MIT
"""Servers of a test's own: on a Unix socket in a folder of their own, dead when the test is."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import redis

MODULE = os.environ["DUMMYCACHE_MODULE"]
TOOL = os.environ["DUMMYCACHE_TOOL"]
NEIGHBOUR = os.environ["DUMMYCACHE_NEIGHBOUR"]


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Cache:
    """A cache that the command line reaches too; removed at the end."""

    _count = 0

    def __init__(self):
        Cache._count += 1
        self.name = f"dummycache-redis-{os.getpid()}-{Cache._count}"

    def tool(self, *words, **options):
        return subprocess.run([TOOL, "-c", self.name, *words], capture_output=True, **options)

    def get(self, key):
        done = self.tool("get", key)
        return done.stdout if done.returncode == 0 else None

    def set(self, key, value, *options):
        done = self.tool("set", key, "-", *options, input=value)
        assert done.returncode == 0, done.stderr

    def create(self, *options):
        subprocess.run([TOOL, "create", self.name, *options], check=True)

    def destroy(self, suffix=""):
        """As a user does, while others are attached."""
        subprocess.run([TOOL, "rm", self.name + suffix], check=True)

    def remove(self):
        for entry in os.listdir("/dev/shm"):
            if self.name in entry:
                os.unlink(os.path.join("/dev/shm", entry))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A redis-server; with `module`, words that follow the module's path; with `port`, reached by TCP too."""

    def __init__(self, *module, lines=(), plain=False, folder=None, port=False):
        self.folder = folder or tempfile.mkdtemp(prefix="dummycache-redis-")
        self.socket = os.path.join(self.folder, "s")
        self.log = os.path.join(self.folder, "log")
        self.process = None
        self.port = free_port() if port else 0
        self.lines = [f"port {self.port}", f"unixsocket {self.socket}", "save ''", f"dir {self.folder}",
                      "enable-module-command yes", "enable-debug-command yes", *lines]
        if not plain:
            self.lines.append(" ".join(["loadmodule", MODULE, *module]))
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        config = os.path.join(self.folder, "redis.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["redis-server", config], stdout=log, stderr=log,
                                            preexec_fn=_die_with_parent)
        for _ in range(6000):
            if self.process.poll() is not None:
                raise RuntimeError(self.log_text())
            try:
                self.client().ping()
                return
            except (redis.RedisError, OSError, AttributeError):  # redis-py fails to tell of a reset socket
                time.sleep(0.01)
        raise RuntimeError("the server does not answer\n" + self.log_text())

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def client(self, **options):
        return redis.Redis(unix_socket_path=self.socket, **options)

    def raw_client(self, **options):
        """Its replies are as they come."""
        client = self.client(**options)
        client.response_callbacks.clear()
        return client

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Case(unittest.TestCase):
    """Servers and caches that are gone after each case, and what the client says of an error."""

    def server(self, *module, **options):
        server = Server(*module, **options)
        self.addCleanup(server.stop)
        return server

    def cache(self):
        cache = Cache()
        self.addCleanup(cache.remove)
        return cache

    def assert_error(self, beginning, client, *command):
        with self.assertRaises(redis.ResponseError) as caught:
            client.execute_command(*command)
        text = raw_error(caught.exception)
        self.assertTrue(text.startswith(beginning), f"{text!r} does not begin with {beginning!r}")


class TakeoverCase(Case):
    """A server whose own commands a cache serves, all of them."""

    def setUp(self):
        self.shared = self.cache()
        self.redis_server = self.server("cache", self.shared.name, "takeover", "all", "capacity", "64mb")
        self.client = self.redis_server.client()

    def run_command(self, *words):
        return self.client.execute_command(*words)


class Beside(Case):
    """`self.plain` and `self.served` are clients of the two servers."""

    def options(self):
        """Of each of the two servers."""
        return {}

    def setUp(self):
        self.shared = self.cache()
        self.served_server = self.server("cache", self.shared.name, "takeover", "all", "capacity", "64mb", **self.options())
        self.plain_server = self.server(plain=True, **self.options())
        self.served = self.served_server.client()
        self.plain = self.plain_server.client()

    def both(self):
        return self.plain, self.served

    def answers(self, *words):
        """What each of the two replies."""
        replies = []
        for client in self.both():
            try:
                replies.append(client.execute_command(*words))
            except redis.ResponseError as error:
                replies.append(raw_error(error))
        return replies

    def assert_same(self, *words):
        plain, served = self.answers(*words)
        self.assertEqual(plain, served, words)
        return served


def raw_error(error):
    """redis-py takes `ERR ` off, and of what it has a class for, as OOM, the code."""
    is_oom = type(error).__name__ == "OutOfMemoryError"
    return f"OOM {error}" if is_oom and not str(error).startswith("OOM ") else str(error)


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
