"""Requests by many clients at once: how many a second, and how long they take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

CLIENTS = 16
REQUESTS = 800


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a second, and how long the median and the slowest hundredth took."""

    a_second: float
    median: float
    slowest: float

    def __str__(self) -> str:
        return (
            f"{self.a_second:,.0f} requests/s, p50 {self.median * 1000:.0f} ms, "
            f"p99 {self.slowest * 1000:.0f} ms"
        )


def rate(send: Callable[[int], int], expected: int, requests: int = REQUESTS) -> Rate:
    """Let every client send its share; `send` is given which it is, and gives the status."""
    taken: list[float] = []

    def client(which: int) -> None:
        for _ in range(requests // CLIENTS):
            started = time.perf_counter()
            status = send(which)
            taken.append(time.perf_counter() - started)
            if status != expected:
                raise AssertionError(f"answered {status}")

    for which in range(CLIENTS):
        send(which)  # connections are made, templates compiled
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(client, which) for which in range(CLIENTS)]:
            done.result()
    spent = time.perf_counter() - started
    slowest = statistics.quantiles(taken, n=100)[-1]
    return Rate(len(taken) / spent, statistics.median(taken), slowest)
