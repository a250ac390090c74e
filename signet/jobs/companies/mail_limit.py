"""Limits on how much mail a company's users can cause in a day (T22).

Mail from our address must not carry strangers' words to strangers. Each mail that one person causes
to another is counted in the transaction that writes it, for the company and for the account; how
much of it one recipient gets is counted when it is sent (`Mail.limited`). No invitation is mailed
until a payment, or credits granted by staff, vouch for the company.
"""

from __future__ import annotations

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


def of_company(who: Employer) -> list[Change]:
    """Return the changes that count a mail from a company's user. Raises EnoughForToday."""
    return [_counted(who.context, tables.company(who.company)), *of_account(who.context)]


def of_account(context: Context) -> list[Change]:
    """Return the change that counts a mail that an account causes. Raises EnoughForToday."""
    return [_counted(context, tables.account(context.account))]


def _counted(context: Context, owner: str) -> Change:
    sort_key, limit = tables.sent_key(context.today), context.policy.career_centre.mails_a_day
    if store.counted(owner, sort_key) >= limit:
        raise EnoughForToday(limit)
    return store.count_below(owner, sort_key, limit)
