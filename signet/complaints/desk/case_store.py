"""Reads and writes of case rows for the desk. Content stays sealed here."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from signet.complaints import store
from signet.complaints.model import Case, Filed
from signet.complaints.tables import CASE, FILING, CaseRow, FilingRow, KeyRow, recusal_key
from signet.errors import Invalid
from signet.sealing import WrappedKey
from signet.tables import reachable
from signet.transactions.commit import Check, Save, Update

# The attributes without the sealed complaint, which lists don't use.
PLAIN = ("case", "part", "body", "version", "listed")


def read(row: CaseRow) -> Case:
    """Return the case stored in a row."""
    case = Case.model_validate_json(row.body or "")
    return case.model_copy(update={"version": int(row.version)})


@reachable
def case(id_: str) -> Case | None:
    """Return a case in its present state, or None."""
    try:
        return read(CaseRow.get(id_, CASE, consistent_read=True, attributes_to_get=[*PLAIN]))
    except DoesNotExist:
        return None


@reachable
def row(id_: str, sort_key: str) -> CaseRow | None:
    """Return one row of a case, or None."""
    try:
        return CaseRow.get(id_, sort_key, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def filing_row(locator: str, sort_key: str) -> FilingRow | None:
    """Return one row of a filing, or None."""
    try:
        return FilingRow.get(locator, sort_key, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def key(case_or_locator: str, sort_key: str) -> dict[str, WrappedKey]:
    """Return one sealed key by its sort key; empty where it was destroyed."""
    try:
        row = KeyRow.get(case_or_locator, sort_key, consistent_read=True)
    except DoesNotExist:
        return {}
    return {sort_key: WrappedKey(row.recipient, bytes(row.wrapped))}


@reachable
def rows_without_content(keys: Iterable[tuple[str, str]]) -> list[CaseRow]:
    """Return the existing rows of some keys, without sealed content, in no order.

    One read for up to a hundred, none for no keys.
    """
    distinct = list(dict.fromkeys(keys))
    if not distinct:
        return []
    rows = CaseRow.batch_get(distinct, consistent_read=True, attributes_to_get=[*PLAIN])
    return list(rows)


@reachable
def all_rows(id_: str) -> list[CaseRow]:
    """Return every row of a case, with sealed content."""
    return list(CaseRow.query(id_, consistent_read=True))


@reachable
def all_filing_rows(locator: str) -> list[FilingRow]:
    """Return every row of a filing, with sealed content."""
    return list(FilingRow.query(locator, consistent_read=True))


@reachable
def keys(case_or_locator: str) -> dict[str, WrappedKey]:
    """Return the sealed keys of a case or a filing, by sort key."""
    rows = KeyRow.query(case_or_locator, consistent_read=True)
    return {row.part: WrappedKey(row.recipient, bytes(row.wrapped)) for row in rows}


def filed(locator: str) -> Filed | None:
    """Return a filing by its locator, or None."""
    row = filing_row(locator, FILING)
    return None if row is None else read_filing(row)


def read_filing(row: FilingRow) -> Filed:
    """Return the filing stored in its main row."""
    filed = Filed.model_validate_json(row.body or "")
    return filed.model_copy(update={"version": int(row.version)})


@reachable
def list_rows(name: str, *, after: str = "", until: str = "", limit: int) -> list[CaseRow]:
    """Return the first rows of a list, in index order; one query."""
    condition: Condition | None = None
    if until:
        condition = CaseRow.place.between(after + "\0" if after else "0", until)
    elif after:
        condition = CaseRow.place > after
    return list(CaseRow.by_stage.query(name, condition, limit=limit, page_size=limit))


@reachable
def managed(account: str, *, after: str = "", limit: int) -> list[CaseRow]:
    """Return the first open cases that an account manages, in index order."""
    condition = CaseRow.place > after if after else None
    return list(CaseRow.by_manager.query(account, condition, limit=limit, page_size=limit))


@reachable
def sealed_rows(keys: Iterable[tuple[str, str]]) -> list[CaseRow]:
    """Return the existing rows of some keys, with sealed content; one read for up to a hundred."""
    distinct = list(dict.fromkeys(keys))
    return list(CaseRow.batch_get(distinct, consistent_read=True)) if distinct else []


@reachable
def keys_of(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], WrappedKey]:
    """Return the sealed keys of some rows, by case and sort key; one read for up to a hundred."""
    asked = list(dict.fromkeys(wanted))
    rows = KeyRow.batch_get(asked, consistent_read=True) if asked else ()
    return {(row.case, row.part): WrappedKey(row.recipient, bytes(row.wrapped)) for row in rows}


@reachable
def all_listed(name: str) -> Iterator[Case]:
    """Return every case of a list; for the report, which counts them all."""
    return iter([read(row) for row in CaseRow.by_stage.query(name)])


@reachable
def unseen(*, after: str, limit: int) -> list[FilingRow]:
    """Return the keys of what the office hasn't seen, oldest first; one query."""
    condition = FilingRow.place > after if after else None
    return list(FilingRow.news.query("unseen", condition, limit=limit, page_size=limit))


