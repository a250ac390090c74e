"""What the desk's forms ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from signet.cpd.model import AuditState, Ground
from signet.letters.service import Way
from signet.web.forms import Form, Lines, Says

Where = Literal["within", "elsewhere"]
Version = Annotated[int, Field(ge=1)]


class DeskForm(Form):
    """A form whose checks are made when it is first used: few requests use any, none all."""

    model_config = ConfigDict(defer_build=True)


class Rate(DeskForm):
    """The share of members to be drawn."""

    rate: Annotated[Decimal, Says("Enter a percentage", "Enter a percentage, such as 5")] = Field(
        title="Rate", description="In percent of the members on the list, such as 5 or 2.5"
    )


class Sealed(DeskForm):
    """A sealed seed, made here or elsewhere. What the page offered comes back to be shown again."""

    commitment: Annotated[str, Says("Enter the sealed seed")] = Field(
        title="Sealed seed",
        description="64 digits 0-9 and a-f. Replace it if you made your own elsewhere.",
        max_length=64,
    )
    kept: Annotated[
        Literal["yes"], Says("Copy the words and the nonce first, then say that you have them")
    ] = Field(title="I have copied the words and the nonce to a place that only I can read")
    words: Annotated[str, Lines()] = Field("", title="Words", max_length=200)
    nonce: str = Field("", title="Nonce", max_length=64)


class Opened(DeskForm):
    """A seed that is opened."""

    words: Annotated[str, Lines(), Says("Enter your words")] = Field(
        title="Words", description="Exactly as you sealed them", max_length=200
    )
    nonce: Annotated[str, Says("Enter your nonce")] = Field(
        title="Nonce", description="64 digits 0-9 and a-f", max_length=64
    )


class Why(DeskForm):
    """Why a draw is given up."""

    reason: Annotated[str, Says("Say why: it is published")] = Field(
        title="Reason", description="It is published with the draw", min_length=10, max_length=500
    )


class Served(DeskForm):
    """How a notice was served; `notice` is its id, "" for the latest."""

    version: Version
    notice: str = Field("", title="Which notice?", max_length=32)
    way: Annotated[Way, Says("Choose how it was served", "Choose how it was served")] = Field(
        title="How was the notice served?"
    )
    on: Annotated[date, Says("Enter a day")] = Field(
        title="On which day?", description="The day it was handed over, or the day it was posted"
    )
    where: Where | None = Field(None, title="If it was posted: where is the address?")


class Arrived(DeskForm):
    """Proof of the day on which a posted notice arrived."""

    version: Version
    notice: str = Field("", title="Which notice?", max_length=32)
    on: Annotated[date, Says("Enter a day")] = Field(
        title="On which day did it arrive?", description="As the proof has it"
    )


class Versioned(DeskForm):
    """An act that needs nothing but the audit as it was seen."""

    version: Version


class CameBack(DeskForm):
    """That a posted notice came back."""

    version: Version
    notice: str = Field("", title="Which notice?", max_length=32)


class Reviewed(DeskForm):
    """What is made of the answers."""

    version: Version
    outcome: Annotated[AuditState, Says("Choose an outcome", "Choose an outcome")] = Field(
        title="What do you find?"
    )
    ground: Ground | None = Field(
        None,
        title="If it is satisfied without an answer or a complete log: on what ground?",
    )
    words: Annotated[str, Says("Say why: the member reads it")] = Field(
        title="Reasons",
        description="Why, or what is missing. The member reads this as you write it.",
        max_length=2000,
    )


class Reopened(DeskForm):
    """Why an outcome is set aside."""

    version: Version
    words: Annotated[str, Says("Say why: the member reads it")] = Field(
        title="Reasons",
        description="The member reads this as you write it.",
        max_length=2000,
    )


class Conflict(DeskForm):
    """Officers with a conflict in whose record, and why."""

    number: Annotated[str, Says("Enter a register number, such as 100001")] = Field(
        title="Register number of the member",
        max_length=32,
        pattern=r"^[0-9A-Za-z][0-9A-Za-z-]*$",
    )
    account: str = Field("", title="Officers with a conflict?", max_length=64)
    reason: Annotated[str, Says("Say why, in a few words")] = Field(
        title="Reason",
        description="Such as: we work for the same company. You and the Registrar can read it.",
        min_length=5,
        max_length=500,
    )


class Referred(DeskForm):
    """Where an audit is referred."""

    version: Version
    to: Annotated[AuditState, Says("Choose where", "Choose where")] = Field(
        title="Refer the audit to"
    )
    words: Annotated[str, Says("Say why")] = Field(
        title="Reasons",
        description="For the body it is referred to; the member reads them too",
        max_length=2000,
    )


class ConditionSet(DeskForm):
    """A condition to be met before a member practises again (CPD-5)."""

    version: Version
    words: Annotated[str, Says("Enter the condition")] = Field(
        title="Condition", description="The member reads this as you write it.", max_length=2000
    )
    authority: Annotated[str, Says("Enter whose decision it is")] = Field(
        title="By whose decision?",
        description="The board or person, and the motion or file if there is one",
        max_length=200,
    )
    decided_on: Annotated[date, Says("Enter a day")] = Field(title="Decided on which day?")


class Resumption(DeskForm):
    """That a member practises again, to be approved by a second officer."""

    version: Version
    on: Annotated[date, Says("Enter a day")] = Field(
        title="From which day may they practise again?",
        description="Not before the day of the notice, nor before the last condition was met",
    )
    remark: str = Field(
        "",
        title="Remarks for the officer who approves it",
        max_length=1000,
    )


class ConditionMet(DeskForm):
    """That a condition was met."""

    version: Version
    met_on: Annotated[date, Says("Enter a day")] = Field(title="On which day was it met?")


class Posted(DeskForm):
    """Letters that were posted on a day. Each is NUMBER:VERSION, as the page showed it.

    `shown` are all that the page showed, in case that all were posted.
    """

    which: Annotated[
        Literal["all", "some"], Says("Choose which letters", "Choose which letters")
    ] = Field(title="Which letters were posted?")
    posted: tuple[str, ...] = Field((), title="Letters that were posted", max_length=50)
    shown: tuple[str, ...] = Field((), title="Letters on the page", max_length=50)
    on: Annotated[date, Says("Enter a day")] = Field(
        title="On which day?", description="The day on which the post took them"
    )
    where: Annotated[Where, Says("Choose where these addresses are")] = Field(
        title="Where are these addresses?"
    )
