"""Where to look first in a register that was just built."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies

# The first records are enough for examples; reading all of a large register would take as long as
# building it.
RECORDS_READ = 3000

Record = dict[str, Any]


def where_to_look(site: Path, address: str) -> str:
    """Return the lines that tell a newcomer what to open and what to try.

    `site` is the built folder, `address` its URL without a final slash. Records that the register
    doesn't have (no suspended member, no permit) are left out.
    """
    lines = [
        "Look first at",
        _line("the front page, with the look-up", f"{address}/"),
        *(_line(what, f"{address}/register/{path}/") for what, path in _examples(site)),
        *(_line(what, f"{address}/register/{path}") for what, path in _lists(site)),
        *(_line(what, f"{address}/{path}") for what, path in _jobs(site)),
        _line("the services, once signed in", f"{address}/services/"),
        _line("the mail that they sent", f"{address}/mailbox/"),
        "",
        "Try, in another terminal",
        *_commands(site),
        "",
        "A suspension is on the member's page within seconds. Ctrl-C ends it all and keeps the "
        "records.",
    ]
    return "\n".join(lines)


def _line(what: str, where: str) -> str:
    return f"  {what:<36}{where}"


def _records(site: Path, kind: str) -> Iterator[tuple[str, Record]]:
    folder = site / "register" / kind
    numbers = sorted(entry.name for entry in folder.glob("*") if entry.is_dir())
    for number in islice(numbers, RECORDS_READ):
        for file in sorted((folder / number).glob("*.json")):
            yield number, json.loads(file.read_text(encoding="utf-8"))


def practising(site: Path) -> Iterator[str]:
    """Return the numbers of members who may practise, among the first records."""
    return (number for number, record in _records(site, "members") if _may_practise(record))


def _first(
    site: Path, kind: str, wanted: Callable[[Record], bool] = lambda _record: True
) -> str | None:
    return next((number for number, record in _records(site, kind) if wanted(record)), None)


def _may_practise(record: Record) -> bool:
    return bool(record.get("scopes")) and record.get("headline", {}).get("tone") == "good"


def _suspended(record: Record) -> bool:
    return record.get("status") == "suspended"


def _unanswered(record: Record) -> bool:
    return bool(record.get("unanswered"))


def _examples(site: Path) -> Iterator[tuple[str, str]]:
    choices: list[tuple[str, str, Callable[[Record], bool]]] = [
        ("a member with a scope of practice", "members", _may_practise),
        ("a suspended member", "members", _suspended),
        ("a permit to practise", "permits", lambda _record: True),
        ("a permit nobody answers for", "permits", _unanswered),
    ]
    for what, kind, condition in choices:
        if number := _first(site, kind, condition):
            yield what, f"{kind}/{number}"


def _lists(site: Path) -> Iterator[tuple[str, str]]:
    for what, path in (
        ("who may practise in what", "scopes/"),
        ("recent changes", "changes/"),
        ("the whole register as data", "data/"),
    ):
        if (site / "register" / path / "index.html").is_file():
            yield what, path


def _jobs(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the career centre; its postings are published as the demonstration starts."""
    if (site / "jobs" / "index.html").is_file():
        yield "the jobs that are open", "jobs/"


def _commands(site: Path) -> Iterator[str]:
    if number := _first(site, "members", _may_practise):
        yield f"  .venv/bin/signet enter member {number} suspension --reason fees \\"
        # The regulator's date: where it is behind ours, a suspension as of today would be
        # tomorrow's.
        today = datetime.now(ZoneInfo(policies.load().regulator.time_zone)).date()
        yield f"      --effective-on {today} --authority 'Council resolution 2026-7' \\"
        yield "      --alone 'Trying it'"
    yield _line("make build", "builds the site again, with what was entered")
    yield _line("make digest", "mails the open jobs to the members now")
    yield _line(".venv/bin/signet --help", "tells the rest")
