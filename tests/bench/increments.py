"""What a night without change, a new day and a suspension write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.bench import registers, suspending
from tests.bench.registers import Built, Size
from tests.bench.tables import Row, at_most

TABLE = "increments"
MOST_UNCHANGED = 0
MOST_NEW_DAY = 16  # no page of a record or list: the day itself, and the downloads, which say it
MOST_PAGES = 30  # most of them lists of scopes: by discipline, activity, both, city, word
MOST_FILES = 130  # of one who practises, most are the scope search's, by each word of the scope
Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a build changed in the published folder, seen from outside."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    built: Built

    @property
    def files(self) -> int:
        return len(self.written) + len(self.deleted)

    @property
    def pages(self) -> int:
        return sum(path.endswith(".html") for path in (*self.written, *self.deleted))


def measured(size: Size) -> Iterator[Row]:
    """Build, then build again after each kind of change."""
    source = registers.fresh("records")
    shutil.copytree(registers.records(size), source)
    day = suspending.quiet_day(source, registers.DATED)
    before = day - timedelta(1)
    site = registers.fresh("increments")
    registers.build(source, site, as_of=before)
    unchanged = _difference(source, site, before)
    yield at_most(
        TABLE,
        f"Nothing changed, {size}: files",
        unchanged.files,
        MOST_UNCHANGED,
        "",
        _took(unchanged),
    )
    new_day = _difference(source, site, day)
    told = f"{_took(new_day)}; {', '.join(new_day.written)}"
    yield at_most(
        TABLE, f"A new day without change, {size}: files", new_day.files, MOST_NEW_DAY, "", told
    )
    yield from _suspensions(source, site, day, size)


def _suspensions(source: Path, site: Path, day: date, size: Size) -> Iterator[Row]:
    for what, number in suspending.candidates(source).items():
        suspending.suspend(source, number, registers.DATED, day)
        found = _difference(source, site, day)
        name = f"One suspended, {size}, {what}"
        kinds = _by_kind((*found.written, *found.deleted))
        yield at_most(TABLE, f"{name}: HTML files", found.pages, MOST_PAGES, "", _took(found))
        yield at_most(TABLE, f"{name}: all files", found.files, MOST_FILES, "", kinds)


def _difference(source: Path, site: Path, as_of: date) -> Difference:
    before = _stamps(site)
    built = registers.build(source, site, as_of=as_of)
    after = _stamps(site)
    written = sorted(path for path, stamp in after.items() if before.get(path) != stamp)
    return Difference(tuple(written), tuple(sorted(before.keys() - after.keys())), built)


def _stamps(site: Path) -> Stamps:
    """Which file stands at each path: a file that was written anew differs in number or time."""
    found: Stamps = {}
    for folder, _, names in os.walk(site):
        for name in names:
            known = os.stat(f"{folder}/{name}")
            found[f"{folder[len(str(site)) + 1 :]}/{name}"] = (known.st_ino, known.st_mtime_ns)
    return found


def _by_kind(paths: tuple[str, ...]) -> str:
    counts: dict[str, int] = {}
    for path in paths:
        parts = path.strip("/").split("/")
        kind = "/".join(parts[:2]) if parts[0] == "register" and len(parts) > 2 else parts[-1]
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def _took(found: Difference) -> str:
    return f"{found.built.spent.seconds:.1f} s"
