"""Mail is a row, written in the same transaction as the change that it tells of.

It is sent at least once: whoever sends it claims it first, and gives it back with a later date when
that fails. The id goes out with the mail, so that a second copy can be told to be one.
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
from signet.tables import condition_failed
from signet.transactions.tables import OutboxRow

WAITING, DEAD = "waiting", "dead"
AT_ONCE = "0"  # before every moment; the index takes no empty text
TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)  # doubled with each try: the eighth comes two hours later
KEPT = timedelta(days=30)  # a sent mail's row, for questions
# An address that could end a header, or name a second recipient, is none.
ADDRESS = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@[^@\s,;:<>\"()\[\]\\]+")


class Mail(NamedTuple):
    """A mail to be: to whom (an address, or member#NUMBER for the one on record), and what.

    `template` names a text; `facts` fill it. `dedup` names the mail where it must be the only one
    of its kind, such as a reminder of a year: where it was written before, it isn't again. Else
    each act's mail is its own. Of a `confidential` one the row says neither to whom nor what: it is
    sealed to the function that sends it.
    """

    to: str
    template: str
    facts: Mapping[str, Any] = MappingProxyType({})
    dedup: str = ""
    confidential: bool = False


class Letter(NamedTuple):
    """A mail as it goes to whoever sends it. One in confidence has to be opened first: `sealed`."""

    id: str
    to: str
    template: str
    facts: Mapping[str, Any]
    attempts: int = 0
    sealed: bytes = b""


class Undeliverable(Exception):
    """This mail can never be sent, such as one to somebody without an address."""


def row(mail: Mail, id_: str, now: datetime | None = None) -> OutboxRow:
    """Return the row of a mail; without `now` it is due at once."""
    made = OutboxRow(
        id=mail.dedup or id_,
        recipient=mail.to,
        template=mail.template,
        facts=_packed(mail.facts),
        queue=WAITING,
        due=now.isoformat() if now else AT_ONCE,
    )
    if mail.confidential:
        _close(made)
    return made


def _packed(facts: Mapping[str, Any]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"))


def _close(row: OutboxRow) -> None:
    """Leave in a row only what the function that sends mail can open."""
    from signet.transactions import sealed_mail  # only here: other mail needs no cryptography

    row.sealed = sealed_mail.closed(str(row.id), row.recipient, row.facts)
    row.recipient, row.facts = "", "{}"


def send(id_: str, now: datetime, post: Callable[[Letter], None]) -> bool:
    """Send one mail by `post` unless it was sent, or somebody else is at it; tell whether it was.

    What `post` raises puts the mail off, and after eight tries aside; Undeliverable at once.
    """
    try:
        found = OutboxRow.get(id_, consistent_read=True)
    except DoesNotExist:
        return False
    if found.queue != WAITING or (found.due or "") > now.isoformat() or not _claimed(found, now):
        return False
    try:
        post(_letter(found))
    except Undeliverable:
        _give_up(found, now)
        return False
    except Exception:  # noqa: BLE001 - whatever it was, the mail is kept and tried again
        if found.attempts >= TRIES:
            _give_up(found, now)
        return False
    # A code that was sent has no business here any more.
    gone: list[Action] = [OutboxRow.facts.set("{}"), OutboxRow.sealed.remove()]
    moment = _told(found, now)
    sent: list[Action] = [
        OutboxRow.queue.remove(),
        OutboxRow.due.remove(),
        OutboxRow.sent_at.set(moment.isoformat()),
        OutboxRow.expires.set(moment + KEPT),
    ]
    found.update(actions=[*gone, *sent])
    return True


def _told(found: OutboxRow, now: datetime) -> datetime:
    """When something happened, as a row may tell: of mail in confidence the day alone."""
    if found.sealed:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now


def _claimed(found: OutboxRow, now: datetime) -> bool:
    """Take a mail before sending it: until then later, nobody else will."""
    tried = int(found.attempts)
    later = (now + FIRST_PAUSE * 2**tried).isoformat()
    actions: list[Action] = [OutboxRow.attempts.set(tried + 1), OutboxRow.due.set(later)]
    try:
        found.update(
            actions=actions,
            condition=(OutboxRow.attempts == tried) & (OutboxRow.queue == WAITING),
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _give_up(found: OutboxRow, now: datetime) -> None:
    due = _told(found, now).isoformat()
    found.update(actions=[OutboxRow.queue.set(DEAD), OutboxRow.due.set(due)])


def _letter(found: OutboxRow) -> Letter:
    return Letter(
        id=found.id,
        to=found.recipient,
        template=found.template,
        facts=json.loads(found.facts),
        attempts=int(found.attempts),
        sealed=bytes(found.sealed or b""),
    )


def due(now: datetime, most: int = 100) -> list[str]:
    """Return the ids of mails that wait and are due, the longest due first."""
    until = OutboxRow.due <= now.isoformat()
    return [found.id for found in OutboxRow.queued.query(WAITING, until, limit=most)]


def dead(most: int = 100) -> list[Letter]:
    """Return the mails that were given up, the newest first, for staff to see."""
    found = OutboxRow.queued.query(DEAD, scan_index_forward=False, limit=most)
    return [_letter(OutboxRow.get(one.id)) for one in found]


def revive(id_: str, now: datetime) -> None:
    """Let a mail that was given up be tried anew. Raises NotFound when there is none."""
    actions: list[Action] = [
        OutboxRow.queue.set(WAITING),
        OutboxRow.due.set(now.isoformat()),
        OutboxRow.attempts.set(0),
    ]
    try:
        OutboxRow(id=id_).update(actions=actions, condition=OutboxRow.queue == DEAD)
    except UpdateError as error:
        raise NotFound("There is no such mail among those that were given up.") from error
