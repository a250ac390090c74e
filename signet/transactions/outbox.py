"""The outbox: a mail is a row, written in the same transaction as the change it is about.

Mail is sent at least once. The sender claims a row first, which also sets the date of the next
attempt in case this one fails. The id is part of the mail, so that a second copy can be recognized.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action

from signet.errors import NotFound
from signet.tables import condition_failed, reachable
from signet.transactions.tables import OutboxRow

WAITING, DEAD = "waiting", "dead"
AT_ONCE = "0"  # before every date; an index key can't be empty
TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)  # doubled each time: the eighth try is two hours later
KEPT = timedelta(days=30)  # how long a sent mail's row is stored, for questions
# Refuses text that could end a header or name a second recipient.
ADDRESS = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@[^@\s,;:<>\"()\[\]\\]+")


class Mail(NamedTuple):
    """A mail to write to the outbox.

    `to` is an address, or member#NUMBER for the address on record. `template` names a text and
    `facts` is its template context. `dedup` is the mail's id if it must be the only one of its
    kind, such as a yearly reminder: a mail that exists already isn't written again. Otherwise each
    operation's mail is its own. The row of a `confidential` mail says neither the recipient nor the
    content: both are sealed to the function that sends it.
    """

    to: str
    template: str
    context: Mapping[str, Any] = MappingProxyType({})
    dedup: str = ""
    confidential: bool = False


class QueuedMail(NamedTuple):
    """A mail as passed to its sender. A confidential one has to be opened first: see `sealed`."""

    id: str
    to: str
    template: str
    context: Mapping[str, Any]
    attempts: int = 0
    sealed: bytes = b""


class Undeliverable(Exception):
    """This mail can never be sent, for example because its recipient has no address."""


def row(mail: Mail, id_: str, now: datetime | None = None) -> OutboxRow:
    """Return the row of a mail; without `now` it is due at once."""
    new_row = OutboxRow(
        id=mail.dedup or id_,
        recipient=mail.to,
        template=mail.template,
        facts=_packed(mail.context),
        queue=WAITING,
        due=now.isoformat() if now else AT_ONCE,
    )
    if mail.confidential:
        _close(new_row)
    return new_row


def _packed(context: Mapping[str, Any]) -> str:
    return json.dumps(dict(context), ensure_ascii=False, separators=(",", ":"))


def _close(row: OutboxRow) -> None:
    """Seal a row's recipient and content to the function that sends mail."""
    from signet.transactions import sealed_mail  # only here: other mail needs no cryptography

    row.sealed = sealed_mail.seal(str(row.id), row.recipient, row.facts)
    row.recipient, row.facts = "", "{}"


def send(id_: str, now: datetime, post: Callable[[QueuedMail], None]) -> bool:
    """Send one mail by `post`; tell whether it was sent.

    Does nothing if it was sent before or another sender holds the claim. An error from `post`
    postpones the mail, and after eight attempts makes it a dead letter. Undeliverable makes it one
    at once.
    """
    try:
        row = OutboxRow.get(id_, consistent_read=True)
    except DoesNotExist:
        return False
    if row.queue != WAITING or (row.due or "") > now.isoformat() or not _claimed(row, now):
        return False
    try:
        post(_queued_mail(row))
    except Undeliverable:
        _give_up(row, now)
        return False
    except Exception:  # noqa: BLE001 - whatever it was, the mail stays queued and is tried again
        if row.attempts >= TRIES:
            _give_up(row, now)
        return False
    # Don't store a code any longer than it takes to send it.
    gone: list[Action] = [OutboxRow.facts.set("{}"), OutboxRow.sealed.remove()]
    moment = _stored_time(row, now)
    sent: list[Action] = [
        OutboxRow.queue.remove(),
        OutboxRow.due.remove(),
        OutboxRow.sent_at.set(moment.isoformat()),
        OutboxRow.expires.set(moment + KEPT),
    ]
    row.update(actions=[*gone, *sent])
    return True


def _stored_time(row: OutboxRow, now: datetime) -> datetime:
    """Return the time to store for an event: for confidential mail only its day."""
    if row.sealed:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now


def _claimed(row: OutboxRow, now: datetime) -> bool:
    """Claim a mail before sending it: no other sender takes it until the next attempt is due."""
    tried = int(row.attempts)
    later = (now + FIRST_PAUSE * 2**tried).isoformat()
    actions: list[Action] = [OutboxRow.attempts.set(tried + 1), OutboxRow.due.set(later)]
    try:
        row.update(
            actions=actions,
            condition=(OutboxRow.attempts == tried) & (OutboxRow.queue == WAITING),
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _give_up(row: OutboxRow, now: datetime) -> None:
    due = _stored_time(row, now).isoformat()
    row.update(actions=[OutboxRow.queue.set(DEAD), OutboxRow.due.set(due)])


def _queued_mail(row: OutboxRow) -> QueuedMail:
    return QueuedMail(
        id=row.id,
        to=row.recipient,
        template=row.template,
        context=json.loads(row.facts),
        attempts=int(row.attempts),
        sealed=bytes(row.sealed or b""),
    )


def due(now: datetime, limit: int = 100) -> list[str]:
    """Return the ids of pending mails that are due, the longest overdue first."""
    until = OutboxRow.due <= now.isoformat()
    return [row.id for row in OutboxRow.queued.query(WAITING, until, limit=limit)]


def dead(limit: int = 100) -> list[QueuedMail]:
    """Return the dead letters, newest first, for staff to see."""
    rows = OutboxRow.queued.query(DEAD, scan_index_forward=False, limit=limit)
    return [_queued_mail(OutboxRow.get(one.id)) for one in rows]


@reachable
def count_dead(most: int) -> int:
    """Return how many dead letters there are, up to `most`."""
    return OutboxRow.queued.count(DEAD, limit=most)


def revive(id_: str, now: datetime) -> None:
    """Queue a dead letter to be tried again. Raises NotFound if there is none."""
    actions: list[Action] = [
        OutboxRow.queue.set(WAITING),
        OutboxRow.due.set(now.isoformat()),
        OutboxRow.attempts.set(0),
    ]
    try:
        OutboxRow(id=id_).update(actions=actions, condition=OutboxRow.queue == DEAD)
    except UpdateError as error:
        raise NotFound("There is no such mail among those that were given up.") from error
