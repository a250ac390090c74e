"""An index of which member records have an e-mail address, searchable without reading contacts.

There is one row for each address and register number, with the address as a keyed hash. Two people
who write at the same time can't overlook each other, and an address is unique again as soon as the
other record gives it up. Reading the rows reveals numbers only. An address is ambiguous when it has
more than one row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from signet import bulk
from signet.accounts.keys import address
from signet.accounts.store import MEMBER, address_key
from signet.accounts.tables import AccountRow
from signet.tables import reachable
from signet.transactions.commit import Change, Delete, Save

PREFIX = "address#"


@reachable
def update_index(changes: Iterable[tuple[str, str, str]]) -> None:
    """Update the index for contacts that are about to change.

    `changes` are tuples of number, address before and address after. Either address may be "". Call
    this before the contacts are written: if the write is interrupted, the same changes are seen and
    indexed again. Raises NoKey, Unavailable.
    """
    bulk.write(_moves(*change) for change in _distinct(changes))


def _moves(number: str, before: str, after: str) -> list[bulk.Change]:
    moves: list[bulk.Change] = []
    if address(before):
        moves.append(bulk.Remove(AccountRow(address_key(before), f"{MEMBER}{number}")))
    if address(after):
        moves.append(bulk.Put(AccountRow(address_key(after), f"{MEMBER}{number}")))
    return moves


def moved(number: str, before: str, after: str, now: datetime) -> list[Change]:
    """Return the changes of a member's own change of address, for a larger transaction.

    The new address joins no account to the record for a while (`store.members_of`): otherwise a
    person who took over a session could make the record theirs. Raises NoKey.
    """
    changes: list[Change] = []
    if address(before) == address(after):
        return changes
    if address(before):
        changes.append(Delete(AccountRow(address_key(before), f"{MEMBER}{number}")))
    if address(after):
        since = json.dumps({"since": now.isoformat()})
        row = AccountRow(address_key(after), f"{MEMBER}{number}", body=since)
        changes.append(Save(row))
    return changes


def _distinct(changes: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    """Return the changes that affect the index: another case of an address is the same row."""
    return (one for one in changes if address(one[1]) != address(one[2]))


@reachable
def rebuild(contacts: Iterable[tuple[str, str]]) -> int:
    """Rebuild all rows from (number, address) after the key was set or changed; return how many.

    A record whose address joins nothing yet (`moved`) goes on waiting. For the office's command:
    the only code that reads the whole table. Raises NoKey.
    """
    rows = {
        (address_key(email), f"{MEMBER}{number}") for number, email in contacts if address(email)
    }
    stored = list(AccountRow.scan(AccountRow.key.startswith(PREFIX)))
    held, since = (
        {(row.key, row.part) for row in stored},
        {r.part: r.body for r in stored if r.body},
    )
    new = sorted(rows - held)
    bulk.write([bulk.Put(AccountRow(*row, body=since.get(row[1])))] for row in new)
    bulk.write([bulk.Remove(AccountRow(*row))] for row in sorted(held - rows))
    return len(rows)
