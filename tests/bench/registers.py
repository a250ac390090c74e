"""Made-up registers of any size, and the builds of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from tests.bench.commands import ROOT, WORK, BenchError, Spent, run

SEED = "1"
DATED = date(2026, 11, 1)  # a fixed day: the same register whenever this runs
PERMITS = {18_000: 400, 200_000: 4_400}
MEMBERS_A_PERMIT = 45
SITES = WORK / "sites"
_count = count(1)
_built: dict[Size, Built] = {}


@dataclass(frozen=True, slots=True)
class Size:
    """How many members and permits a register has."""

    members: int

    @property
    def permits(self) -> int:
        return PERMITS.get(self.members, self.members // MEMBERS_A_PERMIT)

    def __str__(self) -> str:
        return f"{self.members:,} members"


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: where it is, what it took, and what its report says."""

    site: Path
    spent: Spent
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """What a folder of pages holds: files, and bytes in them."""

    pages: int
    page_bytes: int
    documents: int
    document_bytes: int
    files: int

    def __str__(self) -> str:
        return (
            f"{self.pages:,} HTML files of {self.page_bytes / 1e6:.1f} MB, {self.documents:,} "
            f"JSON of {self.document_bytes / 1e6:.1f} MB, {self.files:,} files in all"
        )


def records(size: Size) -> Path:
    """Return the folder with the records, in the exchange format; made when it isn't there yet."""
    folder = WORK / f"records-{size.members}-{size.permits}-{DATED}-{_generator()}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        run(
            [
                *(Path(sys.executable).with_name("signet"), "demo-data", "--out", part),
                *("--members", str(size.members), "--permits", str(size.permits)),
                *("--seed", SEED, "--dated", DATED.isoformat()),
            ]
        )
        os.replace(part, folder)
    return folder


def _generator() -> str:
    """Return a digest of the code that generates records, so that new code makes new ones."""
    parts = [path for path in (ROOT / "signet" / "demo").rglob("*") if path.suffix in _SOURCES]
    known = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(parts)))
    return known.hexdigest()[:8]


_SOURCES = (".py", ".toml")


def build(source: Path, site: Path, *, as_of: date = DATED, watch_memory: bool = False) -> Built:
    """Build a site with the command that everybody uses. Raises BenchError when it fails."""
    report = WORK / "report.json"
    spent = run(
        [
            *(sys.executable, ROOT / "build.py", "--source", source, "--out", site, "--quiet"),
            *("--as-of", as_of.isoformat(), "--report", report),
        ],
        watch_memory=watch_memory,
    )
    return Built(site, spent, json.loads(report.read_text(encoding="utf-8")))


def fresh(name: str) -> Path:
    """Return a folder that isn't there yet; and nothing left for the disk to write.

    Nothing is deleted before the end (`clear`): for minutes after many files were deleted, ext4
    passes over their places one by one whenever it makes a new file, which would be measured.
    """
    mine = SITES / str(os.getpid())
    mine.mkdir(parents=True, exist_ok=True)
    os.sync()
    return mine / f"{next(_count)}-{name}"


def built(size: Size) -> Built:
    """Return the site of a register, built once in a run of the bench."""
    if size not in _built:
        keep(size, build(records(size), fresh(f"site-{size.members}")))
    return _built[size]


def keep(size: Size, made: Built) -> None:
    """Let the steps to come use a build that was measured."""
    _built[size] = made


def clear() -> None:
    """Delete this run's sites, and those of runs that have ended; not those of one at work."""
    for folder in SITES.iterdir() if SITES.exists() else ():
        if folder.name == str(os.getpid()) or not _runs(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):  # not ours to judge
        return True
    return True


def output(site: Path) -> Output:
    """Count what a site holds. The look-up's files aren't documents beside a page."""
    pages = documents = page_bytes = document_bytes = files = 0
    for folder, _, names in os.walk(site):
        for name in names:
            files += 1
            size = os.stat(f"{folder}/{name}").st_size
            if name.endswith(".html"):
                pages, page_bytes = pages + 1, page_bytes + size
            elif name == "index.json":
                documents, document_bytes = documents + 1, document_bytes + size
    if not pages:
        raise BenchError(f"{site} holds no pages")
    return Output(pages, page_bytes, documents, document_bytes, files)
