"""What the forms of the register desk ask."""

from __future__ import annotations

from typing import Annotated

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


class Reviewed(Form):
    """What a second officer looked at."""

    remark: Annotated[str, Says("Say what you reviewed, and what you found")] = Field(
        title="What did you review, and what did you find?",
        description=f"{WHO_READS} If the entry is wrong, void it instead.",
        max_length=TEXT_MOST,
    )


class VoidEntries(Form):
    """Which entries of a record are undone, and why."""

    entries: Annotated[list[str], Says("Choose which entry is to be voided")] = Field(
        title="Which entry is to be voided?", min_length=1, max_length=50
    )
    authority: Annotated[str, Says("Say what it rests on")] = Field(
        title="On what authority?",
        description="Such as “Registrar, clerical error”. It stays with the entry.",
        max_length=200,
    )
    reason: Annotated[str, Says("Say what was wrong")] = Field(
        title="What was wrong?", description=WHO_READS, max_length=TEXT_MOST
    )
