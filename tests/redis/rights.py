# SPDX-License-Identifier: MIT
"""Who may call what on which keys, and which keys a cluster's node refuses: as in a plain server."""
import re
import time

import redis

import every_command
from contexts import LIBRARY, direct, in_function, in_script, in_transaction
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

    # Besides those of the table: who may read only, and who may write only.
    CROSSED = [line.split() for line in (
        "GET other", "GET w:k", "SET r:k v", "SETEX r:k 9 v", "DEL r:k", "EXPIRE r:k 9", "OBJECT ENCODING other", "OBJECT ENCODING w:k",
        "OBJECT FREQ other", "OBJECT IDLETIME w:k", "SMEMBERS w:s", "SORT r:l STORE r:l2", "SORT w:l STORE w:l2", "LMPOP 1 r:l LEFT",
        "LRANGE w:l 0 -1", "ZUNION 2 r:z other", "XINFO STREAM other", "XINFO STREAM w:x", "XGROUP CREATE r:x g2 $", "EXISTS r:k other",
        "MSET w:k v r:k v", "MGET r:k w:k", "COPY w:k r:k", "COPY w:k w:k2", "RENAME r:k w:k2", "BITFIELD r:k SET u8 0 1",
        "BITFIELD w:k GET u8 0", "SET r:k v GET", "SET w:k v GET", "GETEX r:k EX 9", "PFCOUNT w:p", "PFADD r:p v", "TTL w:k", "TYPE w:k")]

    @staticmethod
    def refusal(context, client, words):
        """Whether the user may: what the reply is does not matter here."""
        try:
            reply = context(client, words)
        except redis.exceptions.NoPermissionError:
            return "NOPERM"
        except redis.ResponseError as error:
            reply = str(error)
        return "NOPERM" if re.search("permission|can't access", str(reply)) else "run"

    def test_rights_on_keys_are_those_of_the_command(self):
        rules = (("%R~r:*", "%W~w:*"), ("%R~r:*", "~w:*"), ("%RW~r:*", "%W~w:*"), ("(%R~r:* +@all)", "(%W~w:* +@all)"))
        contexts = [(one, direct) for one in rules] + [(rules[0], context) for context in (in_transaction, in_script, in_function)]
        calls = every_command.calls(self.plain, self.CROSSED)
        for client in self.both():
            client.execute_command("FUNCTION", "LOAD", LIBRARY)
        for rule, context in contexts:
            guests = [self.user(client, "+@all", *rule) for client in self.both()]
            refused = 0
            for _, words in calls:
                said = []
                for client, guest in zip(self.both(), guests):
                    every_command.prepare(client)
                    said.append(self.refusal(context, guest, words))
                self.assertEqual(said[0], said[1], (rule, context.__name__, words))
                refused += said[0] == "NOPERM"
            self.assertGreaterEqual(refused, len(self.CROSSED) // 2, (rule, context.__name__))

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
        def moved(word, here, there):
            return here + word if str(word).startswith("r:") else there + word if str(word).startswith("w:") else word

        calls = every_command.calls(self.plain, Rights.CROSSED)
        # bar is in slot 5061, foo in slot 12182.
        for here, there in (("{bar}", "{bar}"), ("{foo}", "{foo}"), ("{bar}", "{foo}"), ("{foo}", "{bar}")):
            for _, words in calls:
                words = [moved(word, here, there) for word in words]
                kinds = [str(reply).split(" ", 1)[0] if "lot" in str(reply) else "done" for reply in self.answers(*words)]
                self.assertEqual(kinds[0], kinds[1], words)


if __name__ == "__main__":
    main()
