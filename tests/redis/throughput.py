# SPDX-License-Identifier: MIT
"""redis-benchmark on a plain server and on one whose commands the cache serves, in turn: requests a second, and ratios.

    DUMMYCACHE_MODULE=.../dummycache.so python3 tests/redis/throughput.py

Use a release build. Not a test: it says how fast, not whether."""
import os
import re
import statistics
import subprocess

os.environ.setdefault("DUMMYCACHE_TOOL", "dummycache")
os.environ.setdefault("DUMMYCACHE_NEIGHBOUR", "")

from servers import Cache, Server  # noqa: E402

ROUNDS = 7
KEYS = 1_000_000


def benchmark(server, requests, pipeline, *words):
    done = subprocess.run(["redis-benchmark", "-s", server.socket, "-q", "-n", str(requests), "-P", str(pipeline),
                           "-c", "10", *words], capture_output=True, text=True, check=True)
    return float(re.findall(r"([0-9.]+) requests per second", done.stdout)[-1])


def main():
    cache = Cache()
    plain, served = Server(plain=True), Server("cache", cache.name, "takeover", "all", "capacity", "1gb")
    sides = {"GET, plain": (plain, "get"), "GET, taken over": (served, "get"), "DC.GET": (served, "dc.get")}
    try:
        print("| keys | pipeline | GET, plain | GET, taken over | DC.GET | ratios |\n| --- | --- | --- | --- | --- | --- |")
        for server in (plain, served):
            benchmark(server, 3 * KEYS, 32, "-r", str(KEYS), "-d", "100", "-t", "set")
            server.client().set("key:one", "x" * 100)
        for keys, words in (("a million", ["-r", str(KEYS)]), ("one", [])):
            key = "key:__rand_int__" if words else "key:one"
            for pipeline, requests in ((1, 100_000), (32, 1_500_000)):
                rates = {name: [] for name in sides}
                for _ in range(ROUNDS):
                    for name, (server, command) in sides.items():
                        rates[name].append(benchmark(server, requests, pipeline, *words, command, key))
                base = rates["GET, plain"]
                ratios = [statistics.median(a / b for a, b in zip(rates[name], base)) for name in list(sides)[1:]]
                shown = " | ".join(f"{statistics.median(rate):,.0f}" for rate in rates.values())
                print(f"| {keys} | {pipeline} | {shown} | {ratios[0]:.2f}, {ratios[1]:.2f} |", flush=True)
    finally:
        for server in (plain, served):
            server.stop()
        cache.remove()


if __name__ == "__main__":
    main()
