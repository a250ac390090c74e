"""The stored models of applications, career profiles, contact requests and the digest."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from signet.jobs.model import StoredModel


class Mark(StrEnum):
    """How an employer has marked an application so far; the applicant doesn't see it."""

    NEW = "new"
    AGAIN = "again"  # to look at again
    OUT = "out"


class Application(StoredModel):
    """An account's application. `resume` is the id of one of the account's files.

    A withdrawn one keeps neither its text nor the employer's mark. `erase_on` is the day
    by which it goes. `read_on` is when the employer first opened it, None in rows of before that
    was kept; `replaced_on` when the résumé took another's place.
    """

    number: str
    account: str
    name: str = ""
    email: str = ""
    message: str = ""
    resume: str = ""
    mark: Mark = Mark.NEW
    consented_at: datetime
    applied_on: date
    withdrawn: bool = False
    erase_on: date
    read_on: date | None = None
    replaced_on: date | None = None
    version: int = 1

    @property
    def unread(self) -> bool:
        """Whether its employer has neither opened nor marked it."""
        return not self.withdrawn and self.read_on is None and self.mark is Mark.NEW


class Applied(StoredModel):
    """That an account has applied to a posting, as its owner lists it."""

    number: str
    company: str
    employer: str = ""  # the name of the hiring employer
    title: str
    applied_on: date
    withdrawn: bool = False
    version: int = 1


class Profile(StoredModel):
    """A member's career profile: hidden unless `published` (JOB-5).

    `handle` stands for the member towards employers. No way to reach the member is in it.
    `designation` and `good`, whether the member is in good standing, are the register's as of when
    it was last written or the register last changed: nobody else is found by employers (STA-2).
    `hidden_from` names companies that don't find it either, each on a line of its own.
    `again` is the day from which the register has something else to say, None for not known.
    """

    handle: str
    headline: str = ""
    about: str = ""
    disciplines: tuple[str, ...] = ()
    years: int = 0
    places: tuple[str, ...] = ()
    remote: bool = False
    level: str = ""
    resume: str = ""
    hidden_from: str = ""
    resume_owner: str = ""  # whose file it is: the member's account at that time
    designation: str = ""
    good: bool = True
    again: date | None = None
    published: bool = False
    changed_on: date
    version: int = 1

    @property
    def findable(self) -> bool:
        """Whether employers find it in searches."""
        return self.published and self.good


class RequestState(StrEnum):
    """The state of a request for contact details."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # not answered within the policy's time limit
    PAST = "past"  # accepted long ago: the contact is no longer stored


class Request(StoredModel):
    """A company's request for a member's contact details, kept with both (JOB-5).

    `contact` and `name` are what the member gives who says yes; before that there is neither.
    `asked_by` is the account that asked for the company, "" in rows of before that was kept.
    """

    company: str
    company_name: str
    handle: str
    member: str = ""  # only in the member's own copy
    message: str
    posting: str
    asked_by: str = ""
    asked_on: date
    state: RequestState = RequestState.ASKED
    answered_on: date | None = None
    contact: str = ""
    name: str = ""
    version: int = 1


class Digest(StoredModel):
    """Whether a member takes the digest (JOB-6), and which was the last that was sent."""

    opted_out: bool = False
    last: date | None = None
    version: int = 0


class DigestRun(StoredModel):
    """A round of the digest: how far it is. `after` is where the next portion of members begins."""

    day: date
    after: str = ""
    mails: int = 0
    done_at: datetime | None = None
    version: int = 0
