"""Who of the office a complaint names in words, beside the numbers that are typed in it (T21).

What was said is opened here in memory and compared with officers' own names and numbers. Nobody is
shown any of it, and nothing of it is kept but who is recused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from signet.accounts.model import Account
from signet.complaints import mentions
from signet.complaints.desk.context import Officer
from signet.complaints.desk.opened_case import texts_of
from signet.complaints.mentions import Person
from signet.complaints.model import Case, Complaint
from signet.complaints.tables import CASE

READ_AT_ONCE = 50  # complaints whose text is in memory together
REMEMBERED_MOST = 20_000
Asks = tuple[str, str, str, date]  # an officer's account, number and address, and the day
# Which filings name which officers, for as long as this function's process lives and the day lasts.
# Nothing of what was said is in it.
_COMPARED: dict[tuple[Asks, str], bool] = {}


def unnamed(officer: Officer, cases: Sequence[Case]) -> list[Case]:
    """Return those of some cases in which nothing that was said names the officer, in their order.

    Cases that came together say the same, so each filing is opened once. What can't be opened may
    name anybody, where it isn't settled whom it is about. Raises Unavailable.
    """
    asks = (officer.account, officer.member, officer.email, officer.today)
    new = {one.filing: one for one in cases if (asks, one.filing) not in _COMPARED}
    found: dict[str, bool] = {}
    if new:
        who = _person(officer, officer.member, officer.email)
        # Whoever has neither name nor number is named nowhere.
        settled = [one for one in new.values() if one.settled] if who == Person() else []
        found |= {one.filing: False for one in settled}
        wanted = [one for one in new.values() if one.filing not in found]
        found |= _compared(officer, wanted, who, asks)
    return [
        one
        for one in cases
        if not _named(one, _COMPARED.get((asks, one.filing), found.get(one.filing)))
    ]


def _named(case: Case, found: bool | None) -> bool:
    """Tell what a comparison comes to; None: what was said can't be opened."""
    return not case.settled if found is None else found


def _compared(officer: Officer, cases: Sequence[Case], who: Person, asks: Asks) -> dict[str, bool]:
    """Tell of each filing that opens whether it names somebody. Remembered: it never changes."""
    if len(_COMPARED) > REMEMBERED_MOST:
        _COMPARED.clear()
    found = {}
    for first in range(0, len(cases), READ_AT_ONCE):
        some = cases[first : first + READ_AT_ONCE]
        texts = texts_of(officer, [(one.id, CASE) for one in some])
        for one in some:
            if text := texts.get((one.id, CASE)):
                said = _still_said(one, Complaint.model_validate_json(text))
                found[one.filing] = _COMPARED[asks, one.filing] = mentions.names(said, who)
    return found


def _still_said(case: Case, said: Complaint) -> Complaint:
    """What counts of a complaint: a number found on the register may have been put right since.

    Whose it is then, what stands for it in the case says.
    """
    if not case.settled:
        return said
    right = (
        one.model_copy(update={"number": "", "typed": ""}) if one.name else one
        for one in said.respondents
    )
    return said.model_copy(update={"respondents": tuple(right)})


def is_named(officer: Officer, said: Complaint) -> bool:
    """Tell whether what is said names the officer. Raises Unavailable."""
    return mentions.names(said, _person(officer, officer.member, officer.email))


def is_member_named(officer: Officer, said: Complaint, number: str) -> bool:
    """Tell whether what is said names whoever has a register number. Raises Unavailable."""
    return mentions.names(said, _person(officer, number, ""))


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
