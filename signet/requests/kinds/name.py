"""A new name, or the correction of one that was entered wrongly, which keeps none public."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from signet.errors import FieldError
from signet.policy import Policy
from signet.policy.requests import KindPolicy
from signet.proposals.model import ProposedEntry, Wanted
from signet.register.actions import Proposal
from signet.register.fold import full_name
from signet.requests.kind import (
    Asking,
    Choices,
    Kind,
    Section,
    SectionModel,
    on_the_register,
    text_errors,
)
from signet.requests.model import Answers


class NewName(SectionModel):
    """What the name is to be, and why."""

    why: Literal["changed", "error"] = Field(title="Why is the name to change?")
    family: str = Field(title="Family name", min_length=1, max_length=200)
    given: str = Field("", title="Given names", max_length=200)
    native_name: str = Field(
        "", title="The name in its own script, if you want it listed", max_length=200
    )
    since: date = Field(
        title="Since when is this your name?", description="For a correction, give today."
    )


def _begins(who: Asking) -> dict[str, str]:
    """Return the name as it is now."""
    if who.record is None:
        return {}
    held = who.record
    return {"family": held.family, "given": held.given, "native_name": held.native_name}


def _choices(_: KindPolicy) -> Choices:
    return {
        "why": [
            ("changed", "My name has changed", "People still find the name before."),
            ("error", "The register has it wrong", "The wrong name isn’t public any more."),
        ]
    }


def _check(who: Asking, answers: Answers) -> list[FieldError]:
    asked = answers["name"]
    if not isinstance(asked, NewName):
        return [FieldError("name", "Fill in the name")]
    if asked.since > who.context.today:
        return [FieldError("name", "Since when: give today or an earlier day")]
    return text_errors("name", asked, ("family", "given", "native_name"))


def _entries(who: Asking, answers: Answers, _: BaseModel | None) -> list[Wanted]:
    asked = answers["name"]
    if not isinstance(asked, NewName) or who.record is None:
        return []
    error = asked.why == "error"
    data = {
        "family": asked.family,
        "given": asked.given,
        "known_as": who.record.known_as,
        "native_name": asked.native_name,
        "keep_former": not error,
    }
    on = who.context.today if error else asked.since
    return [Wanted("member", who.record.number, [Proposal("name_changed", data, on)])]


def _in_words(_: Policy, entry: ProposedEntry) -> tuple[str, str]:
    data = entry.data
    name = full_name(data.get("given", ""), data["family"])
    native = f" ({data['native_name']})" if data.get("native_name") else ""
    former = "" if data.get("keep_former", True) else "\nThe former name isn’t kept in public"
    return "Name", f"{name}{native}{former}"


KIND = Kind(
    code="name",
    sections=(Section("name", "The name", NewName, _choices, _begins),),
    may_start=on_the_register,
    check=_check,
    entries=_entries,
    in_words=_in_words,
)
