"""Limits on how much mail a company's users can cause in a day, and to whom (T22).

Mail from our address must not carry strangers' words to strangers. Each mail that one person causes
to another is counted in the transaction that writes it: for the company, for the account and for
the recipient. No invitation is mailed until a payment, or credits granted by staff, vouch for the
company.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from signet.errors import Refused
from signet.jobs import store, tables
from signet.jobs.context import Employer
from signet.jobs.model import EntryKind
from signet.transactions.commit import Change
from signet.transactions.context import Context

VOUCHING = frozenset({EntryKind.GRANT, EntryKind.PURCHASE, EntryKind.CARRIED})


class EnoughForToday(Refused):
    """The day's limit of mails is reached."""

    code = "enough-for-today"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"That is message {most + 1} today, and {most} a day is the limit. "
            "Nothing was lost: send it again tomorrow, or write to us if you need more."
        )


def may_invite(company: str) -> bool:
    """Tell whether a payment or staff vouch for a company, so that invitations may be mailed."""
    return any(entry.kind in VOUCHING for entry in store.ledger(company))


def of_company(who: Employer, to: str) -> list[Change]:
    """Return the changes that count a mail from a company's user to an address or a member.

    Raises EnoughForToday.
    """
    day, jobs = who.context.today, who.context.policy.career_centre
    whole, each = jobs.mails_a_day, jobs.mails_a_recipient
    return list(
        _counted(
            (tables.company(who.company), tables.sent_key(day), whole),
            (tables.account(who.context.account), tables.sent_key(day), whole),
            (_recipient(to), tables.sent_key(day), each),
        )
    )


def of_account(context: Context) -> list[Change]:
    """Return the change that counts a mail that an account causes. Raises EnoughForToday."""
    sort_key = tables.sent_key(context.today)
    return list(
        _counted(
            (tables.account(context.account), sort_key, context.policy.career_centre.mails_a_day)
        )
    )


def _counted(*limits: tuple[str, str, int]) -> Iterator[Change]:
    for owner, sort_key, limit in limits:
        if store.counted(owner, sort_key) >= limit:
            raise EnoughForToday(limit)
        yield store.count_below(owner, sort_key, limit)


def _recipient(to: str) -> str:
    """Return the key of a recipient's counter, which doesn't contain the address itself."""
    return tables.recipient(sha256(to.strip().casefold().encode()).hexdigest()[:32])
