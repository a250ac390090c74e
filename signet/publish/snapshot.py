"""The first stage: the records of the register, one at a time and in number order.

A source yields raw records cheaply, and `decode` turns one into entries; the two are separate so
that several processes can share the decoding.
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
        """Return the permits in number order."""
        ...

    def members(self) -> Iterator[Any]:
        """Return the members in number order."""
        ...

    def some_members(self, numbers: Collection[str]) -> Iterator[Any]:
        """Return the members with these numbers, in number order. Call after `permits`."""
        ...

    def members_and(self, numbers: Collection[str]) -> tuple[Iterator[Any], Iterator[Any]]:
        """Return the members with these numbers, and all members.

        The first iterator must be read to its end before the second.
        """
        ...

    def decode(self, raw: Any) -> list[Entry]:
        """Return the entries of one record. Raises InputProblems when they can't be read."""
        ...


class FolderSource:
    """A folder of the exchange format; `as_of` is its date when the folder doesn't state one."""

    def __init__(self, path: Path, as_of: date, policy: Policy) -> None:
        self._path, self._folder = path, Folder(path)
        self._dated = self._folder.dated or as_of
        self._policy = policy

    def permits(self) -> Iterator[RawRecord]:
        """Return the permits in number order, reading the folder from its beginning."""
        self._folder = Folder(self._path)
        return self._folder.permits()

    def members(self) -> Iterator[RawRecord]:
        """Return the members in number order."""
        return self._folder.members()

    def some_members(self, numbers: Collection[str]) -> Iterator[RawRecord]:
        """Return the members with these numbers, which takes a pass over the whole folder."""
        return self._apart(numbers)

    def members_and(
        self, numbers: Collection[str]
    ) -> tuple[Iterator[RawRecord], Iterator[RawRecord]]:
        """Return the members with these numbers, and all; the first takes another pass."""
        return self._apart(numbers), self.members()

    def _apart(self, numbers: Collection[str]) -> Iterator[RawRecord]:
        if not numbers:
            return
        folder = Folder(self._path)
        for _ in folder.permits():
            pass  # in the file of entries the permits come first
        for raw in folder.members():
            if raw.number in numbers:
                yield raw

    def decode(self, raw: RawRecord) -> list[Entry]:
        """Return the entries of a record. Raises InputProblems."""
        return decode.entries(raw, self._dated, self._policy)


class StoreSource:
    """The register in the database. A scan has no order, so raw records are sorted on disk."""

    def permits(self) -> Iterator[RawActs]:
        """Return the permits in number order."""
        return _Spool(store.acts("permit")).all()

    def members(self) -> Iterator[RawActs]:
        """Return the members in number order."""
        return _Spool(store.acts("member")).all()

    def some_members(self, numbers: Collection[str]) -> Iterator[RawActs]:
        """Return the members with these numbers, with one read each."""
        raws = (store.read_acts("member", number) for number in sorted(numbers))
        return (raw for raw in raws if raw.bodies)

    def members_and(self, numbers: Collection[str]) -> tuple[Iterator[RawActs], Iterator[RawActs]]:
        """Return the members with these numbers, and all, from a single scan."""
        spool = _Spool(store.acts("member"))
        return spool.some(numbers), spool.all()

    def decode(self, raw: RawActs) -> list[Entry]:
        """Return the entries of a record."""
        return store.decoded(raw)


class _Spool:
    """Raw records in a temporary file, read by number; memory holds only their file offsets."""

    def __init__(self, found: Iterator[RawActs]) -> None:
        self._places: dict[str, list[int]] = {}
        self._file = TemporaryFile()  # noqa: SIM115 - closed when `all` is read to its end
        for raw in found:
            self._places.setdefault(raw.number, []).append(self._file.tell())
            pickle.dump(raw, self._file)

    def some(self, numbers: Collection[str]) -> Iterator[RawActs]:
        """Return the records with these numbers, in number order."""
        return (self._read(number) for number in sorted(numbers) if number in self._places)

    def all(self) -> Iterator[RawActs]:
        """Yield all records in number order, then delete the file."""
        with self._file:
            for number in sorted(self._places):
                yield self._read(number)

    def _read(self, number: str) -> RawActs:
        parts = []
        for place in self._places[number]:
            self._file.seek(place)
            parts.append(pickle.load(self._file))  # noqa: S301 - written above, by this process
        bodies = tuple(body for part in parts for body in part.bodies)
        return RawActs(parts[0].subject, number, bodies)
