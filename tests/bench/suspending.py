"""Suspending a member in a folder of the exchange format, as the registrar's system would."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from signet.register.exchange.schema import ENTRIES, MEMBERS, PERMITS, RESPONSIBLE_MEMBERS, Table
from tests.bench.commands import BenchError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LATEST_DAYS = 365
Line = dict[str, str]


def quiet_day(folder: Path, after: date) -> date:
    """Return the first later day on which nothing takes effect and nothing has just run out."""
    named = {found for path in folder.glob("*.csv") for found in _later_days(path, after)}
    for ahead in range(2, LATEST_DAYS):
        day = after + timedelta(ahead)
        if not named & {day.isoformat(), (day - timedelta(1)).isoformat()}:
            return day
    raise BenchError("every day of the coming year has a change; take fewer permits")


def _later_days(path: Path, after: date) -> set[str]:
    return {day for day in _DAY.findall(path.read_text("utf-8")) if day > after.isoformat()}


def candidates(folder: Path) -> dict[str, str]:
    """Numbers of members to suspend, by what makes each of them worth trying."""
    members = {line["number"]: line for line in _lines(folder, MEMBERS)}
    plain = {
        number: line
        for number, line in members.items()
        if line["category"] in ("", "member") and line["status"] == "registered"
    }
    answering = _answering(folder)
    practising = [number for number, line in plain.items() if "P.Tech." in line["designations"]]
    common = Counter(line["family"] for line in plain.values()).most_common(1)[0][0]
    cities = Counter(line["city"] for line in plain.values())
    found = {
        "no permit, not practising": (n for n in plain if n not in practising),
        "the commonest surname": (n for n, line in plain.items() if line["family"] == common),
        "the largest city": (n for n in plain if plain[n]["city"] == cities.most_common(1)[0][0]),
        "practising, with a scope": (n for n in practising if n not in answering),
        "responsible for one permit": (n for n in practising if answering[n] == 1),
        "responsible for most permits": iter(_most(answering, practising)),
    }
    return _distinct(found)


def _distinct(found: dict[str, Iterator[str]]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for what, numbers in found.items():
        number = next((n for n in numbers if n not in chosen.values()), None)
        if number is not None:
            chosen[what] = number
    return chosen


def _most(answering: Counter[str], practising: list[str]) -> list[str]:
    able = set(practising)
    return [number for number, _ in answering.most_common() if number in able]


def _answering(folder: Path) -> Counter[str]:
    """How many permits in force each member answers for."""
    standing = {line["number"] for line in _lines(folder, PERMITS) if line["status"] == "in_force"}
    return Counter(
        line["member"]
        for line in _lines(folder, RESPONSIBLE_MEMBERS)
        if not line["to"] and line["permit"] in standing
    )


def suspend(folder: Path, number: str, on: date, recorded: date) -> None:
    """Add the entry, recorded on a day, and make the members file agree with it."""
    members = list(_lines(folder, MEMBERS))
    for line in members:
        if line["number"] == number:
            line |= {"status": "suspended", "status_reason": "fees"}
            line |= {"status_since": on.isoformat(), "status_until": ""}
    _write(folder, MEMBERS, members)
    entries = list(_lines(folder, ENTRIES))
    places = [at for at, line in enumerate(entries) if _is(line, number)]
    entries.insert(places[-1] + 1, _suspension(number, len(places) + 1, on, recorded))
    _write(folder, ENTRIES, entries)


def _is(line: Line, number: str) -> bool:
    return line["subject"] == "member" and line["number"] == number


def _suspension(number: str, place: int, on: date, recorded: date) -> Line:
    data: dict[str, Any] = {"status": "suspended", "reason": "fees"}
    return {
        "id": f"{number}-bench-{place}",
        "subject": "member",
        "number": number,
        "kind": "status_changed",
        "effective_on": on.isoformat(),
        "recorded_at": f"{recorded.isoformat()}T17:00:00Z",
        "entered_by": "registrar",
        "authority": "General Regulation s. 3",
        "corrects": "",
        "data": json.dumps(data),
    }


def _lines(folder: Path, table: Table) -> Iterator[Line]:
    with open(folder / table.file, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(folder: Path, table: Table, lines: list[Line]) -> None:
    with open(folder / table.file, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
