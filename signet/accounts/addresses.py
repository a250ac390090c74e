"""Which member records have an e-mail address, kept beside the contacts and found without them.

A row for each address and number, the address as a keyed hash: two people who write at once can't
overlook each other, and an address is unique again as soon as the other record gives it up. Whoever
reads the rows learns numbers only, and "ambiguous" is more than one row of the same address.
"""

from __future__ import annotations

from collections.abc import Iterable

from signet import bulk
from signet.accounts.keys import address
from signet.accounts.store import MEMBER, address_key
from signet.accounts.tables import AccountRow
from signet.tables import reachable

PREFIX = "address#"


@reachable
def follow(changes: Iterable[tuple[str, str, str]]) -> None:
    """Follow contacts that are about to change: (number, address before, address after).

    Either address may be "". To be called before the contacts are written: if that is broken off,
    the same changes are seen and followed again. Raises NoKey, Unavailable.
    """
    bulk.write(_moves(*change) for change in _distinct(changes))


def _moves(number: str, before: str, after: str) -> list[bulk.Change]:
    moves: list[bulk.Change] = []
    if address(before):
        moves.append(bulk.Remove(AccountRow(address_key(before), f"{MEMBER}{number}")))
    if address(after):
        moves.append(bulk.Put(AccountRow(address_key(after), f"{MEMBER}{number}")))
    return moves


def _distinct(changes: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    """Those that change anything: an address in other capitals is the same row."""
    return (one for one in changes if address(one[1]) != address(one[2]))


@reachable
def renew(contacts: Iterable[tuple[str, str]]) -> int:
    """Make all rows anew from (number, address), after the key was set or changed; give how many.

    For the office's command: the one place that reads the table as a whole. Raises NoKey.
    """
    wanted = {
        (address_key(email), f"{MEMBER}{number}") for number, email in contacts if address(email)
    }
    held = {(row.key, row.part) for row in AccountRow.scan(AccountRow.key.startswith(PREFIX))}
    bulk.write([bulk.Put(AccountRow(*row))] for row in sorted(wanted - held))
    bulk.write([bulk.Remove(AccountRow(*row))] for row in sorted(held - wanted))
    return len(wanted)
