"""Whether accounts are one person's: a member can join several to their record."""

from __future__ import annotations

from collections.abc import Iterable

from signet.accounts import store
from signet.accounts.granting import is_one_person
from signet.accounts.model import Account
from signet.transactions.context import Context


def is_one_of(context: Context, ids: Iterable[str]) -> bool:
    """Tell whether one of these accounts is the caller's, or known to be the same person's.

    One read at most. Raises Unavailable.
    """
    others = {id_ for id_ in ids if id_}
    if context.account in others or not others:
        return context.account in others
    me = Account(context.account, context.email, context.now, context.member or None)
    return any(is_one_person(me, other) for other in store.accounts(others))
