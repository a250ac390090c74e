"""Who of the office a complaint names in words, before it is settled whom it is about (T21).

What was said is opened here in memory and compared with officers' own names and numbers. Nobody is
shown any of it, and nothing of it is kept but who is recused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signet.accounts.model import Account
from signet.complaints import mentions
from signet.complaints.desk_case import read_complaint
from signet.complaints.desk_office import Officer
from signet.complaints.mentions import Person
from signet.complaints.model import Case, Complaint


def unnamed(officer: Officer, cases: Sequence[Case]) -> list[Case]:
    """Return those of some cases in which nothing that was said names the officer.

    Cases that came together say the same, so each filing is opened once. What can't be opened may
    name anybody. Raises Unavailable.
    """
    if not cases:
        return []
    who = _person(officer, officer.member, officer.email)
    named: dict[str, bool] = {}
    for one in cases:
        if one.filing not in named:
            said = read_complaint(officer, one)
            named[one.filing] = said is None or mentions.names(said, who)
    return [one for one in cases if not named[one.filing]]


def is_named(officer: Officer, said: Complaint) -> bool:
    """Tell whether what is said names the officer. Raises Unavailable."""
    return mentions.names(said, _person(officer, officer.member, officer.email))


def named_in(officer: Officer, said: Complaint, accounts: Iterable[Account]) -> list[Account]:
    """Return those of some accounts that a complaint names. Raises Unavailable."""
    return [
        one
        for one in accounts
        if mentions.names(said, _person(officer, one.member or "", one.email))
    ]


def _person(officer: Officer, member: str, email: str) -> Person:
    # Only here: what reads the register takes a while to import, and few requests need it.
    from signet.register import reading as register

    record = register.standing_on(member, officer.today) if member else None
    return mentions.person(record, member, email)