@reachable
def filings(locators: Iterable[str]) -> dict[str, Filed]:
    """Return the existing filings by locator; one read for up to a hundred."""
    distinct = [(one, FILING) for one in dict.fromkeys(locators)]
    if not distinct:
        return {}
    rows = FilingRow.batch_get(distinct, consistent_read=True)
    return {row.filing: read_filing(row) for row in rows}


@reachable
def ids_of_reference(reference: str) -> list[str]:
    """Return the IDs of the cases with a reference: one, barring a coincidence."""
    return [row.case for row in CaseRow.by_reference.query(reference, limit=5)]


@reachable
def ids_about(respondent: str, limit: int) -> list[str]:
    """Return the IDs of the first cases about a respondent, given as a keyed hash."""
    rows = CaseRow.by_respondent.query(respondent, limit=limit, page_size=limit)
    return [row.case for row in rows]


# -- changes


def put_case(new: Case, before: Case) -> Update:
    """Return the update that replaces a case, except for the sealed complaint.

    `new` has the next version.
    """
    row = store.case_row(new)
    actions: list[Action] = [
        CaseRow.body.set(row.body),
        CaseRow.version.set(new.version),
        CaseRow.listed.set(row.listed),
        CaseRow.place.set(row.place),
    ]
    for attribute, value in (
        (CaseRow.respondent, row.respondent),
        (CaseRow.manager, row.manager),
    ):
        actions.append(attribute.set(value) if value else attribute.remove())
    return Update(CaseRow(new.id, CASE), actions, CaseRow.version == before.version)


def put_filed(locator: str, new: Filed) -> Update:
    """Return the update that replaces the progress shown in a filing, if it is unchanged."""
    row = store.filing_row(locator, new.model_copy(update={"version": new.version + 1}))
    actions: list[Action] = [FilingRow.body.set(row.body), FilingRow.version.set(row.version)]
    return Update(FilingRow(locator, FILING), actions, FilingRow.version == new.version)


def not_recused(id_: str, account: str) -> Check:
    """Return the condition that an account isn't recused from a case at the time of the write."""
    return Check(CaseRow(id_, recusal_key(account)), CaseRow.case.does_not_exist())


def add(row: CaseRow | FilingRow) -> Save:
    """Return the insert of a row that must not exist."""
    hash_key = CaseRow.case if isinstance(row, CaseRow) else FilingRow.filing
    return Save(row, hash_key.does_not_exist())


def insert_key(case_or_locator: str, sort_key: str, key: WrappedKey) -> Save:
    """Return the insert of the key of what is sealed in the same write."""
    return Save(store.key_row(case_or_locator, sort_key, key), KeyRow.case.does_not_exist())


# -- cursors


def cursor(name: str, place: str) -> str:
    """Return the cursor for a position in a list."""
    return urlsafe_b64encode(f"{name}\n{place}".encode()).decode().rstrip("=")


def position(name: str, given: str) -> str:
    """Return the position that a page starts after. Raises Invalid for another list's cursor."""
    if not given:
        return ""
    try:
        padded = given + "=" * (-len(given) % 4)
        of, _, sort_key = urlsafe_b64decode(padded).decode().partition("\n")
    except (binascii.Error, ValueError):
        of, sort_key = "", ""
    if of != name or not sort_key:
        raise Invalid(message="This address belongs to another list. Begin at its first page.")
    return sort_key
