# SPDX-License-Identifier: MIT
"""The same random commands against plain Redis and against one whose commands the cache serves: the same answers, the same keyspace
events, and clients that track their keys are never left with an old value."""
import collections
import os
import random
import sys
import time

import redis

from random_commands import KEYS, RIGHTS, VALUES, RandomCommands
from servers import Case, main

COUNT = int(os.environ.get("DUMMYCACHE_TEST_COMMANDS", "10000"))
SEED = int(os.environ.get("DUMMYCACHE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)

# Their replies have no order.
SETS = {"KEYS", "SMEMBERS", "SORT", "SORT_RO"}
TIMES = {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}


class Follower:
    """One of the two servers, and who talks to it: an owner, a user with few rights, one who listens to events, and a client that keeps
    what it has read until it is told that this is no longer so."""

    def __init__(self, server):
        self.owner, self.guest, self.events, self.told, self.reader, self.checker = (
            server.client().connection_pool.make_connection() for _ in range(6))
        call(self.owner, "CONFIG", "SET", "notify-keyspace-events", "KEA")
        call(self.owner, "ACL", "SETUSER", "guest", "on", ">pw", "+@all", "~*")
        call(self.guest, "AUTH", "guest", "pw")
        call(self.events, "PSUBSCRIBE", "__key*__:*")
        told_id = call(self.told, "CLIENT", "ID")
        call(self.told, "SUBSCRIBE", "__redis__:invalidate")
        call(self.reader, "CLIENT", "TRACKING", "ON", "REDIRECT", told_id)
        self.kept = {}
        self.expired = []

    def happened(self):
        """The events since the last call, in their order. The server looks for what has expired when it likes: that is kept apart."""
        events = [message[2:] for message in messages(self.events)]
        self.expired += [event for event in events if b":expired" in event[0]]
        return [event for event in events if b"expired" not in event[0] + event[1]]

    def keep(self, key):
        self.kept[key.encode()] = call(self.reader, "GET", key)

    def forget_what_changed(self):
        for message in messages(self.told):
            for key in message[2] if message[2] is not None else list(self.kept):
                self.kept.pop(key, None)

    def outdated(self):
        """Keys of which the client keeps an old value."""
        self.forget_what_changed()
        return [(key, value, now) for key, value in self.kept.items() if (now := call(self.checker, "GET", key)) != value]


def call(connection, *words):
    connection.send_command(*words)
    try:
        return connection.read_response()
    except redis.ResponseError as error:
        return f"error: {error}"


def messages(subscriber):
    """All that has come. The server answers a PING after them."""
    subscriber.send_command("PING")
    found = []
    while (message := subscriber.read_response())[0] != b"pong":
        found.append(message)
    return found


def scan_all(connection, options):
    cursor, found = b"0", set()
    while True:
        connection.send_command("SCAN", cursor, *options)
        cursor, keys = connection.read_response()
        found.update(keys)
        if cursor == b"0":
            return sorted(found)


def name_of(command):
    return command[0].upper()


def waits(command):
    """Such a command looks at its keys when it is queued for a transaction."""
    return name_of(command) in {"BRPOP", "BLPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZMPOP", "BZPOPMIN", "BZPOPMAX", "XREAD",
                                "XREADGROUP"}


def in_order(command, reply):
    if not isinstance(reply, list):
        return reply
    if name_of(command) == "HGETALL":
        return sorted(zip(reply[::2], reply[1::2]))
    return sorted(reply, key=repr) if name_of(command) in SETS else reply


def answer(connection, command):
    try:
        if name_of(command) == "DBSIZE":  # Redis counts keys that are over until somebody looks at them
            scan_all(connection, [])
        if name_of(command) == "SCANALL":
            return scan_all(connection, command[1:])
        connection.send_command(*command)
        return in_order(command, connection.read_response())
    except redis.ResponseError as error:
        return f"error: {error}"


def equal(command, one, two):
    if name_of(command) in TIMES and isinstance(one, int) and isinstance(two, int) and min(one, two) > 0:
        # Ours ends at 999 years.
        far = 900 * 365 * 86400 * (1000 if command[0].upper().startswith("P") else 1)
        return abs(one - two) <= (200 if command[0].upper().startswith("P") else 1) or min(one, two) > far
    return one == two


class Differential(Case):
    def followers(self):
        cache = self.cache()
        plain = self.server(plain=True)
        served = self.server("cache", cache.name, "takeover", "all", "capacity", "64mb")
        return [Follower(server) for server in (plain, served)]

    def commands(self, seed, plain):
        rng = random.Random(seed)
        dumps = [self.dump(plain, *words) for words in
                 (("SET", "d", "text"), ("SET", "d", "10"), ("SET", "d", "z" * 300), ("RPUSH", "d", "a", "b"), ("SADD", "d", "1"))]
        return rng, RandomCommands(rng, [*dumps, b"no dump"])

    @staticmethod
    def dump(plain, *words):
        call(plain.owner, *words)
        dumped = call(plain.owner, "DUMP", "d")
        call(plain.owner, "DEL", "d")
        return dumped

    def explain(self, index, command, answers, history):
        return (f"seed {SEED}, command {index}: {command}\n  plain: {answers[0]!r:.600}\n  served: {answers[1]!r:.600}\n"
                f"  before: {history[-8:]!r:.1500}").replace("x" * 300, "x..x").replace("z" * 200, "z")

    def test_one_command_after_the_other(self):
        print(f"DUMMYCACHE_TEST_SEED={SEED} repeats this run", file=sys.stderr)
        followers = self.followers()
        rng, commands = self.commands(SEED, followers[0])
        for follower in followers:
            follower.happened()
        history = []
        for index in range(COUNT):
            command = commands.next()
            who = "guest" if rng.random() < 0.1 else "owner"
            answers = [answer(getattr(follower, who), command) for follower in followers]
            self.assertTrue(equal(command, *answers), self.explain(index, command, answers, history))
            history.append(command if who == "owner" else ("guest", command))
            self.compare_events(index, command, followers, history)
            if rng.random() < 0.1:
                self.compare_kept(index, rng.choice(KEYS), followers, history)
            if rng.random() < 0.01:
                rules = rng.choice(RIGHTS)
                for follower in followers:
                    call(follower.owner, "ACL", "SETUSER", "guest", "resetkeys", "clearselectors", *rules)
                history.append(rules)
        time.sleep(0.5)
        for follower in followers:
            follower.happened()
        # Plain Redis sends none of what was over and is flushed before it looks.
        plain, served = (collections.Counter(map(tuple, follower.expired)) for follower in followers)
        self.assertFalse(plain - served, "expired in plain Redis only")

    def compare_events(self, index, command, followers, history):
        events = [follower.happened() for follower in followers]
        self.assertTrue(events[0] == events[1], "events: " + self.explain(index, command, events, history))

    def compare_kept(self, index, key, followers, history):
        for follower in followers:
            self.assertFalse(follower.outdated(), "kept: " + self.explain(index, key, [follower.outdated(), ""], history))
            follower.keep(key)

    def test_in_transactions_and_pipelines(self):
        followers = self.followers()
        rng, commands = self.commands(SEED + 1, followers[0])
        history = []
        for index in range(COUNT // 20):
            block = [commands.next() for _ in range(rng.randrange(1, 12))]
            block = [c for c in block if name_of(c) not in {"SCANALL", "DBSIZE", "HGETALL", *SETS, *TIMES} and not waits(c)]
            if rng.random() < 0.7:
                block = [["MULTI"], *block, ["EXEC"]]
            answers = []
            for connection in (follower.owner for follower in followers):
                connection.send_packed_command(connection.pack_commands(block))
                replies = []
                for _ in block:
                    try:
                        replies.append(connection.read_response())
                    except redis.ResponseError as error:
                        replies.append(error)
                answers.append(repr(replies))
            self.assertTrue(answers[0] == answers[1], self.explain(index, block, answers, history))
            history.append(block)


if __name__ == "__main__":
    main()
