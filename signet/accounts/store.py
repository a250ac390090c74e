"""Reading accounts from their table, and building the changes that operations write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from pynamodb.exceptions import DoesNotExist

from signet.accounts.keys import address, hashed, keyed
from signet.accounts.model import Account, Role
from signet.accounts.tables import AccountRow
from signet.tables import reachable
from signet.transactions.commit import Change, Check, Delete, Save, Update

ACCOUNT = "account"
MEMBER = "member#"
COUNT = "count"
LONG_AGO = datetime.min.replace(tzinfo=UTC)
EMAIL = "email"  # how a record was joined: its address was verified
MOST_OF_ONE_ADDRESS = 25  # nobody has that many accounts; a page of them is enough


def account_key(account: str) -> str:
    """Return the partition key of an account's rows, which is also its subject in the audit log."""
    return f"account#{account}"


def identity_key(issuer: str, subject: str) -> str:
    """Return the key of the row that says which account a provider's subject has."""
    return f"identity#{hashed(f'{issuer} {subject}')}"


def email_key(email: str) -> str:
    """Return the key of the rows that say which accounts have a verified address. Raises NoKey."""
    return f"email#{keyed('email', address(email))}"


def invited_key(email: str) -> str:
    """Return the key of the row that says which account an address is to get. Raises NoKey."""
    return f"invited#{keyed('invited', address(email))}"


def role_key(role: Role) -> str:
    """Return the key of the rows that say who has a role."""
    return f"role#{role}"


def address_key(email: str) -> str:
    """Return the key of the rows that say which records have an address. Raises NoKey."""
    return f"address#{keyed('address', address(email))}"


@reachable
def row(key: str, sort_key: str) -> AccountRow | None:
    """Return the current row, or None."""
    try:
        return AccountRow.get(key, sort_key, consistent_read=True)
    except DoesNotExist:
        return None


@reachable
def sort_keys(key: str, start: str, limit: int | None = None) -> list[str]:
    """Return the rest of the sort keys that begin with `start` under a partition key, in order."""
    rows = AccountRow.query(
        key, AccountRow.part.startswith(start), consistent_read=True, limit=limit
    )
    return [one.part.removeprefix(start) for one in rows]


@reachable
def rows(keys: Iterable[tuple[str, str]]) -> list[AccountRow]:
    """Return the rows that exist of these keys (partition key, sort key), in no order."""
    return list(AccountRow.batch_get(list(keys), consistent_read=True))


def account(id_: str) -> Account | None:
    """Return an account with its roles, or None if there is none."""
    account_row = row(account_key(id_), ACCOUNT)
    return None if account_row is None else _with_roles([_account(account_row)])[0]


def accounts(ids: Iterable[str]) -> list[Account]:
    """Return the accounts that exist of these ids, by address."""
    listed = _with_roles(list(map(_account, rows((account_key(id_), ACCOUNT) for id_ in ids))))
    return sorted(listed, key=lambda one: (one.email, one.id))


def _with_roles(accounts: list[Account]) -> list[Account]:
    """Return accounts with only those of the roles in their rows that were really granted.

    Code that can write accounts, as signing in does, can't write roles that way: role rows are
    written by administrators alone (threat 27).
    """
    named = [(role_key(role), account_key(one.id)) for one in accounts for role in one.granted]
    held = {(one.key, one.part) for one in rows(named)} if named else set()
    return [
        one._replace(
            granted=frozenset(
                role for role in one.granted if (role_key(role), account_key(one.id)) in held
            )
        )
        for one in accounts
    ]


def invited(email: str) -> str | None:
    """Return the id of the account that was promised to an address, or None. Raises NoKey."""
    invitation = row(invited_key(email), ACCOUNT) if address(email) else None
    return None if invitation is None else str(json.loads(invitation.body or "{}")["account"])


def of_identity(key: str) -> str | None:
    """Return the id of the account that a provider's subject has, or None."""
    identity_row = row(key, ACCOUNT)
    return None if identity_row is None else str(json.loads(identity_row.body or "{}")["account"])


def of_email(email: str) -> list[Account]:
    """Return the accounts with this verified address. Raises NoKey."""
    if not address(email):
        return []
    return accounts(sort_keys(email_key(email), "account#", MOST_OF_ONE_ADDRESS))


@reachable
def members_of(email: str, settled: datetime) -> list[str]:
    """Return up to two numbers of records with this address, as two are ambiguous. Raises NoKey.

    An address that a member gave after `settled` joins nothing yet.
    """
    if not address(email):
        return []
    begins = AccountRow.part.startswith(MEMBER)
    rows_found = list(AccountRow.query(address_key(email), begins, consistent_read=True, limit=2))
    if len(rows_found) == 1 and _since(rows_found[0]) > settled:
        return []
    return [one.part.removeprefix(MEMBER) for one in rows_found]


def _since(row: AccountRow) -> datetime:
    """Return since when a record has had an address; long ago for those that came by import."""
    return datetime.fromisoformat(json.loads(row.body)["since"]) if row.body else LONG_AGO


