"""Sends mail: new outbox rows at once from the stream, retries when the scheduler calls.

It logs nothing of any mail. A confidential mail is decrypted here, in memory, and nowhere else.
Limited mail is counted by its recipient's address, just before it is sent (T22).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambdas import started
from signet import keyring
from signet.accounts.codes import CODE_MAIL
from signet.accounts.limits import limits
from signet.accounts.mail_limit import count_mail
from signet.accounts.tables import AccountRow
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
            letter = letter._replace(id=opened.id, to=opened.to, context=opened.context)
        address, limited = _address(letter, now)
        mail = mailer.compose(letter, address, now)
        if limited:
            count_mail(address, letter.id, now)
        send(mail)

    return {"sent": sum(outbox.send(id_, now, post) for id_ in ids)}


def _written(records: list[dict[str, Any]], now: datetime) -> list[str]:
    """Return the ids of new rows due by now; sending writes rows too, which aren't."""
    images = (record["dynamodb"].get("NewImage", {}) for record in records)
    return [
        image["id"]["S"]
        for image in images
        if image.get("queue", {}).get("S") == WAITING and image["due"]["S"] <= now.isoformat()
    ]


def _address(letter: QueuedMail, now: datetime) -> tuple[str, bool]:
    """Return the address to send to, and whether the mail counts toward its daily limit.

    A member's address may have changed since the mail was written. A code that joins an account
    goes to the one that the record had some days ago: otherwise a person who took over a session
    could have the code sent to an address of theirs. All mail to an address that is newer than that
    is limited, as the member may have typed a stranger's.
    """
    if not letter.to.startswith(MEMBER):
        return letter.to, letter.limited
    number = letter.to.removeprefix(MEMBER)
    settled = contacts.email_of(number, now - limits(now).address_waits)
    address = settled if letter.template == CODE_MAIL else contacts.email_of(number, now)
    if not address:
        raise Undeliverable("the member has no address on record")
    return address, letter.limited or address != settled


handler = started(_answer, (OutboxRow, ContactRow, AccountRow))
