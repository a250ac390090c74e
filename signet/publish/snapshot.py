"""The first stage: the records of the register, one at a time and in number order.

A source gives raw records cheaply, and `decode` makes entries of one; the two are apart so that
decoding can be done by several processes.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

from signet.policy import Policy
from signet.register import store
from signet.register.exchange import decode
from signet.register.exchange.read import Folder, RawRecord
from signet.register.model import Entry
from signet.register.store import RawActs


class Source(Protocol):
    """Where records come from. The permits are read to their end before the members."""

    def permits(self) -> Iterator[Any]:
        """The permits in number order."""
        ...

    def members(self) -> Iterator[Any]:
        """The members in number order."""
        ...

    def some_members(self, numbers: Collection[str]) -> Iterator[Any]:
        """The members of these numbers, in number order. To be read after the permits."""
        ...

    def decode(self, raw: Any) -> list[Entry]:
        """The entries of one record. Raises InputProblems when they can't be read."""
        ...


class FolderSource:
    """A folder of the exchange format; `as_of` is the day it speaks of when it doesn't say."""

    def __init__(self, path: Path, as_of: date, policy: Policy) -> None:
        self._folder = Folder(path)
        self._dated = self._folder.dated or as_of
        self._policy = policy

    def permits(self) -> Iterator[RawRecord]:
        """The permits in number order."""
        return self._folder.permits()

    def members(self) -> Iterator[RawRecord]:
        """The members in number order."""
        return self._folder.members()

    def some_members(self, numbers: Collection[str]) -> Iterator[RawRecord]:
        """The members of these numbers: the whole folder is read for them."""
        return (raw for raw in self.members() if raw.number in numbers)

    def decode(self, raw: RawRecord) -> list[Entry]:
        """The entries of a record. Raises InputProblems."""
        return decode.entries(raw, self._dated, self._policy)


class StoreSource:
    """The register in the database. Its scan has no order, so raw acts are sorted on disk."""

    def permits(self) -> Iterator[RawActs]:
        """The permits in number order."""
        return _sorted(store.acts("permit"))

    def members(self) -> Iterator[RawActs]:
        """The members in number order."""
        return _sorted(store.acts("member"))

    def some_members(self, numbers: Collection[str]) -> Iterator[RawActs]:
        """The members of these numbers, one read each."""
        found = (store.read_acts("member", number) for number in sorted(numbers))
        return (raw for raw in found if raw.bodies)

    def decode(self, raw: RawActs) -> list[Entry]:
        """The entries of a record."""
        return store.decoded(raw)


def _sorted(found: Iterator[RawActs]) -> Iterator[RawActs]:
    """The acts in number order; only their places are held in memory."""
    places: dict[str, list[int]] = {}
    with TemporaryFile() as spool:
        for raw in found:
            places.setdefault(raw.number, []).append(spool.tell())
            pickle.dump(raw, spool)
        for number in sorted(places):
            parts = []
            for place in places[number]:
                spool.seek(place)
                parts.append(pickle.load(spool))  # noqa: S301 - written above, by us
            bodies = tuple(body for part in parts for body in part.bodies)
            yield RawActs(parts[0].subject, number, bodies)
