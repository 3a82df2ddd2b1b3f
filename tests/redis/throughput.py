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
KEYS = {"a million": 1_000_000, "100,000": 100_000, "one": 0}
REQUESTS = {1: 100_000, 32: 1_500_000}  # by pipeline
VALUE = ["-d", "100"]


def benchmark(server, requests, pipeline, *words):
    done = subprocess.run(["redis-benchmark", "-s", server.socket, "-q", "-n", str(requests), "-P", str(pipeline),
                           "-c", "10", *words], capture_output=True, text=True, check=True)
    return float(re.findall(r"([0-9.]+) requests per second", done.stdout)[-1])


def of_keys(count):
    return ["-r", str(count)] if count else []


def compare(plain, served, requests, pipeline, *words):
    """Rates of both, in turn."""
    rates = [[benchmark(server, requests, pipeline, *words) for server in (plain, served)] for _ in range(ROUNDS)]
    return [statistics.median(rate) for rate in zip(*rates)] + [statistics.median(b / a for a, b in rates)]


def compare_with(keys, count):
    cache = Cache()
    plain, served = Server(plain=True), Server("cache", cache.name, "takeover", "all", "capacity", "1gb")
    try:
        for server in (plain, served):
            benchmark(server, 3 * count + 1000, 32, *of_keys(count), *VALUE, "-t", "set")
        for command in ("GET", "SET"):
            for pipeline, requests in REQUESTS.items():
                words = [*of_keys(count), *VALUE, "-t", command.lower()]
                a, b, ratio = compare(plain, served, requests, pipeline, *words)
                print(f"| {command} | {keys} | {pipeline} | {a:,.0f} | {b:,.0f} | {ratio:.2f} |", flush=True)
    finally:
        for server in (plain, served):
            server.stop()
        cache.remove()


def main():
    print("| command | keys | pipeline | plain | taken over | ratio |\n| --- | --- | --- | --- | --- | --- |")
    for keys, count in KEYS.items():
        compare_with(keys, count)


if __name__ == "__main__":
    main()
