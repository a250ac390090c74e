"""Respondents' access to a case: its rows, and what it shows of the case.

A respondent's code leads to a filing of its own in the table of follow-ups. What staff write in it
is sealed to the code; what the respondent sends is sealed to the office. The filing holds the
case's reference and dates, and nothing of the complaint, the complainant, or another respondent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pynamodb.expressions.update import Action

from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import Access
from signet.complaints.model import Asked, Case, Filed, Progress
from signet.complaints.tables import CaseRow, FilingRow, access_key
from signet.errors import NotFound, Refused
from signet.tables import reachable
from signet.transactions.commit import Change, Update

BEGINS = "access#"
WRITTEN = ("question#", "message#")  # sort key prefixes of what staff wrote


def read(row: CaseRow) -> Access:
    """Return the access stored in a row."""
    access = Access.model_validate_json(row.body or "")
    return access.model_copy(update={"version": int(row.version)})


@reachable
def of_case(id_: str) -> list[Access]:
    """Return every access ever given to a case, oldest first; one query."""
    rows = CaseRow.query(id_, CaseRow.part.startswith(BEGINS), consistent_read=True)
    return sorted(map(read, rows), key=lambda one: (one.opened_on, one.id))


def active(id_: str) -> list[Access]:
    """Return the accesses to a case that aren't revoked, oldest first."""
    return [one for one in of_case(id_) if one.revoked_on is None]


def one_of(id_: str, access: str) -> Access:
    """Return one access to a case, revoked or not. Raises NotFound."""
    match = next((one for one in of_case(id_) if one.id == access), None)
    if match is None:
        raise NotFound
    return match


def active_one(id_: str, access: str) -> Access:
    """Return an access that isn't revoked. Raises Refused, NotFound."""
    one = one_of(id_, access)
    if one.revoked_on:
        raise Refused("Their code was revoked: they can read nothing more here. Write a letter.")
    return one


def filings(id_: str, access: str = "") -> tuple[str, ...]:
    """Return the locators of all filings of one access to a case, or of all accesses."""
    return tuple(
        locator for one in of_case(id_) for locator in one.filings if access in ("", one.id)
    )


def new_row(case: str, access: Access, sealed: bytes) -> CaseRow:
    """Return the row of a new access; `sealed` is the respondent's sealed name."""
    return CaseRow(case, access_key(access.id), body=_body(access), sealed=sealed)


def replacement(case: str, new: Access, before: Access) -> Update:
    """Return the update that replaces `before` by `new`, if the row is still at that version."""
    actions: list[Action] = [
        CaseRow.body.set(_body(new)),
        CaseRow.version.set(before.version + 1),
    ]
    row = CaseRow(case, access_key(before.id))
    return Update(row, actions, CaseRow.version == before.version)


def _body(access: Access) -> str:
    return access.model_dump_json(exclude={"version"})


def with_case_state(filed: Filed, case: Case) -> Filed:
    """Return a respondent's filing updated with the current state of its case."""
    progress = Progress(reference=case.reference, stage=case.stage, since=case.since)
    return filed.model_copy(
        update={
            "cases": {case.id: progress},
            "closed_on": case.closed_on,
            "adjourned_on": case.adjourned_on,
        }
    )


def follow_case(case: Case) -> list[Change]:
    """Return the updates that bring respondents' filings in line with the case.

    Write them in the same transaction as the change to the case.
    """
    return [
        case_store.put_filed(one.filing, with_case_state(filed, case))
        for one in active(case.id)
        if (filed := case_store.filed(one.filing)) is not None
    ]


def revoke(case: str, accesses: Iterable[Access], today: date) -> list[Change]:
    """Return the changes that revoke accesses, so that their codes stop working."""
    changes: list[Change] = []
    for one in accesses:
        changes.append(replacement(case, one.model_copy(update={"revoked_on": today}), one))
        changes += revoke_code(one.filing, today)
    return changes


def revoke_code(locator: str, today: date) -> list[Change]:
    """Return the change that stops the code of one filing from working, if the filing exists."""
    filed = case_store.filed(locator)
    if filed is None:
        return []
    return [case_store.put_filed(locator, filed.model_copy(update={"revoked_on": today}))]


def postpone(case: str, since: date, days: int) -> list[Change]:
    """Return the updates that postpone respondents' due days after an adjournment (COM-6).

    Every day due on or after `since` moves by `days`.
    """
    return [
        Update(
            FilingRow(row.filing, row.part),
            [FilingRow.body.set(asked.model_copy(update={"due": asked.due + timedelta(days)})
                                .model_dump_json())],
        )
        for one in active(case)
        for row in messages_from_staff(one.filing)
        if (asked := dates_asked(row)).due is not None and asked.due >= since
    ]  # fmt: skip


def messages_from_staff(locator: str) -> Sequence[FilingRow]:
    """Return what staff wrote in a filing, still sealed."""
    return [row for row in case_store.all_filing_rows(locator) if row.part.startswith(WRITTEN)]


def dates_asked(row: FilingRow) -> Asked:
    """Return the dates of something that staff wrote; none for what went to a complainant."""
    return Asked.model_validate_json(row.body) if row.body else Asked()


def is_answered(rows: Iterable[FilingRow], question: str) -> date | None:
    """Return the last day on which a question was answered, or None."""
    parts = (row.part.split("#") for row in rows if row.part.startswith("answer#"))
    return max((date.fromisoformat(day) for _, day, id_ in parts if id_ == question), default=None)
