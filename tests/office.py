"""The register's office in tests: its commands, run here, and what the database then holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.tables import MODELS
from signet.cli.command import main
from signet.register import checking, loading, store, tables
from signet.register.exchange.write import write_folder
from signet.register.loading import Key
from signet.register.model import Entry
from tests.entries import POLICY, issued, permit_entry, practitioner, registered
from tests.function_ground import Ground

DATED = date(2021, 6, 1)


@pytest.fixture(scope="session")
def tables_made(dynamodb: str) -> Ground:
    """Return every table of the product, made once a worker."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def empty_tables(tables_made: Ground, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Point AWS clients at a database whose tables are there and empty.

    Gives the variables, which are set in the environment, for a command that a test starts.
    """
    tables_made.reach(monkeypatch)
    return tables_made.variables


def signet(*arguments: object) -> int:
    """Run `signet` with these arguments; gives its exit status."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as stopped:  # how argparse ends
        return int(stopped.code or 0)


def entered(subject: str, number: str, kind: str, on: str, *options: object) -> int:
    """`signet enter` on a date, by some authority, at once."""
    said = ("--effective-on", on, "--authority", "App. 5", "--alone", "One officer in this test")
    return signet("enter", subject, number, kind, *said, *options)


def folder(path: Path, *members: list[Entry], permits: Any = (), contacts: Any = None) -> Path:
    """Return a folder of the exchange format, as `signet export` writes it."""
    write_folder(path, DATED, permits, members, contacts, POLICY)
    return path


def small(path: Path, members: int = 3) -> Path:
    """Return a folder with some members, the first a responsible member of the only permit."""
    permit = [issued(), permit_entry("responsible_member_added", "2020-01-02", member="100")]
    plain = [[registered(number=str(n))] for n in range(101, 100 + members)]
    return folder(path, practitioner("100"), *plain, permits=[permit])


def register() -> dict[Key, list[Entry]]:
    """All that the database holds, each record's entries by id."""
    tables.bind()
    held = loading.held()
    keys: list[Key] = [(s, n) for s in loading.SUBJECTS for n in sorted(held.numbers(s))]
    return {key: by_id(held.entries(key)) for key in keys}


def held(subject: Any, number: str) -> list[Entry]:
    tables.bind()
    return by_id(store.read(subject, number).entries)


def by_id(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: e.id)


def kinds(subject: str, number: str) -> list[str]:
    """Return the kinds of a record's entries, in the order they apply."""
    entries = sorted(held(subject, number), key=lambda e: (e.effective_on, e.recorded_at, e.id))
    return [e.kind for e in entries]


def stale() -> list[str]:
    """Return the snapshots that aren't the fold of their entries."""
    found = checking.stale_snapshots(loading.held(), DATED, POLICY, mend=False)
    return [str(finding) for finding in found]


def told(output: pytest.CaptureFixture[str]) -> str:
    """Return what was said on either stream since the last look."""
    captured = output.readouterr()
    return captured.out + captured.err
