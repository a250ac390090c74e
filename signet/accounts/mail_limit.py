"""How much limited mail one address gets in a day (T22).

It is counted where it is sent, since only there is the recipient of confidential mail known. The
counter is a keyed hash of the address with keyed hashes of the ids of what was sent; it tells
neither who wrote nor about what, and expires.
"""

from __future__ import annotations

from datetime import datetime

from signet.accounts.limits import DAY, count_once, limits, window
from signet.errors import TooMany
from signet.transactions.outbox import OverLimit


def count_mail(address: str, id_: str, now: datetime) -> None:
    """Count a mail to an address, once however often it is tried that day.

    Raises OverLimit if the address has had the day's (UTC) number of others, Unavailable.
    """
    stored = limits(now)
    try:
        count_once("mail", _mailbox(address), id_, stored.limited_mails, now)
    except TooMany:
        raise OverLimit(window(now) + DAY, stored.limited_mail_days) from None


def _mailbox(address: str) -> str:
    """Return what is the same for every spelling that may reach the same mailbox.

    Many providers ignore case, a "+tag" and dots, and an attacker could use each to get around the
    limit. Where two persons' addresses differ by these alone, they share a limit.
    """
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"
