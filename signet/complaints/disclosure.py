"""Checks that text for a respondent doesn't disclose what they may not know of the complainant.

The complainant's name is disclosed only to registrants, and only where the policy names
complainants to them (COM-8). Contact details and the receipt code are never disclosed. Officers
write freely all the same: this catches what was pasted by accident, not deliberate disclosure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signet.complaints import receipt_codes
from signet.complaints.model import About, Case, Complaint
from signet.policy.complaints import ComplaintPolicy

NAME_LEAST, PHONE_LEAST = 4, 7  # letters, digits: anything shorter matches by chance
REGISTERED = (About.MEMBER, About.PERMIT)
_NUMBERS = re.compile(r"[\d(][\d\s().+-]{5,}\d")
_LETTERS = "[0-9A-Za-z]"
_CODE = re.compile(rf"(?<!\w){_LETTERS}{{4}}(?:[\s\-–—.·]*{_LETTERS}{{4}}){{4}}(?!\w)")


def disclosures(rules: ComplaintPolicy, case: Case, complaint: Complaint, text: str) -> list[str]:
    """Return a message for the officer for each thing in a text that respondents may not read."""
    return list(_found(rules, case, complaint, text))


def names_complainant(rules: ComplaintPolicy, case: Case) -> bool:
    """Tell whether the respondent of a case is told who complains (COM-8)."""
    return not rules.members_anonymous and case.about in REGISTERED


def _found(rules: ComplaintPolicy, case: Case, complaint: Complaint, text: str) -> Iterator[str]:
    contact, plain = complaint.contact, _plain(text)
    if any(_opens(code, case) for code in _CODE.findall(text)):
        yield "This contains the complainant’s receipt code: remove it"
    if contact.email and _plain(contact.email) in plain:
        yield "This contains the complainant’s e-mail address: remove it"
    if _is_called(contact.phone, text):
        yield "This contains the complainant’s telephone number: remove it"
    if any(line in plain for line in _lines(contact.address)):
        yield "This contains the complainant’s postal address: remove it"
    name = _plain(contact.name)
    if len(name) >= NAME_LEAST and name in plain and not names_complainant(rules, case):
        yield "This names the complainant, who isn’t disclosed in such a case (COM-8): remove it"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _opens(found: str, case: Case) -> bool:
    code = receipt_codes.read_code(found)
    return code is not None and receipt_codes.Filing(code).locator == case.filing


def _is_called(phone: str, text: str) -> bool:
    digits = _digits(phone)[-10:]
    return len(digits) >= PHONE_LEAST and any(
        digits in _digits(match) for match in _NUMBERS.findall(text)
    )


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _lines(address: str) -> list[str]:
    """Return the identifying lines of an address: a street or postal code, not a town alone."""
    parts = (_plain(line) for line in re.split(r"[\n,;]", address))
    return [sort_key for sort_key in parts if len(sort_key) >= PHONE_LEAST and _digits(sort_key)]
