"""A kind of request as a domain would add it: one module, and a row of policy."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from signet.policy.requests import DocumentNeed, KindPolicy, Reason
from signet.proposals.model import Wanted
from signet.register.actions import Proposal
from signet.requests.kind import Asking, Kind, Role, Section, on_the_register
from signet.requests.model import Answers


class NewName(BaseModel):
    """What the person asks."""

    family: str = Field(title="Family name", min_length=1, max_length=200)


class Statement(BaseModel):
    """What a referee says."""

    knows: Literal["yes", "no"] = Field(title="Do you know this person by that name?")


def _entries(who: Asking, answers: Answers, _: BaseModel | None) -> list[Wanted]:
    asked = answers["name"]
    assert who.record is not None
    assert isinstance(asked, NewName)
    entry = Proposal("name_changed", {"family": asked.family}, who.context.today)
    return [Wanted("member", who.record.number, [entry])]


KIND = Kind(
    code="known-as",
    sections=(Section("name", "The name", NewName),),
    contributors=(Role("referee", "A referee", Statement, least=1, most=2),),
    may_start=on_the_register,
    entries=_entries,
    in_words=lambda _, entry: ("Name", entry.data["family"]),
)

POLICY = KindPolicy(
    code="known-as",
    since=date(2020, 1, 1),
    title="Another name",
    about="To be listed by another name.",
    cites="own",
    clerks=("register-officer", "registrar"),
    deciders=("registrar",),
    documents=(DocumentNeed("proof", "Proof of the name", optional=True),),
    reasons=(Reason("no-proof", "The name isn’t proved."),),
    appeal_days=30,
)
