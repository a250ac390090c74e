"""The desk's data model: what is stored beside a case, and what its pages show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from signet.complaints.model import About, Case, Complaint, File, Label, StoredModel
from signet.letters.service import Service

ABOUT = {
    About.MEMBER: "A member",
    About.PERMIT: "A permit holder",
    About.UNLICENSED: "Someone who isn’t registered",
    About.UNSURE: "The complainant wasn’t sure",
}


# Separates a step's note from the text that was sent with it, and says to whom that was sent.
COPY = "\n\nTo the complainant:\n\n"
COPY_TO_RESPONDENT = "\n\nTo the respondent:\n\n"


class Step(StoredModel):
    """Something that was done with a case. `detail` holds states and ids, nothing of anybody.

    What was said about it is sealed beside it, where `noted`.
    """

    number: int
    what: str
    at: datetime
    by: str  # the account ID
    detail: Mapping[str, str]
    noted: bool = False


class To(StrEnum):
    """The recipient of a letter."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    OTHER = "other"


class Letter(StoredModel):
    """A letter and its service (NOT-1). `days` are those it gives to answer in, 0 for none.

    To whom it goes and what it says is sealed beside it (Written).
    """

    id: str
    to: To
    made_on: date
    by: str
    days: int = 0
    service: Service | None = None
    version: int = 1


class Written(StoredModel):
    """What a letter says, and to whom. Sealed."""

    name: str
    address: str
    about: str
    text: str


class Recusal(StoredModel):
    """That an account never sees a case; why is in the step."""

    by: str
    on: date


class Access(StoredModel):
    """A respondent's access to messages and answers, with a code.

    `filings` are the locators that their codes lead to, the present one last. In the open, as ids
    and days tell of nobody: who it is, is sealed beside it.
    """

    id: str
    filings: tuple[str, ...]
    told_on: date  # the day on which they were told of the complaint (COM-8)
    opened_on: date
    by: str
    revoked_on: date | None = None
    version: int = 1

    @property
    def filing(self) -> str:
        """Return the locator that the present code leads to."""
        return self.filings[-1]


class Proposed(StoredModel):
    """An entry in the register as a registrar decided on it. Sealed: it names the member.

    `subject`, member or permit, follows from the case.
    """

    subject: str = "member"
    number: str
    kind: str
    data: dict[str, str | bool]
    effective_on: date
    authority: str


class Listed(NamedTuple):
    """A page of cases; `after` is the cursor of the next page, "" at the end."""

    cases: tuple[Case, ...]
    after: str


Labels = Mapping[str, Label]  # whom cases are about, by case ID; those that could be opened


class News(NamedTuple):
    """Something in a filing that nobody in the office has seen: its kind, day and case.

    `kind` is addition, answer or file; `respondent` is true for a respondent's.
    """

    kind: str
    on: str
    case: Case
    respondent: bool = False


class NewsList(NamedTuple):
    """A page of news, oldest first; `after` as in `Listed`."""

    news: tuple[News, ...]
    after: str


class Communication(NamedTuple):
    """A text that the office received or sent, opened.

    `text` is None where it can't be opened. `complaint` is set where a whole form was added,
    `question` is the text of the question that it answers.
    """

    part: str
    kind: str  # addition, question, message, answer
    on: str
    id: str
    text: str | None
    complaint: Complaint | None = None
    question: str | None = None
    new: bool = False
    due: date | None = None


class Received(NamedTuple):
    """A file as the office sees it; `name` is None where it can't be opened."""

    file: File
    name: str | None
    new: bool


class Responding(NamedTuple):
    """A respondent's access as the office sees it: their name, what they were sent, what they sent.

    `name` is None where it can't be opened.
    """

    access: Access
    name: str | None
    communications: tuple[Communication, ...]
    files: tuple[Received, ...]

    @property
    def unseen(self) -> tuple[str, ...]:
        """Return what nobody has seen, in the notation of the desk's form."""
        files = (f"file#{one.file.id}" for one in self.files if one.new)
        parts = (*(one.part for one in self.communications if one.new), *files)
        return tuple(f"{self.access.id}@{sort_key}" for sort_key in parts)


class Done(NamedTuple):
    """A step with its note opened; None where there is none or it can't be opened."""

    step: Step
    note: str | None


class Sent(NamedTuple):
    """A letter with its text, None where that can't be opened."""

    letter: Letter
    written: Written | None


class CaseFile(NamedTuple):
    """A whole case, opened for an officer. `complaint` is None where it can't be opened.

    `linked` are the cases of the same form, `same` those about the same person; both leave out
    cases that the officer may not see. `names` are the e-mail addresses of the accounts that occur.
    """

    case: Case
    complaint: Complaint | None
    linked: tuple[Case, ...]
    same: tuple[Case, ...]
    communications: tuple[Communication, ...]
    files: tuple[Received, ...]
    steps: tuple[Done, ...]
    letters: tuple[Sent, ...]
    recused: tuple[str, ...]
    names: Mapping[str, str]
    label: Label | None = None
    respondents: tuple[Responding, ...] = ()

    @property
    def number(self) -> str:
        """Return the register number of the case's respondent, "" where it isn't known."""
        if self.label:
            return self.label.number
        if self.complaint and (named := self.complaint.respondents[self.case.position].number):
            return named
        notes = (one.note for one in self.steps if one.step.what == "complaint-identified")
        return next(notes, None) or ""

    @property
    def unseen(self) -> tuple[str, ...]:
        """Return the sort keys in the filing that nobody has seen, then those of respondents."""
        files = (f"file#{one.file.id}" for one in self.files if one.new)
        theirs = (sort_key for one in self.respondents for sort_key in one.unseen)
        return (*(one.part for one in self.communications if one.new), *files, *theirs)
