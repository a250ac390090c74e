"""Records to be found, and the index by which they are: for tests of the desks' search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lambdas import follow as following
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.register import actions, contacts
from signet.register.actions import Proposal
from signet.register.model import Subject
from signet.search import asked, finding
from signet.search.finding import Found, Seeker
from signet.search.sources import When
from signet.search.tables import MODELS as SEARCH_MODELS
from tests.entries import POLICY as PACK
from tests.function_ground import Ground
from tests.people import shell as shell
from tests.request_office import MODELS as REQUEST_MODELS
from tests.request_office import NOW, TODAY

MODELS = tuple(dict.fromkeys((*REQUEST_MODELS, *SEARCH_MODELS, *CPD_MODELS, *JOB_MODELS)))
WHEN = When(TODAY, PACK)
SINCE = date(2025, 1, 2)  # past by the clock of functions that streams call, too
SEEKER = Seeker("officer", "", TODAY)


@pytest.fixture(scope="session")
def search_tables(dynamodb: str) -> Ground:
    """Every table that the index follows, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def searching(search_tables: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty."""
    search_tables.enter(monkeypatch, shell)


def enter(
    number: str, kind: str, *, subject: Subject = "member", on: Any = None, **data: Any
) -> None:
    """Enter something in a record, at once; no stream event has come yet."""
    proposal = Proposal(kind, data, on or SINCE)
    actions.enter(
        subject,
        number,
        [proposal],
        authority="Registrar",
        entered_by="reg",
        policy=PACK,
        now=NOW,
        operation_id=f"{kind}-{number}-{len(str(data))}",
    )


def joined(number: str, given: str, family: str, **more: Any) -> str:
    """Register a member, whose record the stream tells of; gives the number."""
    enter(number, "registered", given=given, family=family, **more)
    heard(f"member#{number}")
    return number


def heard(*records: str) -> None:
    """Let the register's stream tell of records."""
    events = [{"dynamodb": {"Keys": {"record": {"S": one}, "part": {"S": "x"}}}} for one in records]
    following.handler({"Records": events}, None)


def reached_at(number: str, email: str, *, told: bool = True) -> None:
    """Put a member's e-mail address on record."""
    contacts.put([{"number": number, "email": email}], None, NOW)
    if told:
        addresses_heard({"number": number})


def addresses_heard(*keys: dict[str, str]) -> None:
    """Let the streams of contacts ("number") or requests ("request", "part") tell of rows."""
    events = [
        {"dynamodb": {"Keys": {name: {"S": value} for name, value in one.items()}}} for one in keys
    ]
    following.handler({"Records": events}, None)


def found(typed: str, seeker: Seeker = SEEKER) -> Found:
    """Return what an officer finds."""
    return finding.find(asked.read(typed, PACK), seeker)


def numbers(typed: str) -> list[str]:
    """Return the numbers of what an officer finds, in order."""
    return [hit.number for hit in found(typed).hits]


def every_row() -> dict[tuple[str, str], Any]:
    """Return the whole index but for its versions."""
    from signet.search.tables import SearchRow

    rows: Iterable[Any] = SearchRow.scan(consistent_read=True)
    return {(row.place, row.entry): (row.others, row.body) for row in rows}
