"""How long a submission takes: clients at once, each with a connection of its own, at a running API.

`python -m bench.submissions http://127.0.0.1:8080 KEY [CLIENTS [REQUESTS [HOMES [PAUSE]]]]`. Each client hands in a few
jobs before those that count, and begins when all have done so. Printed: median and the slowest of a hundred.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.command_line import command_line, perhaps, seconds, whole
from bench.homes_list import address

PATH = "/api/extraction/jobs"
WARM_UP = 5
_START_SECONDS = 120.0


@dataclass(frozen=True)
class Load:
    """So many clients that hand in so many jobs each, of so many homes, and wait for some `pause` seconds after each.

    Without a pause they keep the API busy all the time: what is measured then is how many it can take.
    """

    clients: int
    requests: int
    homes: int
    pause: float = 0.0


def taken(url: str, key: str, load: Load) -> list[float]:
    """Seconds of each submission, sorted. Raises RuntimeError where one is refused, OSError without an API."""
    together = threading.Barrier(load.clients, timeout=_START_SECONDS)
    with ThreadPoolExecutor(load.clients) as pool:
        works = [pool.submit(_client, url, key, load, together) for _ in range(load.clients)]
        return sorted(one for work in works for one in work.result())


def percentile(ordered: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _client(url: str, key: str, load: Load, together: threading.Barrier) -> list[float]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    body = json.dumps({"addresses": [address(number) for number in range(load.homes)], "sources": ["redfin"]})
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    found = []
    try:
        for number in range(-WARM_UP, load.requests):
            if number == 0:
                together.wait()
            begun = time.perf_counter()
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            told = answer.read()
            found.append(time.perf_counter() - begun)
            time.sleep(load.pause * random.uniform(0.5, 1.5))  # nosec B311
            if answer.status != 202:
                raise RuntimeError(f"a submission is answered with {answer.status}: {told[:300].decode()}")
    except BaseException:
        together.abort()
        raise
    finally:
        connection.close()
    return found[WARM_UP:]


def main(url: str, key: str, load: Load) -> int:
    """Print; 2 where no submission could be made."""
    try:
        found = taken(url, key, load)
    except (OSError, RuntimeError) as error:
        sys.stderr.write(f"{url}: {error or 'another client was refused'}\n")
        return 2
    p50, p99 = (percentile(found, share) * 1000 for share in (0.5, 0.99))
    print(f"{len(found)} submissions by {load.clients} clients: p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    return 0


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    parser.add_argument("url", metavar="URL", help="where the API listens")
    parser.add_argument("key", metavar="KEY", help="that may submit so many jobs")
    perhaps(parser, "clients", 10, whole(), "at once")
    perhaps(parser, "requests", 50, whole(), "of each client")
    perhaps(parser, "homes", 2, whole(), "of each job")
    perhaps(parser, "pause", 0.0, seconds, "of each client between its jobs")
    given = parser.parse_args()
    load = Load(given.clients, given.requests, given.homes, given.pause)
    sys.exit(main(given.url, given.key, load))
