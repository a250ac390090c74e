"""Sends mail: new outbox rows at once from the stream, retries when the scheduler calls.

It logs nothing of any mail. A confidential mail is decrypted here, in memory, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lambdas import started
from signet import keyring
from signet.accounts.codes import CODE_MAIL
from signet.accounts.limits import limits
from signet.keyring import Purpose
from signet.register import contacts
from signet.register.tables import ContactRow
from signet.transactions import mailer, outbox, sealed_mail
from signet.transactions.outbox import WAITING, QueuedMail, Undeliverable
from signet.transactions.tables import OutboxRow

MEMBER = "member#"


def _answer(event: Mapping[str, Any], _context: Any) -> dict[str, int]:
    """Send the mail in a stream's new rows or, called by the scheduler, the mail that is due."""
    now = datetime.now(UTC)
    ids = _written(event["Records"], now) if "Records" in event else outbox.due(now)
    send = mailer.from_environment()

    def post(letter: QueuedMail) -> None:
        if letter.sealed:
            keys = keyring.private_keys(Purpose.MAIL)
            opened = sealed_mail.open_sealed(letter.sealed, letter.id, keys)
            letter = QueuedMail(opened.id, opened.to, letter.template, opened.context)
        send(mailer.compose(letter, _address(letter, now), now))

    return {"sent": sum(outbox.send(id_, now, post) for id_ in ids)}


def _written(records: list[dict[str, Any]], now: datetime) -> list[str]:
    """Return the ids of new rows due by now; sending writes rows too, which aren't."""
    images = (record["dynamodb"].get("NewImage", {}) for record in records)
    return [
        image["id"]["S"]
        for image in images
        if image.get("queue", {}).get("S") == WAITING and image["due"]["S"] <= now.isoformat()
    ]


def _address(letter: QueuedMail, now: datetime) -> str:
    """Return the current address: a member's may have changed since the mail was written.

    A code that joins an account goes to the address that the record had some days ago: otherwise a
    person who took over a session could have the code sent to an address of theirs.
    """
    if not letter.to.startswith(MEMBER):
        return letter.to
    wait = limits(now).address_waits if letter.template == CODE_MAIL else timedelta()
    address = contacts.email_of(letter.to.removeprefix(MEMBER), now - wait)
    if not address:
        raise Undeliverable("the member has no address on record")
    return address


handler = started(_answer, (OutboxRow, ContactRow))
