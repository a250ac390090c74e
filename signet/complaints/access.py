"""Respondents' access to a case: the rows that it consists of, and what they show of the case.

A respondent's code leads to a filing of its own in the table of follow-ups: what staff write lies
there sealed to the code, what the respondent sends sealed to the office. It holds the case's
reference and days, and nothing of the complaint, of who complains, or of another respondent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pynamodb.expressions.update import Action

from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Access
from signet.complaints.model import Asked, Case, Filed, Progress
from signet.complaints.tables import CaseRow, FilingRow, access_part
from signet.errors import NotFound, Refused
from signet.tables import reachable
from signet.transactions.commit import Change, Update

BEGINS = "access#"
WRITTEN = ("question#", "message#")  # parts of a filing that staff wrote


def read(row: CaseRow) -> Access:
    """Return the access of its row."""
    held = Access.model_validate_json(row.body or "")
    return held.model_copy(update={"version": int(row.version)})


@reachable
def of_case(id_: str) -> list[Access]:
    """Return every access that was opened to a case, the first opened first; one query."""
    found = CaseRow.query(id_, CaseRow.part.startswith(BEGINS), consistent_read=True)
    return sorted(map(read, found), key=lambda one: (one.opened_on, one.id))


def live(id_: str) -> list[Access]:
    """Return those to a case that aren't revoked, the first opened first."""
    return [one for one in of_case(id_) if one.revoked_on is None]


def one_of(id_: str, access: str) -> Access:
    """Return one access to a case, be it revoked or not. Raises NotFound."""
    found = next((one for one in of_case(id_) if one.id == access), None)
    if found is None:
        raise NotFound
    return found


def live_one(id_: str, access: str) -> Access:
    """Return one that isn't revoked. Raises Refused, NotFound."""
    found = one_of(id_, access)
    if found.revoked_on:
        raise Refused("Their code was revoked: they can read nothing more here. Write a letter.")
    return found


def filings(id_: str, access: str = "") -> tuple[str, ...]:
    """Return the locators of all filings of one access to a case, or of all."""
    return tuple(
        locator for one in of_case(id_) for locator in one.filings if access in ("", one.id)
    )


def new_row(case: str, access: Access, sealed: bytes) -> CaseRow:
    """Return the row of an access; `sealed` says whose it is."""
    return CaseRow(case, access_part(access.id), body=_body(access), sealed=sealed)


def put(case: str, new: Access, before: Access) -> Update:
    """Write an access over the one it was."""
    actions: list[Action] = [
        CaseRow.body.set(_body(new)),
        CaseRow.version.set(before.version + 1),
    ]
    row = CaseRow(case, access_part(before.id))
    return Update(row, actions, CaseRow.version == before.version)


def _body(access: Access) -> str:
    return access.model_dump_json(exclude={"version"})


def shown(filed: Filed, case: Case) -> Filed:
    """Return a respondent's filing as it stands with its case."""
    progress = Progress(reference=case.reference, stage=case.stage, since=case.since)
    return filed.model_copy(
        update={
            "cases": {case.id: progress},
            "closed_on": case.closed_on,
            "adjourned_on": case.adjourned_on,
        }
    )


def follow(case: Case) -> list[Change]:
    """What respondents see of a case, as it is now: to be written with what changes it."""
    return [
        case_store.put_filed(one.filing, shown(filed, case))
        for one in live(case.id)
        if (filed := case_store.filed(one.filing)) is not None
    ]


def revoke(case: str, accesses: Iterable[Access], today: date) -> list[Change]:
    """Let codes open nothing any more, from this write on."""
    changes: list[Change] = []
    for one in accesses:
        changes.append(put(case, one.model_copy(update={"revoked_on": today}), one))
        changes += revoke_code(one.filing, today)
    return changes


def revoke_code(locator: str, today: date) -> list[Change]:
    """Let the code of one filing open nothing any more."""
    filed = case_store.filed(locator)
    if filed is None:
        return []
    return [case_store.put_filed(locator, filed.model_copy(update={"revoked_on": today}))]


def later(case: str, since: date, days: int) -> list[Change]:
    """Let what respondents owed while a case stood still be due later by as many days (COM-6)."""
    return [
        Update(
            FilingRow(row.filing, row.part),
            [FilingRow.body.set(asked.model_copy(update={"due": asked.due + timedelta(days)})
                                .model_dump_json())],
        )
        for one in live(case)
        for row in written(one.filing)
        if (asked := asked_of(row)).due is not None and asked.due >= since
    ]  # fmt: skip


def written(locator: str) -> Sequence[FilingRow]:
    """Return what staff wrote of a filing, sealed as it is."""
    return [row for row in case_store.whole_filing(locator) if row.part.startswith(WRITTEN)]


def asked_of(row: FilingRow) -> Asked:
    """Return the days of something that staff wrote; none where it went to a complainant."""
    return Asked.model_validate_json(row.body) if row.body else Asked()


def is_answered(rows: Iterable[FilingRow], question: str) -> date | None:
    """Return the last day on which a question was answered, None where it wasn't."""
    parts = (row.part.split("#") for row in rows if row.part.startswith("answer#"))
    return max((date.fromisoformat(day) for _, day, id_ in parts if id_ == question), default=None)
