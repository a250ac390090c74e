"""Accounts as rows: reading them, and the changes that acts are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from pynamodb.exceptions import DoesNotExist

from signet.accounts.keys import address, hashed, keyed
from signet.accounts.model import Account, Role
from signet.accounts.tables import AccountRow
from signet.tables import reachable
from signet.transactions.commit import Change, Check, Delete, Save, Update

ACCOUNT = "account"
MEMBER = "member#"
COUNT = "count"
EMAIL = "email"  # how a record was joined: its address was verified
MOST_OF_ONE_ADDRESS = 25  # nobody has that many accounts; a page of them is enough


def account_key(account: str) -> str:
    """The key of an account's rows, and its subject in the audit trail."""
    return f"account#{account}"


def identity_key(issuer: str, subject: str) -> str:
    """The key of the row that says whose a provider's subject is."""
    return f"identity#{hashed(f'{issuer} {subject}')}"


def email_key(email: str) -> str:
    """The key of the rows that say which accounts have a verified address. Raises NoKey."""
    return f"email#{keyed('email', address(email))}"


def invited_key(email: str) -> str:
    """The key of the row that says which account an address is to get. Raises NoKey."""
    return f"invited#{keyed('invited', address(email))}"


def role_key(role: Role) -> str:
    """The key of the rows that say who holds a role."""
    return f"role#{role}"


def address_key(email: str) -> str:
    """The key of the rows that say which records have an address. Raises NoKey."""
    return f"address#{keyed('address', address(email))}"


