# SPDX-License-Identifier: MIT
"""Every command with keys, wherever it may come from: the same reply as in a plain server, and the same keys afterwards."""
import os
import socket
import time

import redis

import every_command
from servers import Beside, main, raw_error

CALLER = os.environ["DUMMYCACHE_CALLER"]
LIBRARY = ("#!lua name=lib\nredis.register_function('run', function(keys, args) return redis.call(unpack(args)) end)\n"
           "redis.register_function{function_name='none', callback=function() return 1 end, flags={'no-writes'}}")


def raw_in_resp3(server, words):
    """The bytes of the reply to a client that speaks RESP3."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(server.socket)
        connection.settimeout(20)
        packed = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in
                          (word if isinstance(word, bytes) else word.encode() for word in words))
        connection.sendall(b"HELLO 3\r\nECHO begin\r\n*%d\r\n%sECHO end\r\n" % (len(words), packed))
        said = b""
        while not said.endswith(b"$3\r\nend\r\n"):
            said += connection.recv(1 << 20)
        return said.split(b"$5\r\nbegin\r\n", 1)[1][:-len(b"$3\r\nend\r\n")]


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

    # What they say is the server's matter, but not in which form.
    WITHOUT_KEYS = [line.split() for line in (
        "~INFO", "~INFO keyspace clients", "~MEMORY DOCTOR", "~MEMORY STATS", "OBJECT HELP", "~SCAN 0 COUNT 1000", "~SCAN 0 TYPE list COUNT 1000", "~KEYS *",
        "DBSIZE", "~RANDOMKEY", "CLUSTER KEYSLOT a", "~CLUSTER COUNTKEYSINSLOT 1", "XINFO HELP", "FLUSHDB", "SWAPDB 0 0", "SWAPDB 0 x",
        "OBJECT ENCODING r:none", "GET r:none", "MGET r:none", "ZSCORE r:z none", "ZADD w:z INCR 1.5 m", "SPOP w:s 1", "LPOP w:none",
        "BLPOP w:none 0.01", "LCS r:k r:k2 IDX", "GEOPOS r:g none", "HRANDFIELD r:h 1 WITHVALUES", "ZRANGE r:z 0 -1 WITHSCORES",
        "SET w:k v NX", "GETDEL w:none", "INCRBY w:k 1", "RENAME w:none w:k", "EXPIRE w:k 9 NX XX", "SETRANGE w:k -1 x")]

    def test_replies_in_resp3_are_the_same_bytes(self):
        calls = every_command.calls(self.plain) + [(" ".join(words), [words[0].lstrip("~"), *words[1:]]) for words in self.WITHOUT_KEYS]
        for call, words in calls:
            replies = []
            for server, client in ((self.plain_server, self.plain), (self.served_server, self.served)):
                every_command.prepare(client)
                replies.append(raw_in_resp3(server, words))
            if call.startswith("~"):  # its type, and whether it says anything
                replies = [(reply[:1], len(reply) > 20) for reply in replies]
            self.assertEqual(replies[0], replies[1], call)

    def test_the_table_has_every_command_with_keys(self):
        named = {every_command.name_of(call).lower() for call in every_command.CALLS}
        self.assertEqual(every_command.with_keys(self.plain) - named - every_command.WITHOUT, set())

    # A value goes into the segment, so the server's own memory may be full. The module says where keys are, and knows when to wait.
    OTHERWISE = {b"admin", b"denyoom", b"movablekeys", b"blocking", b"module"}

    def test_a_proxy_command_has_the_flags_of_its_command(self):
        for name in sorted(every_command.with_keys(self.plain) - every_command.WITHOUT | {"latency", "cluster", "info", "keys", "scan"}):
            own, proxy = (self.served.execute_command("COMMAND", "INFO", one)[0] for one in (name, "dc:" + name))
            if proxy is None:
                self.assertIn(name, {"eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro", "watch", "restore-asking"})
                continue
            parts = [set(part[2]) for part in own[9] if not part[0].endswith(b"|help")]
            of_parts = set().union(*parts) & {b"write", b"readonly"} | (set.intersection(*parts) if parts else set())
            flags = (set(own[2]) | of_parts) - self.OTHERWISE
            if b"write" in flags:
                flags.discard(b"readonly")
            self.assertEqual(flags, set(proxy[2]) - self.OTHERWISE, name)

    def test_a_pause_of_writes_is_for_the_same_commands(self):
        for words in ("GET r:k", "PFCOUNT r:p", "SET w:k v", "SETBIT w:k 1 1", "GETBIT r:k 1", "RPUSH w:l x", "LRANGE r:l 0 -1"):
            waited = []
            for client in self.both():
                every_command.prepare(client)
                client.execute_command("CLIENT", "PAUSE", 150, "WRITE")
                begin = time.monotonic()
                client.execute_command(*words.split())
                waited.append(time.monotonic() - begin > 0.1)
                client.execute_command("CLIENT", "UNPAUSE")
            self.assertEqual(waited[0], waited[1], words)

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
