"""What the forms of the register desk ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from signet.web.forms import Form, Says

TEXT_MOST = 4_000
WHO_READS = "Kept with the proposal: the officers of the register desk read it."


class Approve(Form):
    """That exactly what was shown is approved."""

    hash: str = Field(title="What was shown", max_length=64)


class Refuse(Form):
    """Why a proposal is refused."""

    reason: Annotated[str, Says("Say why: your colleague reads it")] = Field(
        title="Why do you refuse it?", description=WHO_READS, max_length=TEXT_MOST
    )


class LookedAt(Form):
    """What a second officer looked at."""

    remark: Annotated[str, Says("Say what you looked at, and what you found")] = Field(
        title="What did you look at, and what did you find?",
        description=f"{WHO_READS} If the entry is wrong, take it back instead.",
        max_length=TEXT_MOST,
    )


class TakeBack(Form):
    """Which entries of a record are undone, and why."""

    entries: Annotated[list[str], Says("Choose what is to be taken back")] = Field(
        title="What is to be taken back?", min_length=1, max_length=50
    )
    authority: Annotated[str, Says("Say what it rests on")] = Field(
        title="On what authority?",
        description="Such as “Registrar, clerical error”. It stays with the entry.",
        max_length=200,
    )
    reason: Annotated[str, Says("Say what was wrong")] = Field(
        title="What was wrong?", description=WHO_READS, max_length=TEXT_MOST
    )


class Enter(Form):
    """A change of status or a condition, proposed or, in an emergency, entered at once."""

    kind: Annotated[Literal["status_changed", "condition_imposed"], Says("Choose one")] = Field(
        title="What is to be entered?"
    )
    status: str = Field("", title="New status", max_length=40)
    cause: str = Field("", title="Reason for the status", max_length=40)
    direction: str = Field(
        "", title="Who directed it?", description="Where the status asks for one", max_length=200
    )
    condition: str = Field("", title="Name of the condition", max_length=200)
    text: str = Field("", title="Text of the condition", max_length=TEXT_MOST)
    published: bool = Field(False, title="Show the text to the public")
    effective_on: Annotated[date, Says("Enter a day")] = Field(title="When does it take effect?")
    authority: Annotated[str, Says("Say what it rests on")] = Field(
        title="On what authority?",
        description="The section or decision it rests on. It stays with the entry.",
        max_length=200,
    )
    evidence: str = Field(
        "",
        title="Evidence",
        description=f"What the approver needs to see, or where it is. {WHO_READS}",
        max_length=TEXT_MOST,
    )
    emergency: bool = Field(
        False,
        title="This can’t wait for a second officer",
        description="It is entered at once. A second officer reviews it within hours.",
    )
    why: str = Field(
        "",
        title="Why can’t it wait?",
        description="Only for an emergency",
        max_length=TEXT_MOST,
    )