@reachable
def row(key: str, part: str) -> AccountRow | None:
    """A row as it is now, or None."""
    try:
        return AccountRow.get(key, part, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def parts(key: str, start: str, most: int | None = None) -> list[str]:
    """What follows `start` in the parts of the rows under a key, in order."""
    found = AccountRow.query(
        key, AccountRow.part.startswith(start), consistent_read=True, limit=most
    )
    return [one.part.removeprefix(start) for one in found]


@reachable
def rows(keys: Iterable[tuple[str, str]]) -> list[AccountRow]:
    """Rows by key and part, those that are there, in no order."""
    return list(AccountRow.batch_get(list(keys), consistent_read=True))


def account(id_: str) -> Account | None:
    """Return an account with the roles that it holds, or None where there is none."""
    found = row(account_key(id_), ACCOUNT)
    return None if found is None else _with_roles([_account(found)])[0]


def accounts(ids: Iterable[str]) -> list[Account]:
    """Return accounts by id, those that are there, by address."""
    found = _with_roles(list(map(_account, rows((account_key(id_), ACCOUNT) for id_ in ids))))
    return sorted(found, key=lambda one: (one.email, one.id))


def _with_roles(found: list[Account]) -> list[Account]:
    """Return accounts with only those of the roles named in their rows that they were granted.

    Whoever can write accounts, as signing in does, writes no roles by that: those rows are the
    administrators' (threat 27).
    """
    named = [(role_key(role), account_key(one.id)) for one in found for role in one.granted]
    held = {(one.key, one.part) for one in rows(named)} if named else set()
    return [
        one._replace(
            granted=frozenset(
                role for role in one.granted if (role_key(role), account_key(one.id)) in held
            )
        )
        for one in found
    ]


def invited(email: str) -> str | None:
    """Return the id of the account that was promised to an address, or None. Raises NoKey."""
    found = row(invited_key(email), ACCOUNT) if address(email) else None
    return None if found is None else str(json.loads(found.body or "{}")["account"])


def of_identity(key: str) -> str | None:
    """The id of the account that a provider's subject has, or None."""
    found = row(key, ACCOUNT)
    return None if found is None else str(json.loads(found.body or "{}")["account"])


def of_email(email: str) -> list[Account]:
    """The accounts with this verified address. Raises NoKey."""
    if not address(email):
        return []
    return accounts(parts(email_key(email), "account#", MOST_OF_ONE_ADDRESS))


def members_of(email: str) -> list[str]:
    """Up to two numbers of records that have this address: two are as bad as ten. Raises NoKey."""
    return parts(address_key(email), MEMBER, 2) if address(email) else []


def holding(role: Role) -> list[str]:
    """The ids of the accounts that were granted a role."""
    return parts(role_key(role), "account#")


def _account(found: AccountRow) -> Account:
    said = json.loads(found.body or "{}")
    return Account(
        id=found.key.removeprefix("account#"),
        email=said["email"],
        made_at=datetime.fromisoformat(said["made_at"]),
        member=said["member"],
        joined_by=said["joined_by"],
        granted=frozenset(map(Role, said["granted"])),
        identity=said["identity"],
        version=int(found.version or 0),
    )


# -- changes


def save(new: Account) -> Save:
    """Write an account as a change of its version: 0 for one that isn't there yet."""
    said = {
        "email": new.email,
        "made_at": new.made_at.isoformat(),
        "member": new.member,
        "joined_by": new.joined_by,
        "granted": sorted(new.granted),
        "identity": new.identity,
    }
    held = AccountRow.version == new.version if new.version else AccountRow.key.does_not_exist()
    written = AccountRow(
        account_key(new.id), ACCOUNT, body=json.dumps(said), version=new.version + 1
    )
    return Save(written, held)


def claim(key: str, account: str) -> Save:
    """Let a provider's subject be this account's, if it is nobody's yet."""
    claimed = AccountRow(key, ACCOUNT, body=json.dumps({"account": account}))
    return Save(claimed, AccountRow.key.does_not_exist())


def reached_at(email: str, account: str) -> Save:
    """Let an account be found by an address."""
    return Save(AccountRow(email_key(email), account_key(account)))


def joined_key(number: str) -> str:
    """The key of the rows that say which accounts a record is joined to."""
    return f"joined#{number}"


def is_joined(number: str) -> bool:
    """Tell whether a record is joined to any account."""
    key = joined_key(number)
    return row(key, EMAIL) is not None or bool(parts(key, "account#", 1))


def join(number: str, account: str, by: str) -> Save:
    """Note that a record is joined to an account; by its address only if no other one is so."""
    part = EMAIL if by == EMAIL else account_key(account)
    row = AccountRow(joined_key(number), part, body=json.dumps({"account": account}))
    return Save(row, AccountRow.key.does_not_exist() if by == EMAIL else None)


def parted(number: str, account: str) -> list[Delete]:
    """Note that a record is joined to an account no more."""
    key = joined_key(number)
    gone = [Delete(AccountRow(key, account_key(account)))]
    by_address = row(key, EMAIL)
    if by_address is not None and json.loads(by_address.body or "{}")["account"] == account:
        gone.append(Delete(AccountRow(key, EMAIL)))
    return gone


def promise(email: str, account: str) -> Save:
    """Let whoever first signs in with an address get this account, if no other is promised it."""
    body = json.dumps({"account": account})
    promised = AccountRow(invited_key(email), ACCOUNT, body=body)
    return Save(promised, AccountRow.key.does_not_exist() | (AccountRow.body == body))


def kept(email: str) -> Delete:
    """Forget a promise: whoever has the address signed in."""
    return Delete(AccountRow(invited_key(email), ACCOUNT))


def not_reached_at(email: str, account: str) -> Delete:
    """Let an account be found by an address no more."""
    return Delete(AccountRow(email_key(email), account_key(account)))


def give(role: Role, account: str) -> list[Change]:
    """Note that an account holds a role now, if it didn't."""
    held = AccountRow(role_key(role), account_key(account))
    return [
        Save(held, AccountRow.key.does_not_exist()),
        Update(AccountRow(role_key(role), COUNT), [AccountRow.total.add(1)]),
    ]


def take(role: Role, account: str) -> list[Change]:
    """Note that an account holds a role no more, if it did; an administrator only if not the last.

    The count is part of the write: two administrators who withdraw each other's role at the same
    moment leave one.
    """
    left = AccountRow.total > 1 if role is Role.ADMINISTRATOR else None
    return [
        Delete(AccountRow(role_key(role), account_key(account)), AccountRow.key.exists()),
        Update(AccountRow(role_key(role), COUNT), [AccountRow.total.add(-1)], left),
    ]


def still(role: Role, account: str) -> Check:
    """Let a write depend on an account's holding a role at that moment."""
    return Check(AccountRow(role_key(role), account_key(account)), AccountRow.key.exists())


@reachable
def how_many(role: Role) -> int:
    """How many hold a role."""
    found = row(role_key(role), COUNT)
    return 0 if found is None else int(found.total or 0)
