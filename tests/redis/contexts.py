# SPDX-License-Identifier: MIT
"""Every command with keys, wherever it may come from: the same reply as in a plain server, and the same keys afterwards."""
import os
import time

import redis

import every_command
from servers import Beside, main, raw_error

CALLER = os.environ["DUMMYCACHE_CALLER"]
LIBRARY = ("#!lua name=lib\nredis.register_function('run', function(keys, args) return redis.call(unpack(args)) end)\n"
           "redis.register_function{function_name='none', callback=function() return 1 end, flags={'no-writes'}}")


def direct(client, words):
    return client.execute_command(*words)


def in_transaction(client, words):
    """MULTI, the command, EXEC: its reply of the three."""
    connection = client.connection_pool.get_connection("_")
    try:
        connection.send_packed_command(connection.pack_commands([["MULTI"], words, ["EXEC"]]))
        replies = []
        for _ in range(3):
            try:
                replies.append(connection.read_response())
            except redis.ResponseError as error:
                replies.append(error)
        return [reply if not isinstance(reply, Exception) else raw_error(reply) for reply in replies[-1]] \
            if isinstance(replies[-1], list) else [raw_error(e) if isinstance(e, Exception) else e for e in replies]
    finally:
        client.connection_pool.release(connection)


def in_script(client, words):
    return client.eval("return redis.call(unpack(ARGV))", 0, *words)


def in_function(client, words):
    return client.execute_command("FCALL", "run", 0, *words)


def by_module(client, words):
    return client.execute_command("CALLER.CALL", *words)


CONTEXTS = (direct, in_transaction, in_script, in_function, by_module)


def reply_of(context, client, words):
    try:
        return context(client, words)
    except redis.ResponseError as error:
        # A script's error names the command as the module calls it, and the script.
        return raw_error(error) if context is direct else "error " + raw_error(error).split(" ", 1)[0]


def kind_of(reply):
    return type(reply).__name__


CONTENT = {b"string": ("GET",), b"list": ("LRANGE", 0, -1), b"hash": ("HGETALL",), b"set": ("SMEMBERS",),
           b"zset": ("ZRANGE", 0, -1, "WITHSCORES"), b"stream": ("XRANGE", "-", "+")}


def state_of(client):
    """All keys of the two databases that the calls use: what they are, and their times to ten seconds."""
    state = {}
    for db in (0, 1):
        pipe = client.pipeline(transaction=False)
        pipe.execute_command("SELECT", db)
        pipe.keys("*")
        keys = sorted(pipe.execute()[1])
        pipe.execute_command("SELECT", db)
        for key in keys:
            pipe.execute_command("TYPE", key)
            pipe.execute_command("PTTL", key)
        kinds = pipe.execute()[1:]
        pipe.execute_command("SELECT", db)
        for key, kind in zip(keys, kinds[::2]):
            command, *arguments = CONTENT[kind]
            pipe.execute_command(command, key, *arguments)
        contents = pipe.execute()[1:]
        for key, kind, ttl, content in zip(keys, kinds[::2], kinds[1::2], contents):
            if kind == b"hash":
                content = sorted(zip(content[::2], content[1::2]))
            if kind == b"set":
                content = sorted(content)
            state[db, key] = (kind, round(ttl / 10000), content)
    client.execute_command("SELECT", 0)
    return state


class Contexts(Beside):
    def options(self):
        return {"lines": [f"loadmodule {CALLER}", "appendonly yes"]}

    def setUp(self):
        super().setUp()
        for client in self.both():
            client.response_callbacks.clear()
            client.execute_command("FUNCTION", "LOAD", LIBRARY)

    def test_the_table_has_every_command_with_keys(self):
        named = {every_command.name_of(call).lower() for call in every_command.CALLS}
        self.assertEqual(every_command.with_keys(self.plain) - named - every_command.WITHOUT, set())

    def test_a_call_does_the_same_wherever_it_comes_from(self):
        for context in CONTEXTS:
            for call, words in every_command.calls(self.plain):
                replies, states = [], []
                for client in self.both():
                    every_command.prepare(client)
                    replies.append(reply_of(context, client, words))
                    states.append(state_of(client))
                with self.subTest(context=context.__name__, call=call):
                    if call.startswith("~"):
                        replies = [kind_of(reply) for reply in replies]
                    self.assertEqual(replies[0], replies[1])
                    self.assertEqual(states[0], states[1])


if __name__ == "__main__":
    main()
