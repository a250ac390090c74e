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

    def members_and(self, numbers: Collection[str]) -> tuple[Iterator[Any], Iterator[Any]]:
        """The members of these numbers, then all members; the first are read to their end first."""
        ...

    def decode(self, raw: Any) -> list[Entry]:
        """The entries of one record. Raises InputProblems when they can't be read."""
        ...


class FolderSource:
    """A folder of the exchange format; `as_of` is the day it speaks of when it doesn't say."""

    def __init__(self, path: Path, as_of: date, policy: Policy) -> None:
        self._path, self._folder = path, Folder(path)
        self._dated = self._folder.dated or as_of
        self._policy = policy

    def permits(self) -> Iterator[RawRecord]:
        """The permits in number order; with them the folder is read from its beginning."""
        self._folder = Folder(self._path)
        return self._folder.permits()

    def members(self) -> Iterator[RawRecord]:
        """The members in number order."""
        return self._folder.members()

    def some_members(self, numbers: Collection[str]) -> Iterator[RawRecord]:
        """The members of these numbers: the whole folder is read for them."""
        return self._apart(numbers)

    def members_and(
        self, numbers: Collection[str]
    ) -> tuple[Iterator[RawRecord], Iterator[RawRecord]]:
        """The members of these numbers, then all: for the first the folder is read once more."""
        return self._apart(numbers), self.members()

    def _apart(self, numbers: Collection[str]) -> Iterator[RawRecord]:
        if not numbers:
            return
        folder = Folder(self._path)
        for _ in folder.permits():
            pass  # in the file of entries they come first
        for raw in folder.members():
            if raw.number in numbers:
                yield raw

    def decode(self, raw: RawRecord) -> list[Entry]:
        """The entries of a record. Raises InputProblems."""
        return decode.entries(raw, self._dated, self._policy)


class StoreSource:
    """The register in the database. Its scan has no order, so raw acts are sorted on disk."""

    def permits(self) -> Iterator[RawActs]:
        """The permits in number order."""
        return _Spool(store.acts("permit")).all()

    def members(self) -> Iterator[RawActs]:
        """The members in number order."""
        return _Spool(store.acts("member")).all()

    def some_members(self, numbers: Collection[str]) -> Iterator[RawActs]:
        """The members of these numbers, one read each."""
        found = (store.read_acts("member", number) for number in sorted(numbers))
        return (raw for raw in found if raw.bodies)

    def members_and(self, numbers: Collection[str]) -> tuple[Iterator[RawActs], Iterator[RawActs]]:
        """The members of these numbers, then all, from one scan."""
        spool = _Spool(store.acts("member"))
        return spool.some(numbers), spool.all()

    def decode(self, raw: RawActs) -> list[Entry]:
        """The entries of a record."""
        return store.decoded(raw)


class _Spool:
    """Acts on disk, to be read by number; only their places are held in memory."""

    def __init__(self, found: Iterator[RawActs]) -> None:
        self._places: dict[str, list[int]] = {}
        self._file = TemporaryFile()  # noqa: SIM115 - closed when `all` is read to its end
        for raw in found:
            self._places.setdefault(raw.number, []).append(self._file.tell())
            pickle.dump(raw, self._file)

    def some(self, numbers: Collection[str]) -> Iterator[RawActs]:
        """The acts of these numbers, in number order."""
        return (self._read(number) for number in sorted(numbers) if number in self._places)

    def all(self) -> Iterator[RawActs]:
        """All acts, in number order; then they are gone."""
        with self._file:
            for number in sorted(self._places):
                yield self._read(number)

    def _read(self, number: str) -> RawActs:
        parts = []
        for place in self._places[number]:
            self._file.seek(place)
            parts.append(pickle.load(self._file))  # noqa: S301 - written above, by us
        bodies = tuple(body for part in parts for body in part.bodies)
        return RawActs(parts[0].subject, number, bodies)
