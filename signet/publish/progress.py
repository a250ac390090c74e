"""Progress output of long commands: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TextIO, TypeVar

Item = TypeVar("Item")

LINE_EVERY = 10.0  # seconds between plain lines


class Progress:
    """Writes progress to `stream`, standard error by default; `quiet` writes nothing."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._bars = not quiet and self._stream.isatty()

    def say(self, what: str) -> None:
        """Print the name of a step that has begun."""
        if not self._quiet:
            print(f"  {what}", file=self._stream, flush=True)

    def over(self, items: Iterable[Item], what: str) -> Iterator[Item]:
        """Yield the items, and show how many have gone by."""
        if self._bars:
            from tqdm import tqdm  # not installed in Lambda functions, which have no terminal

            yield from tqdm(items, desc=f"  {what}", unit="", file=self._stream)
            return
        count, shown = 0, perf_counter()
        for item in items:
            yield item
            count += 1
            if not count % 256 and perf_counter() - shown > LINE_EVERY:
                self.say(f"{what}: {count:,}")
                shown = perf_counter()
        self.say(f"{what}: {count:,}")

    @contextmanager
    def bar(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Show the progress of work that reports by callback.

        Gives a function to call after each of `total` items.
        """
        counted = self.over(range(total), what)

        def told() -> None:
            next(counted, None)

        yield told
        for _ in counted:  # the last step closes the bar
            break
