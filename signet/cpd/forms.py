"""What members submit: one model for each form, shared with the JSON API."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from signet.cpd.model import NotPractisingReason

TITLE_MOST = 150
TEXT_MOST = 2000
Hours = Annotated[Decimal, Field(ge=0, le=2000, decimal_places=2)]
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Sent(BaseModel):
    """What somebody sends: unknown fields are refused, and an error repeats no value."""

    model_config = ConfigDict(
        defer_build=True,  # a cold start shouldn't wait for forms that it may not need
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


def _plain_number(given: object) -> object:
    """Refuse what Decimal accepts but nobody writes for hours, such as "1e3"."""
    if isinstance(given, str) and not _PLAIN_NUMBER.fullmatch(given.strip()):
        raise ValueError("“How many hours?” must be a number, such as 2.5")
    return given


class ActivityDraft(Sent):
    """An activity as its member describes it (CPD-2, CPD-3)."""

    title: str = Field(
        title="What did you do?",
        description="A short name for it, such as “Course on pressure vessel codes”.",
        min_length=1,
        max_length=TITLE_MOST,
    )
    category: str = Field(title="Which category does it fall in?", max_length=40)
    started_on: date = Field(
        title="When was it, or when did it begin?", description="For example 2026-03-14."
    )
    ended_on: date | None = Field(
        None,
        title="When did it end?",
        description="Leave this empty if it was on one day or still goes on.",
    )
    hours: Annotated[Hours, BeforeValidator(_plain_number)] | None = Field(
        None,
        title="How many hours?",
        description="For your own record, such as 2.5. No number of hours is asked for.",
    )
    better_practitioner: bool = Field(title="Does it make you a better practitioner?")
    advances_profession: bool = Field(title="Does it advance the profession?")
    reflection: str = Field(
        "",
        title="What did you take from it?",
        description="What you learned, or what others gained. It helps if you are audited.",
        max_length=TEXT_MOST,
    )


class ActivityEdit(ActivityDraft):
    """An activity changed. `version` is the one that was seen."""

    version: int = Field(title="Version", ge=1)

    @property
    def draft(self) -> ActivityDraft:
        """The activity's new content."""
        return ActivityDraft.model_validate(self.model_dump(exclude={"version"}))


class Versioned(Sent):
    """Which version of something was seen by who now does something with it."""

    version: int = Field(title="Version", ge=1)


class EvidenceDraft(Versioned):
    """The files that are an activity's evidence, in place of those before."""

    files: tuple[str, ...] = Field((), title="Which of your files show it?", max_length=20)


class DeclarationDraft(Sent):
    """A member's word that the year's requirement is met (CPD-6)."""

    agreed: Literal["yes"] = Field(title="What I have logged is true, and I can show it if asked")


class NotPractisingDraft(Sent):
    """What a member says who declares not to be practising (CPD-5)."""

    reason: NotPractisingReason = Field(title="Why aren't you practising?")
    understood: Literal["yes"] = Field(
        title="I am not practising, and will not practise while this declaration is in effect",
    )


class ResumptionDraft(Versioned):
    """Notice that a member will practise again (CPD-5)."""

    resumes_on: date = Field(
        title="From which day will you practise again?",
        description="Today or later. Give this notice before you begin.",
    )


class AuditAnswerDraft(Sent):
    """What a member sends in answer to an audit (CPD-7): words, files by their ids, or both."""

    remarks: str = Field(
        "",
        title="Your remarks",
        description="Say what your files show, and anything the reviewer should know.",
        max_length=TEXT_MOST,
    )
    files: tuple[str, ...] = Field((), title="Which of your files show it?", max_length=20)
