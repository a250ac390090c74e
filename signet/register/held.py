"""The register's current records, to compare a source with: loaded when they are needed.

A few records are read one by one; after `ONE_BY_ONE` of them, all the rest are read at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from signet.register import store
from signet.register.model import Entry, Subject
from signet.register.store import RawActs

Key = tuple[Subject, str]
SUBJECTS: tuple[Subject, ...] = ("permit", "member")
ONE_BY_ONE = 120  # records read singly before all the others are read at once


def _nothing(subject: Subject, number: str) -> RawActs:
    return RawActs(subject, number, ())


class Held:
    """A cache of the register's records: `acts` are loaded already, `keys` name further ones.

    `read` reads one record, `read_all` all of them. A record read once is cached: later writes by
    others are not seen.
    """

    def __init__(
        self,
        acts: Iterable[RawActs],
        keys: Iterable[Key] = (),
        read: Callable[[Subject, str], RawActs] = _nothing,
        read_all: Callable[[], Iterable[RawActs]] = tuple,
    ) -> None:
        self._acts: dict[Key, RawActs] = {(raw.subject, raw.number): raw for raw in acts}
        self._unread: set[Key] = set(keys) - self._acts.keys()
        self._read, self._read_all = read, read_all
        self._singly = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._acts or key in self._unread

    def entries(self, key: Key) -> list[Entry]:
        """Return the entries of a record; none when it isn't on the register."""
        raw = self._raw(key)
        return store.decoded(raw) if raw else []

    def bodies(self, key: Key) -> tuple[str, ...]:
        """Return a record's rows as stored, to search them without decoding."""
        raw = self._raw(key)
        return raw.bodies if raw else ()

    def numbers(self, subject: Subject) -> set[str]:
        """Return the numbers on the register of a kind of record."""
        return {number for kind, number in (*self._acts, *self._unread) if kind == subject}

    def _raw(self, key: Key) -> RawActs | None:
        if key in self._unread:
            self._fetch(key)
        return self._acts.get(key)

    def _fetch(self, key: Key) -> None:
        self._singly += 1
        if self._singly <= ONE_BY_ONE:
            self._acts[key] = self._read(*key)
            self._unread.discard(key)
            return
        for raw in self._read_all():
            self._acts.setdefault((raw.subject, raw.number), raw)
        self._unread = set()


def held() -> Held:
    """Return the records now on the register."""
    return Held((), store.keys(), store.read_acts, _every)


def _every() -> Iterable[RawActs]:
    return (raw for subject in SUBJECTS for raw in store.acts(subject))