def accounts_with(role: Role) -> list[str]:
    """Return the ids of the accounts that were granted a role."""
    return sort_keys(role_key(role), "account#")


def _account(row: AccountRow) -> Account:
    body = json.loads(row.body or "{}")
    return Account(
        id=row.key.removeprefix("account#"),
        email=body["email"],
        made_at=datetime.fromisoformat(body["made_at"]),
        member=body["member"],
        joined_by=body["joined_by"],
        granted=frozenset(map(Role, body["granted"])),
        identity=body["identity"],
        version=int(row.version or 0),
    )


# -- changes


def save(new: Account) -> Save:
    """Return the change that writes an account over its version; 0 means it isn't stored yet."""
    body = {
        "email": new.email,
        "made_at": new.made_at.isoformat(),
        "member": new.member,
        "joined_by": new.joined_by,
        "granted": sorted(new.granted),
        "identity": new.identity,
    }
    condition = (
        AccountRow.version == new.version if new.version else AccountRow.key.does_not_exist()
    )
    written = AccountRow(
        account_key(new.id), ACCOUNT, body=json.dumps(body), version=new.version + 1
    )
    return Save(written, condition)


def claim(key: str, account: str) -> Save:
    """Return the change that gives a provider's subject this account, if it has none yet."""
    claimed = AccountRow(key, ACCOUNT, body=json.dumps({"account": account}))
    return Save(claimed, AccountRow.key.does_not_exist())


def reached_at(email: str, account: str) -> Save:
    """Return the change that makes an account findable by an address."""
    return Save(AccountRow(email_key(email), account_key(account)))


def joined_key(number: str) -> str:
    """Return the key of the rows that say which accounts a record is joined to."""
    return f"joined#{number}"


def is_joined(number: str) -> bool:
    """Tell whether a record is joined to any account."""
    key = joined_key(number)
    return row(key, EMAIL) is not None or bool(sort_keys(key, "account#", 1))


def join(number: str, account: str, by: str) -> Save:
    """Return the change that joins a record to an account.

    By its address, a record can be joined to one account only.
    """
    sort_key = EMAIL if by == EMAIL else account_key(account)
    row = AccountRow(joined_key(number), sort_key, body=json.dumps({"account": account}))
    return Save(row, AccountRow.key.does_not_exist() if by == EMAIL else None)


def detachment(number: str, account: str) -> list[Delete]:
    """Return the changes that detach an account from a record."""
    key = joined_key(number)
    gone = [Delete(AccountRow(key, account_key(account)))]
    by_address = row(key, EMAIL)
    if by_address is not None and json.loads(by_address.body or "{}")["account"] == account:
        gone.append(Delete(AccountRow(key, EMAIL)))
    return gone


def promise(email: str, account: str) -> Save:
    """Return the change that promises an account to an address, unless it is promised another one.

    The first person to sign in with the address gets the account.
    """
    body = json.dumps({"account": account})
    promised = AccountRow(invited_key(email), ACCOUNT, body=body)
    return Save(promised, AccountRow.key.does_not_exist() | (AccountRow.body == body))


def delete_promise(email: str) -> Delete:
    """Return the change that deletes a promise, since the owner of the address has signed in."""
    return Delete(AccountRow(invited_key(email), ACCOUNT))


def not_reached_at(email: str, account: str) -> Delete:
    """Return the change by which an account is no longer findable by an address."""
    return Delete(AccountRow(email_key(email), account_key(account)))


def add_role(role: Role, account: str) -> list[Change]:
    """Return the changes that give an account a role that it doesn't have."""
    row = AccountRow(role_key(role), account_key(account))
    return [
        Save(row, AccountRow.key.does_not_exist()),
        Update(AccountRow(role_key(role), COUNT), [AccountRow.total.add(1)]),
    ]


def remove_role(role: Role, account: str) -> list[Change]:
    """Return the changes that take a role from an account that has it.

    They fail for the last administrator. The count is part of the write: if two administrators
    withdraw each other's role at the same moment, one of them remains.
    """
    left = AccountRow.total > 1 if role is Role.ADMINISTRATOR else None
    return [
        Delete(AccountRow(role_key(role), account_key(account)), AccountRow.key.exists()),
        Update(AccountRow(role_key(role), COUNT), [AccountRow.total.add(-1)], left),
    ]


def check_role(role: Role, account: str) -> Check:
    """Return the check that an account has a role at the moment of the write."""
    return Check(AccountRow(role_key(role), account_key(account)), AccountRow.key.exists())


def check_same(read: Account) -> Check:
    """Return the check that an account is at the moment of the write as it was read."""
    return Check(AccountRow(account_key(read.id), ACCOUNT), AccountRow.version == read.version)


@reachable
def count_with(role: Role) -> int:
    """Return how many accounts have a role."""
    count_row = row(role_key(role), COUNT)
    return 0 if count_row is None else int(count_row.total or 0)
