"""Finds out which officers a complaint names in its text, beyond the numbers typed in it (T21).

The complaint is opened here in memory and compared with officers' own names and numbers. Nobody is
shown any of it, and nothing is stored of it but who is recused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from signet.accounts.model import Account
from signet.complaints import mentions
from signet.complaints.desk.officer import Officer
from signet.complaints.desk.texts import texts_of
from signet.complaints.mentions import Person
from signet.complaints.model import Case, Complaint
from signet.complaints.tables import CASE

READ_AT_ONCE = 50  # complaints with their text in memory at the same time
REMEMBERED_MOST = 20_000
Asks = tuple[str, str, str, date]  # an officer's account, number and e-mail address, and the day
# Cache of which filings name which officers, for this process and day. It holds no content.
_COMPARED: dict[tuple[Asks, str], bool] = {}


def not_naming(officer: Officer, cases: Sequence[Case]) -> list[Case]:
    """Return the cases in which no text names the officer, in their order.

    The cases of one filing have the same text, so each filing is opened once. Text that can't be
    opened counts as naming anyone, unless it is settled whom the case is about. Raises Unavailable.
    """
    asks = (officer.account, officer.member, officer.email, officer.today)
    new = {one.filing: one for one in cases if (asks, one.filing) not in _COMPARED}
    names_them: dict[str, bool] = {}
    if new:
        who = _person(officer, officer.member, officer.email)
        # An officer with neither a name nor a number can't be named.
        settled = [one for one in new.values() if one.settled] if who == Person() else []
        names_them |= {one.filing: False for one in settled}
        unknown = [one for one in new.values() if one.filing not in names_them]
        names_them |= _compared(officer, unknown, who, asks)
    return [
        one
        for one in cases
        if not _named(one, _COMPARED.get((asks, one.filing), names_them.get(one.filing)))
    ]


def _named(case: Case, found: bool | None) -> bool:
    """Tell whether a case counts as naming the officer; `found` is None if it can't be opened."""
    return not case.settled if found is None else found


def _compared(officer: Officer, cases: Sequence[Case], who: Person, asks: Asks) -> dict[str, bool]:
    """Compare the filings that can be opened, and tell which name the person.

    Results are cached, as a filing's text never changes.
    """
    if len(_COMPARED) > REMEMBERED_MOST:
        _COMPARED.clear()
    by_case = {}
    for first in range(0, len(cases), READ_AT_ONCE):
        some = cases[first : first + READ_AT_ONCE]
        texts = texts_of(officer, [(one.id, CASE) for one in some])
        for one in some:
            if text := texts.get((one.id, CASE)):
                complaint = _still_readable(one, Complaint.model_validate_json(text))
                by_case[one.filing] = _COMPARED[asks, one.filing] = mentions.names(complaint, who)
    return by_case


def _still_readable(case: Case, complaint: Complaint) -> Complaint:
    """Return the parts of a complaint that still count, once it is settled whom it is about.

    A number that was found on the register may have been corrected since, so it is left out: the
    keyed hash in the case says whom it is about.
    """
    if not case.settled:
        return complaint
    right = (
        one.model_copy(update={"number": "", "typed": ""}) if one.name else one
        for one in complaint.respondents
    )
    return complaint.model_copy(update={"respondents": tuple(right)})


def is_named(officer: Officer, complaint: Complaint) -> bool:
    """Tell whether a complaint names the officer. Raises Unavailable."""
    return mentions.names(complaint, _person(officer, officer.member, officer.email))


def is_member_named(officer: Officer, complaint: Complaint, number: str) -> bool:
    """Tell whether a complaint names the member with a register number. Raises Unavailable."""
    return mentions.names(complaint, _person(officer, number, ""))


def named_in(officer: Officer, complaint: Complaint, accounts: Iterable[Account]) -> list[Account]:
    """Return the accounts that a complaint names. Raises Unavailable."""
    return [
        one
        for one in accounts
        if mentions.names(complaint, _person(officer, one.member or "", one.email))
    ]


def _person(officer: Officer, member: str, email: str) -> Person:
    # Imported here: the register is slow to import, and few requests need it.
    from signet.register import reading as register

    record = register.standing_on(member, officer.today) if member else None
    return mentions.person(record, member, email)
