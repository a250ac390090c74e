"""The tables of accounts and of sessions. Rows are read by their keys; no page scans a table.

Sessions have a table of their own, since every function that serves pages records when a session
was used, and none of them needs the right to write accounts and roles for that (threat 27). By
partition key (`key`) and sort key (`part`):

- `account#ID`, `account`: the account, with a version that every change names.
- `account#ID`, `join`: the code sent out to join a member record, hashed.
- `invited#KEYED`, `account`: the account that the first person to sign in with an address gets.
- `identity#HASH`, `account`: the account of a provider's subject.
- `email#KEYED`, `account#ID`: which accounts have a verified address.
- `grant#waiting`, `grant#ID`: a role grant pending approval; under `grant#alone`, one made by one
  person.
- `role#ROLE`, `account#ID`: who has a role; beside them, `count` holds how many. An account has
  only the roles for which these rows exist, whatever its own row says.
- `signin#HASH`, `signin`: a sign-in in progress.
- `address#KEYED`, `member#NUMBER`: which member records have an address.
- `joined#NUMBER`, `email` or `account#ID`: an account that a member record is joined to, by the
  address on record or by a code.
- `tries#KEYED`, `WINDOW`: how often something was tried in a time window, or in `marks`, which.

In the table of sessions:

- `session#HASH`, `session`: a session.
- `typed#HASH`, `typed`: what a person typed before their session ended, sealed to their browser.
- `account#ID`, `session#HASH`: that a session is this account's, for listing and ending them.

KEYED is a hash with a key of ours: nobody who has the table alone can try addresses against it.
"""

from __future__ import annotations

from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.models import Model

from signet import tables


class AccountRow(Model):
    """One row; `body` is JSON."""

    class Meta:
        table_name = "accounts"
        billing_mode = "PAY_PER_REQUEST"

    key = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    total = NumberAttribute(null=True)  # attempts so far, or accounts that have a role
    marks = UnicodeSetAttribute(null=True)  # keyed hashes of what was counted, each once
    expires = TTLAttribute(null=True)


class SessionRow(Model):
    """One row; `body` is JSON."""

    class Meta:
        table_name = "sessions"
        billing_mode = "PAY_PER_REQUEST"

    key = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    seen = UnicodeAttribute(null=True)  # when last used, ISO 8601
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    expires = TTLAttribute(null=True)


MODELS: tuple[type[Model], ...] = (AccountRow, SessionRow)


def bind(prefix: str | None = None) -> None:
    """Set the names of the tables for this process, as signet.tables.bind does."""
    tables.bind(MODELS, prefix)


def create_missing() -> None:
    """Create the tables that don't exist, for a database on one machine."""
    tables.create_missing(MODELS)
