"""Members for the tests of CPD: on the register, with a log, at a moment of one's choosing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd import actions, store
from signet.cpd import tables as cpd_tables
from signet.cpd.forms import ActivityDraft
from signet.cpd.model import Activity, AuditCase, AuditState, Notice
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.cpd.tables import CpdRow
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.letters.service import Service, Way
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register import actions as register
from signet.register.actions import Proposal
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.search.tables import MODELS as SEARCH_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads import store as upload_store
from signet.uploads.model import State, Upload
from signet.uploads.tables import FILE, UploadRow
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from tests import function_ground, registering
from tests.entries import POLICY as POLICY
from tests.entries import day
from tests.function_ground import Ground
from tests.recorded_rows import Steps
from tests.registering import Act

MODELS = (
    *REGISTER_MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS,
    *CPD_MODELS, *UPLOAD_MODELS, *JOB_MODELS,
    *PROPOSAL_MODELS, *SEARCH_MODELS,
)  # fmt: skip
steps = Steps(*MODELS)
NUMBER = "100001"
YEAR = 2026
TODAY = day("2026-11-21")
CPD = POLICY.cpd(TODAY)
AT_ONCE = 50  # members: each is two rows, and a transaction takes a hundred
ENTERED = count()  # what is entered later is recorded later, whatever day it takes effect


@pytest.fixture(scope="session")
def cpd_tables_made(dynamodb: str) -> Ground:
    """Every table that the log or the desk reads or writes, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def books(cpd_tables_made: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty, and what functions are told; one member is on the register."""
    cpd_tables_made.enter(monkeypatch, shell)
    join()


def empty() -> None:
    """Leave no row in any table."""
    function_ground.empty(MODELS)


@steps.step
def enter(number: str, kind: str, on: str | date, direction: str = "", **data: Any) -> None:
    """Enter something in the register, as its office does."""
    given = data | ({"direction": direction} if direction else {})
    register.enter(
        "member",
        number,
        [Proposal(kind, given, on if isinstance(on, date) else day(on))],
        authority="App. 5",
        entered_by="registrar",
        policy=POLICY,
        now=datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=next(ENTERED)),
        operation_id=secrets.token_hex(16),
    )


@steps.step
def join_all(numbers: Sequence[str], on: str = "2020-01-01", **data: Any) -> None:
    """Register members at once, each as `join` does."""
    said = {"family": "Lee", "given": "Ana", **data}
    now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=next(ENTERED))
    many = [*numbers]
    for at in range(0, len(many), AT_ONCE):
        registering.register(
            many[at : at + AT_ONCE], Act([Proposal("registered", said, day(on))], now)
        )


def join(number: str = NUMBER, on: str = "2020-01-01", **data: Any) -> str:
    """Register a member; gives the number."""
    join_all([number], on, **data)
    return number


def context(
    member: str = NUMBER, *, today: date = TODAY, act: str = "", account: str = "account-1"
) -> Context:
    """Somebody is about to do something, at noon in Alberta or a little later than before."""
    noon = datetime(today.year, today.month, today.day, 19, tzinfo=UTC)
    now = noon + timedelta(milliseconds=next(ENTERED))
    return Context(account, act or secrets.token_hex(16), now, today, POLICY, member)


def draft(category: str = "formal", on: str | date = "2026-03-14", **said: Any) -> ActivityDraft:
    """Return an activity as a form describes it: one that counts, unless told."""
    usual = {
        "title": "Course on pressure vessel codes",
        "category": category,
        "started_on": on,
        "better_practitioner": True,
        "advances_profession": False,
    }
    return ActivityDraft.model_validate(usual | said)


def activity(category: str = "formal", on: str = "2026-03-14", **said: Any) -> Activity:
    """Return an activity as it is kept."""
    fields = draft(category, on).model_dump() | {"id": secrets.token_hex(16), "year": YEAR}
    return Activity.model_validate(fields | said)


@steps.step
def log_two(number: str = NUMBER, year: int = YEAR, today: date = TODAY) -> list[str]:
    """Log what satisfies the rule; gives the ids."""
    return [
        actions.add_activity(context(number, today=today), year, draft(category, f"{year}-02-03"))
        for category in ("formal", "peer")
    ]


def fill_log(count: int, **said: Any) -> None:
    """Put activities into the member's log, many at a time."""
    fields = draft(**said).model_dump()
    with CpdRow.batch_write() as batch:
        for number in range(count):
            new = Activity(id=f"{number:032x}", year=YEAR, **fields)
            put: Any = store.put_activity(NUMBER, new, None)
            batch.save(put.row)


@steps.step
def clean_file(number: str = NUMBER, id_: str = "", back: str = "/services/cpd/") -> str:
    """Make a file that the member sent from a page and that passed its checks; return its id."""
    upload = Upload(
        id=id_ or secrets.token_hex(16),
        owner=f"member#{number}",
        purpose="cpd-evidence",
        by="account-1",
        back=back,
        invited_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=1),
        state=State.CLEAN,
        name="certificate",
        size=1234,
        kind="pdf",
        sha256="0" * 64,
    )
    upload_store.write(upload_store.new(upload))
    return upload.id


@steps.step
def audited(state: AuditState) -> AuditCase:
    """Put an audit of the member's year there, with a notice posted, as the desk does."""
    log_two()
    posted = Service(Way.MAIL, day("2027-01-10"))
    case = AuditCase(
        year=YEAR,
        member=NUMBER,
        state=state,
        selected_on=day("2027-01-05"),
        notices=(Notice(id="n1", made_on=day("2027-01-08"), service=posted),),
    )
    CpdRow(
        owner=cpd_tables.partition_key(NUMBER),
        part=cpd_tables.audit_key(YEAR),
        body=case.model_dump_json(),
        version=1,
    ).save()
    return case


def counted_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every call to the database from now on, by name."""
    calls: list[str] = []
    whole: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def noted(self: Any, name: str, given: Any) -> Any:
        calls.append(name)
        return whole(self, name, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return calls


def uses_of(file: str, number: str = NUMBER) -> int:
    """How many records name a file."""
    return int(UploadRow.get(f"member#{number}", FILE + file, consistent_read=True).used or 0)
