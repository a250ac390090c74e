"""Alert mails to officers: a new complaint, something that came in, a day that is due.

They are sent once an hour, so that no mail reveals at which minute someone complained anonymously.
A mail says how much waits but not what. It goes to officers who may see the case: to its manager,
or to all of them if it has none; never to an officer whom the case names or who is recused from it.
If nobody at the desk may see a case, administrators are told that someone else has to be given the
Registrar's role for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.complaints import store
from signet.complaints.desk import case_store, queue
from signet.complaints.desk.context import Officer, visible
from signet.complaints.desk.people import officers
from signet.complaints.model import Case
from signet.complaints.tables import CASE
from signet.transactions.commit import Operation, Save, commit, result_of
from signet.transactions.outbox import Mail
from signet.transactions.tables import OperationRow

OWNER = "complaint-alerts"
ITEMS_MOST = 60  # per hour; the transaction holds a row for each item and each mail
MAILS_MOST = 30
NEWS_MOST = 50
RECEIVED_MOST = 200
As = Callable[[Account], Officer]


class Item(NamedTuple):
    """Something in a case that the office is alerted to once; `kind` is new, came or due."""

    kind: str
    case: Case
    id: str


def send(now: datetime, today: date, as_: As) -> int:
    """Write this hour's mails, unless that was done already, and return how many.

    `as_` makes an officer of an account, to ask what they may see. Raises Unavailable, Conflict;
    the next call finishes what was interrupted.
    """
    operation = Operation(_id("hour", now.strftime("%Y-%m-%dT%H")), OWNER, "hour")
    if result_of(operation) is not None:
        return 0
    desk = [as_(one) for one in officers()]
    addresses = {one.account: one.email for one in desk}
    items = list(_fresh(desk, today))[:ITEMS_MOST]
    recipients, unseen = _recipients(desk, items)
    mails = [
        Mail(addresses[account], "complaint_waits", dict(counts))
        for account, counts in recipients.items()
        if addresses[account]
    ]
    if unseen:
        mails += [Mail(one, "complaint_nobody", {"number": unseen}) for one in _administrators()]
    heard = [Save(_row(item), OperationRow.act.does_not_exist()) for item in items]
    mails = mails[:MAILS_MOST]
    commit(operation._replace(result=str(len(mails))), heard, None, mails)
    return len(mails)


def _fresh(desk: Iterable[Officer], today: date) -> Iterator[Item]:
    """Yield the items that the office hasn't been alerted to yet.

    Any officer will do to query them, as the rows are the same for all.
    """
    by = next(iter(desk), None)
    if by is None:
        return
    for item in (*_new(by), *_came(), *_due(by, today)):
        if result_of(_operation(item)) is None:
            yield item


def _new(by: Officer) -> Iterator[Item]:
    rows = case_store.list_rows(f"{store.STAGE}{by.rules.first}", limit=RECEIVED_MOST)
    for case in map(case_store.read, rows):
        if not case.manager:
            yield Item("new", case, _id("new", case.id))


def _came() -> Iterator[Item]:
    rows = case_store.unseen(after="", limit=NEWS_MOST)
    filed = case_store.filings(row.filing for row in rows)
    case_ids = {id_ for one in filed.values() for id_ in one.cases}
    cases = {
        row.case: case_store.read(row)
        for row in case_store.rows_without_content((i, CASE) for i in case_ids)
    }
    for row in rows:
        for id_ in filed[row.filing].cases if row.filing in filed else ():
            if id_ in cases:
                yield Item("came", cases[id_], _id("came", id_, row.part))


def _due(by: Officer, today: date) -> Iterator[Item]:
    for case in queue.due_cases(by.rules, today):
        yield Item("due", case, _id("due", case.id, str(case.due)))


def _recipients(desk: list[Officer], items: list[Item]) -> tuple[dict[str, Counter[str]], int]:
    """Return the counts of items for each account, and the number of cases that nobody may see."""
    cases = list({item.case.id: item.case for item in items if not item.case.erased_on}.values())
    may = {one.account: {case.id for case in visible(one, cases)} for one in desk}
    counts: dict[str, Counter[str]] = defaultdict(lambda: Counter(new=0, came=0, due=0))
    for item in items:
        who = [account for account, seen in may.items() if item.case.id in seen]
        managing = [account for account in who if account == item.case.manager]
        for account in managing or who:
            counts[account][item.kind] += 1
    seen = {id_ for one in may.values() for id_ in one}
    return dict(counts), sum(case.id not in seen for case in cases)


def _administrators() -> list[str]:
    administrators = accounts.accounts(accounts.accounts_with(Role.ADMINISTRATOR))
    return [one.email for one in administrators if one.email]


def _id(*said: str) -> str:
    return sha256(" ".join((OWNER, *said)).encode()).hexdigest()[:32]


def _operation(item: Item) -> Operation:
    return Operation(item.id, OWNER, item.kind)


def _row(item: Item) -> OperationRow:
    """Return the row that records an alert as sent; its ID doesn't lead to a case."""
    return OperationRow(act=f"{OWNER}#{item.id}", digest=item.kind, result="")
