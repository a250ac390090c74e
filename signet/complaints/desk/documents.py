"""The documents of a case: the letters that officers write, and the sheet with a code."""

from __future__ import annotations

from dataclasses import dataclass

from signet.complaints.desk.case_model import Sent, Written
from signet.complaints.model import Case
from signet.errors import NotFound
from signet.letters import coverage
from signet.letters.documents import FOR_THE_REGISTRAR, Document, Letter


@dataclass(frozen=True, kw_only=True)
class AccessSheet(Document):
    """The sheet that goes with a letter: the code that opens a case, and the page it is for."""

    template = "access_sheet"
    page: str
    code: str
    signed: tuple[str, ...] = FOR_THE_REGISTRAR


def unprintable(sent: Sent) -> tuple[str, ...]:
    """Return the characters of a letter that its fonts lack, as an officer is told of them."""
    return uncovered(sent.written) if sent.written else ()


def uncovered(written: Written) -> tuple[str, ...]:
    """Return the characters of what a letter says that its fonts lack."""
    return coverage.uncovered(written.name, written.address, written.about, written.text)


def letter_of(case: Case, sent: Sent) -> Letter:
    """Return a letter of a case as it is printed. Raises NotFound when it can't be opened."""
    if sent.written is None:
        raise NotFound("What this letter says can’t be opened.")
    written = sent.written
    address = (line.strip() for line in written.address.split("\n"))
    return Letter(
        to=(written.name, *filter(None, address)),
        dated=sent.letter.made_on,
        reference=case.reference,
        about=written.about,
        text=written.text,
    )
