"""The outbox: a mail is a row, written in the same transaction as the change it is about.

Mail is sent at least once. The sender claims a row first, which also sets the date of the next
attempt in case this one fails. The id is part of the mail, so that a second copy can be recognized.

Mail that reaches its recipient's daily limit (T22) waits in a queue of its own, and is given up in
one. However much of it somebody causes, it doesn't hold up mail that is waiting to be tried again,
nor hide from staff what failed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from signet.errors import NotFound
from signet.tables import condition_failed, reachable
from signet.transactions.tables import OutboxRow

WAITING, POSTPONED, DEAD, HELD = "waiting", "postponed", "dead", "held"
PENDING, GIVEN_UP = (WAITING, POSTPONED), (DEAD, HELD)  # held: dead letters that reached a limit
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

    Of `limited` mail one address gets only a few a day (T22): a person causes it by typing the
    address, or without the recipient having asked for it, and nobody has vouched for them.
    """

    to: str
    template: str
    context: Mapping[str, Any] = MappingProxyType({})
    dedup: str = ""
    confidential: bool = False
    limited: bool = False


class QueuedMail(NamedTuple):
    """A mail as passed to its sender. A confidential one has to be opened first: see `sealed`."""

    id: str
    to: str
    template: str
    context: Mapping[str, Any]
    attempts: int = 0
    sealed: bytes = b""
    limited: bool = False
    postponed: int = 0


class OverLimit(Exception):
    """The recipient has had as much limited mail as one address gets in a day.

    It can be tried again at `until`; after it was postponed `most` times, it is given up, and
    deleted after 30 days.
    """

    def __init__(self, until: datetime, most: int) -> None:
        super().__init__()
        self.until, self.most = until, most


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
        limited=mail.limited or None,
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
    at once. OverLimit postpones it to the next day and isn't counted as an attempt.
    """
    try:
        row = OutboxRow.get(id_, consistent_read=True)
    except DoesNotExist:
        return False
    if row.queue not in PENDING or (row.due or "") > now.isoformat() or not _claimed(row, now):
        return False
    try:
        post(_queued_mail(row))
    except Undeliverable:
        _give_up(row, now)
        return False
    except OverLimit as over:
        _postpone(row, over, now)
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
            condition=(OutboxRow.attempts == tried) & OutboxRow.queue.is_in(*PENDING),
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _postpone(row: OutboxRow, over: OverLimit, now: datetime) -> None:
    """Put a mail off until its recipient may get more; give it up once that happened too often."""
    if row.postponed >= over.most:
        _give_up(row, now, HELD, OutboxRow.expires.set(_stored_time(row, now) + KEPT))
        return
    actions: list[Action] = [
        OutboxRow.queue.set(POSTPONED),
        OutboxRow.due.set(over.until.isoformat()),
        OutboxRow.postponed.set(int(row.postponed) + 1),
        OutboxRow.attempts.set(int(row.attempts) - 1),
    ]
    row.update(actions=actions)


def _give_up(row: OutboxRow, now: datetime, queue: str = DEAD, *more: Action) -> None:
    due = _stored_time(row, now).isoformat()
    row.update(actions=[OutboxRow.queue.set(queue), OutboxRow.due.set(due), *more])


def _queued_mail(row: OutboxRow) -> QueuedMail:
    return QueuedMail(
        id=row.id,
        to=row.recipient,
        template=row.template,
        context=json.loads(row.facts),
        attempts=int(row.attempts),
        sealed=bytes(row.sealed or b""),
        limited=bool(row.limited),
        postponed=int(row.postponed),
    )


def due(now: datetime, limit: int = 100) -> list[str]:
    """Return the ids of pending mails that are due, of each queue the longest overdue first.

    `limit` is for each queue: mail that reached a limit leaves room for all other.
    """
    until = OutboxRow.due <= now.isoformat()
    return [
        row.id for queue in PENDING for row in OutboxRow.queued.query(queue, until, limit=limit)
    ]


def dead(limit: int = 100) -> list[QueuedMail]:
    """Return the dead letters, newest first, for staff to see: what failed before what was held.

    `limit` is for each.
    """
    return [
        _queued_mail(OutboxRow.get(one.id))
        for queue in GIVEN_UP
        for one in OutboxRow.queued.query(queue, scan_index_forward=False, limit=limit)
    ]


@reachable
def count_dead(most: int) -> int:
    """Return how many dead letters there are, up to `most`."""
    return sum(OutboxRow.queued.count(queue, limit=most) for queue in GIVEN_UP)


def reviving(now: datetime) -> list[Action]:
    """Return what makes a dead letter one that is tried again, as often as a new mail."""
    return [
        OutboxRow.queue.set(WAITING),
        OutboxRow.due.set(now.isoformat()),
        OutboxRow.attempts.set(0),
        OutboxRow.postponed.set(0),
        OutboxRow.expires.remove(),
    ]


def is_given_up() -> Condition:
    """Return the condition that a row is a dead letter."""
    return OutboxRow.queue.is_in(*GIVEN_UP)


def revive(id_: str, now: datetime) -> None:
    """Queue a dead letter to be tried again. Raises NotFound if there is none."""
    try:
        OutboxRow(id=id_).update(actions=reviving(now), condition=is_given_up())
    except UpdateError as error:
        raise NotFound("There is no such mail among those that were given up.") from error
