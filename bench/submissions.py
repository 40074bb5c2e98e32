"""How long a submission takes: clients at once, each with a connection of its own, at a running API.

python -m bench.submissions http://127.0.0.1:8080 KEY [CLIENTS [REQUESTS]]
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit

HOMES = ["4732 W Davis Rd, Glendale, AZ 85306", "1010 N 37th St, Phoenix, AZ 85008"]


def client(host: str, key: str, requests: int, taken: list[float]) -> None:
    """Submit so often, one after another."""
    connection = http.client.HTTPConnection(host, timeout=60)
    body = json.dumps({"addresses": HOMES, "sources": ["redfin"]})
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    for _ in range(requests):
        begun = time.perf_counter()
        connection.request("POST", "/api/extraction/jobs", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 202, answer.status
        taken.append(time.perf_counter() - begun)


def main(url: str, key: str, clients: int = 10, requests: int = 50) -> None:
    """Print the median and the slowest of a hundred, in ms."""
    taken: list[float] = []
    host = urlsplit(url).netloc
    threads = [threading.Thread(target=client, args=(host, key, requests, taken)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.sort()
    p50, p99 = taken[len(taken) // 2] * 1000, taken[len(taken) * 99 // 100] * 1000
    print(f"{len(taken)} submissions by {clients} clients: p50 {p50:.0f} ms, p99 {p99:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
