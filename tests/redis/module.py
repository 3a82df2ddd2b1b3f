# SPDX-License-Identifier: MIT
"""The module and the server: settings, load and unload."""
import os
import resource
import subprocess
import tempfile
import time

import redis

from servers import MODULE, Case, main


class Settings(Case):
    def refused(self, *words, lines=()):
        with self.assertRaises(RuntimeError) as caught:
            self.server(*words, lines=lines)
        return str(caught.exception)

    def test_wrong_settings_are_refused_with_the_reason_in_the_log(self):
        name = self.cache().name
        for words, reason in (
            (("cache",), "'cache' has no value after it"),
            (("cachee", name), "no setting is called 'cachee'"),
            (("cache", name, "capacity", "lots"), "capacity: 'lots' is not a number of bytes"),
            (("cache", name, "capacity", "1kb"), "capacity"),
            (("cache", name, "capacity", "10min"), "capacity: '10min' is not a number of bytes"),
            (("cache", name, "takeover", "some"), "takeover: 'some' is not off, all, db:N or prefix:P"),
            (("cache", name, "takeover", "db:x"), "takeover: 'db:x' is not"),
            (("cache", name, "takeover", "prefix:"), "takeover: 'prefix:' is not"),
            (("cache", name, "lock-timeout", "-1"), "lock-timeout: '-1' is not a number of milliseconds"),
            (("cache", name, "folder", "here"), "folder: 'here' is not an absolute path"),
            (("cache", "a/b"), "a/b"),
            (("cache", name, "folder", "/nowhere"), "folder: '/nowhere' is no folder"),
        ):
            self.assertIn(reason, self.refused(*words))

    def test_the_limit_on_the_size_of_files_is_the_reason_in_the_log(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        try:
            reason = self.refused("cache", self.cache().name)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        self.assertIn("raise the limit on the size of files (ulimit -f)", reason)

    def test_settings_of_the_configuration_file(self):
        cache = self.cache()
        server = self.server(lines=[f"dummycache.cache {cache.name}", "dummycache.takeover prefix:p:",
                                    "dummycache.capacity 32MB"])
        client = server.client()
        client.set("p:a", "1")
        self.assertEqual(cache.get("p:a"), b"1")
        self.assertEqual(client.config_get("dummycache.*")["dummycache.takeover"], "prefix:p:")
        self.assertEqual(client.info("dummycache")["dummycache_capacity_bytes"], 32 << 20)
        self.assert_error("CONFIG SET failed", client, "CONFIG", "SET", "dummycache.cache", "other")
        for name, value in client.config_get("dummycache.*").items():  # as tools do that copy settings
            self.assertTrue(client.config_set(name, value), name)
        self.assert_error("CONFIG SET failed", client, "CONFIG", "SET", "dummycache.lock-timeout", "x")
        for bad in ("10m", "2s", "-1ms", "1e3", "0.5", "50mb", ""):
            self.assert_error("CONFIG SET failed", client, "CONFIG", "SET", "dummycache.lock-timeout", bad)
        for good in ("250ms", "1s", "0", "50"):
            client.config_set("dummycache.lock-timeout", good)
        client.set("p:a", "2")
        self.assertEqual(cache.get("p:a"), b"2")

    def test_a_capacity_that_is_not_the_caches_is_said_in_the_log(self):
        cache = self.cache()
        cache.create("--capacity", "2M")
        server = self.server("cache", cache.name, "capacity", "64mb")
        client = server.client()
        self.assertEqual(client.info("dummycache")["dummycache_capacity_bytes"], 2 << 20)
        said = "has a capacity of 2097152 bytes; the setting capacity, 67108864 bytes, counts for new caches only"
        self.assertEqual(server.log_text().count(said), 1)
        cache.destroy()
        self.assertEqual(client.execute_command("DC.SET", "a", "1"), b"OK")
        self.assertEqual(client.info("dummycache")["dummycache_capacity_bytes"], 64 << 20)
        self.assertEqual(server.log_text().count(said), 1)

    def test_the_server_takes_what_the_module_says_of_its_commands(self):
        server = self.server("cache", self.cache().name, "takeover", "all")
        self.assertNotIn("Invalid command info", server.log_text())

    def test_sizes_in_any_spelling(self):
        for text, size in (("64MB", 64 << 20), ("64mib", 64 << 20), ("0.0625gb", 64 << 20), ("65536KB", 64 << 20),
                           ("64m", 64_000_000), ("67108864", 64 << 20)):
            cache = self.cache()
            client = self.server("cache", cache.name, "capacity", text).client()
            client.execute_command("DC.SET", "a", "1")
            self.assertEqual(client.info("dummycache")["dummycache_capacity_bytes"] >> 16, size >> 16, text)

    def test_words_after_the_path_come_before_the_file(self):
        cache = self.cache()
        client = self.server("cache", cache.name, lines=["dummycache.cache another"]).client()
        client.execute_command("DC.SET", "a", "1")
        self.assertEqual(cache.get("a"), b"1")


class Removed(Case):
    def test_the_cache_of_another_database_is_made_again(self):
        shared = self.cache()
        server = self.server("cache", shared.name, "takeover", "all", "capacity", "8mb")
        client, other = server.client(), server.client(db=1)
        other.set("a", "1")
        for move in (lambda: client.move("k", 1), lambda: client.copy("k", "k", destination_db=1, replace=True)):
            client.set("k", "value")
            shared.destroy(".db1")
            self.assertTrue(move())
            self.assertEqual((other.get("k"), other.get("a")), (b"value", None))
        shared.destroy(".db1")
        client.flushall()
        self.assertEqual(other.dbsize(), 0)


class Unload(Case):
    def mapped(self, server):
        with open(f"/proc/{server.process.pid}/maps", encoding="utf-8") as maps:
            return any("dummycache" in line for line in maps)

    def test_an_unloaded_module_is_gone_and_can_be_loaded_again(self):
        cache = self.cache()
        folder = tempfile.mkdtemp(prefix="dummycache-redis-")
        server = self.server("cache", cache.name, "takeover", "all", "folder", folder)
        client = server.client()
        client.set("a", "1")
        client.execute_command("DC.DUMP", "x")  # its thread has to go too
        os.unlink(os.path.join(folder, "x"))
        os.rmdir(folder)
        self.assertTrue(self.mapped(server))
        for _ in range(3):
            self.assertEqual(client.execute_command("MODULE", "UNLOAD", "dummycache"), b"OK")
            self.assertFalse(self.mapped(server), "a part of the module is still there")
            self.assertIsNone(client.get("a"))
            client.execute_command("MODULE", "LOAD", MODULE, "cache", cache.name, "takeover", "all")
            self.assertEqual(client.get("a"), b"1")

    def test_a_load_that_is_refused_leaves_nothing(self):
        server = self.server(plain=True)
        client = server.client()
        with self.assertRaises(redis.ResponseError):
            client.execute_command("MODULE", "LOAD", MODULE, "cache", "a/b")
        self.assertFalse(self.mapped(server))
        self.assertTrue(client.set("a", "1"))


    def test_a_module_is_not_unloaded_within_a_transaction(self):
        server = self.server("cache", self.cache().name, "takeover", "all")
        connection = server.client().connection_pool.make_connection()
        connection.send_packed_command(connection.pack_commands(
            [["MULTI"], ["MODULE", "UNLOAD", "dummycache"], ["GET", "a"], ["EXEC"]]))
        replies = [connection.read_response() for _ in range(4)]
        self.assertIsInstance(replies[3][0], redis.ResponseError)
        self.assertIsNone(replies[3][1])
        self.assertTrue(server.client().ping())

    def test_a_module_is_not_unloaded_while_others_may_have_its_commands_queued(self):
        for takeover in (("takeover", "all"), ()):
            server = self.server("cache", self.cache().name, *takeover)
            other = server.client().connection_pool.make_connection()
            for words in (["MULTI"], ["GET", "a"], ["DC.GET", "a"]):
                other.send_command(*words)
                self.assertIn(other.read_response(), (b"OK", b"QUEUED"))
            client = server.client(single_connection_client=True)
            with self.assertRaises(redis.ResponseError):
                client.execute_command("MODULE", "UNLOAD", "dummycache")
            self.assertIn("other clients are connected, and may have commands of the module queued", server.log_text())
            other.send_command("EXEC")
            self.assertEqual(other.read_response(), [None, None])
            other.disconnect()
            for _ in range(500):
                if client.info("clients")["connected_clients"] == 1:
                    break
                time.sleep(0.01)
            self.assertEqual(client.execute_command("MODULE", "UNLOAD", "dummycache"), b"OK")

    def test_a_takeover_needs_the_commands_it_works_with(self):
        for name in ("SET", "DEL"):
            with self.assertRaises(RuntimeError) as caught:
                self.server("cache", self.cache().name, "takeover", "all", lines=[f'rename-command {name} ""'])
            self.assertIn(f"a takeover needs the server's own {name.lower()}", str(caught.exception))
        server = self.server("cache", self.cache().name, "takeover", "all", lines=["rename-command FLUSHALL secret"])
        client = server.client()
        client.set("a", "1")
        with self.assertRaises(redis.ResponseError):
            client.execute_command("FLUSHALL")
        self.assertEqual(client.get("a"), b"1")


if __name__ == "__main__":
    main()
