"""Conflicts of interest: who takes no part in decisions about a member (CPD-7).

These are the member and every officer who is recused. As with complaints (COM-6), an account that
is joined to the member's own record is the person concerned, without anyone declaring it. Others
declare a conflict themselves, or the Registrar does. A recusal is permanent, for every year, and
covers all of the member's CPD.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pynamodb.exceptions import DoesNotExist

from signet.cpd import store, tables
from signet.cpd.model import StoredModel
from signet.cpd.tables import CpdRow
from signet.errors import NotAllowed
from signet.tables import reachable
from signet.transactions.commit import Change, Check, Save

RULE = "CPD-7"


class OwnRecord(NotAllowed):
    """The officer is the person concerned."""

    code = "own-record"
    usual = "This is your own record. Another officer has to deal with it."


class Recused(NotAllowed):
    """The officer is recused from the member's record."""

    code = "recused"
    usual = "You are recused from this member’s record. Another officer has to deal with it."


class Recusal(StoredModel):
    """That an account takes no part in a member's CPD: since when, who said so, and why."""

    account: str
    number: str
    by: str
    on: date
    reason: str


def check(account: str, own: str, numbers: Iterable[str]) -> None:
    """Raise OwnRecord or Recused unless an account may deal with all of these members.

    `own` is the number of the record that the account is joined to, or "".
    """
    distinct = list(dict.fromkeys(numbers))
    if own and own.upper() in {number.upper() for number in distinct}:
        raise OwnRecord(rule=RULE)
    if distinct and _rows(account, distinct):
        raise Recused(rule=RULE)


def among(account: str, own: str, numbers: Iterable[str]) -> frozenset[str]:
    """Return which of these members, 100 at most, an account may not deal with: one read."""
    distinct = list(dict.fromkeys(numbers))
    keys = [_key(account, number) for number in distinct]
    held = {row.part for row in _read(keys)} if keys else set()
    return frozenset(
        number
        for number in distinct
        if tables.recusal_key(number) in held or (own and number.upper() == own.upper())
    )


@reachable
def _read(keys: list[tuple[str, str]]) -> list[CpdRow]:
    return list(CpdRow.batch_get(keys, consistent_read=True))


@reachable
def _rows(account: str, numbers: list[str]) -> list[CpdRow]:
    if len(numbers) == 1:
        try:
            return [CpdRow.get(*_key(account, numbers[0]), consistent_read=True)]
        except DoesNotExist:
            return []
    return list(CpdRow.batch_get([_key(account, one) for one in numbers], consistent_read=True))


def _key(account: str, number: str) -> tuple[str, str]:
    return tables.officer(account), tables.recusal_key(number)


def check_not_recused(account: str, numbers: Iterable[str]) -> list[Change]:
    """Return the checks by which a write fails if an account is recused from these members."""
    return [
        Check(CpdRow(*_key(account, number)), CpdRow.owner.does_not_exist())
        for number in dict.fromkeys(numbers)
    ]


def put(recusal: Recusal) -> Change:
    """Return the change that writes a recusal where there is none, listed under the member."""
    owner, sort_key = _key(recusal.account, recusal.number)
    row = CpdRow(owner=owner, part=sort_key, body=recusal.model_dump_json())
    row.listed, row.place = _listed(recusal.number), recusal.account
    return Save(row, CpdRow.owner.does_not_exist())


def _listed(number: str) -> str:
    return f"recused#{number}"


@reachable
def of_account(account: str) -> list[Recusal]:
    """Return all recusals of an account, in order of the members' numbers: one read."""
    begins = CpdRow.part.startswith(tables.recusal_key(""))
    rows = CpdRow.query(tables.officer(account), begins, consistent_read=True)
    return [Recusal.model_validate_json(row.body) for row in rows]


def of_member(number: str) -> list[Recusal]:
    """Return all recusals from a member's record: one read."""
    rows = store.list_rows(_listed(number))
    return [Recusal.model_validate_json(row.body) for row in rows]


def barred(account: str, own: str) -> frozenset[str]:
    """Return the numbers of the members that an account may not deal with: one read."""
    numbers = {one.number for one in of_account(account)}
    return frozenset(numbers | {own.upper()} if own else numbers)
