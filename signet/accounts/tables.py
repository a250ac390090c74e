"""The tables of accounts and of sessions. Every row is got by its key; no page reads a whole table.

Sessions have a table of their own, since every function that serves pages notes when one was used:
none of them can write accounts and roles for that (threat 27). By `key` and `part`:

- `account#ID`, `account`: the account, with a version that every change names.
- `account#ID`, `join`: the code sent out to join a member record, hashed.
- `invited#KEYED`, `account`: the account that whoever first signs in with an address gets.
- `identity#HASH`, `account`: whose the provider's subject is.
- `email#KEYED`, `account#ID`: which accounts have a verified address.
- `grant#waiting`, `grant#ID`: a role that waits to be approved; under `grant#alone`, one that was
  given by one person.
- `role#ROLE`, `account#ID`: who holds a role; `count` beside them how many do. An account has the
  roles for which these rows are there, whatever its own row says.
- `signin#HASH`, `signin`: a sign-in under way.
- `address#KEYED`, `member#NUMBER`: which member records have an address.
- `joined#NUMBER`, `email` or `account#ID`: an account that a member record is joined to, the one
  that was by the address on record or one by a code.
- `tries#KEYED`, `WINDOW`: how often something was tried in a stretch of time.

In the table of sessions:

- `session#HASH`, `session`: a session.
- `typed#HASH`, `typed`: what somebody typed before their session ended, sealed to their browser.
- `account#ID`, `session#HASH`: that a session is this account's, for listing and ending them.

KEYED is a hash with a key of ours: whoever has the table alone can't try addresses against it.
"""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
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
    total = NumberAttribute(null=True)  # how many: tries so far, holders of a role
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
    """Name the table for this process, as signet.tables.bind does."""
    tables.bind(MODELS, prefix)


def create_missing() -> None:
    """Make the table where it isn't there: for a database on one machine."""
    tables.create_missing(MODELS)
