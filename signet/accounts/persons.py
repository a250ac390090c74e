"""Whether accounts are one person's: a member can join several to their record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    return is_among(caller(context), others, of_ids(others))


def of_ids(ids: Iterable[str]) -> dict[str, Account]:
    """Return the accounts that exist by their ids: one read at most. Raises Unavailable."""
    wanted = {id_ for id_ in ids if id_}
    return {one.id: one for one in store.accounts(wanted)} if wanted else {}


def caller(context: Context) -> Account:
    """Return the caller's account, as far as it says who they are."""
    return Account(context.account, context.email, context.now, context.member or None)


def is_among(account: Account, ids: Iterable[str], known: Mapping[str, Account]) -> bool:
    """Tell as `is_one_of` whose account it is, for accounts that were read: no read."""
    return any(
        id_ == account.id or (id_ in known and is_one_person(account, known[id_])) for id_ in ids
    )
