"""What the desk's forms ask. `seen` is the version of the request that the page showed."""

from __future__ import annotations

from datetime import date

from pydantic import Field, create_model

from signet.letters.service import Way
from signet.requests.kind import Kind
from signet.web.forms import Form

TEXT_MOST = 10_000


class Seen(Form):
    """Base of all: which version the officer acts on."""

    seen: int = Field(title="Version", ge=1)


class Assign(Seen):
    """Whose request it is from now on."""

    assignee: str = Field("", title="Who looks after it?", max_length=64)


class Remark(Seen):
    """Words that may be left out."""

    text: str = Field("", title="A remark, if there is one", max_length=TEXT_MOST)


class Note(Seen):
    """A note for staff."""

    text: str = Field(
        title="Note", description="Staff see it, the applicant doesn’t.", max_length=TEXT_MOST
    )


class Why(Seen):
    """A reason."""

    text: str = Field(title="Why?", min_length=1, max_length=TEXT_MOST)


class Refer(Seen):
    """A question for those who decide."""

    text: str = Field(title="What is the question?", min_length=1, max_length=TEXT_MOST)


class Return(Seen):
    """What is missing or wrong, and what would be right."""

    items: tuple[str, ...] = Field((), title="What is missing or wrong?", max_length=50)
    text: str = Field(
        title="What would be right?",
        description="The applicant reads this.",
        min_length=1,
        max_length=TEXT_MOST,
    )


class Approve(Seen):
    """That the request is approved."""

    text: str = Field("", title="What to tell the applicant, if anything", max_length=TEXT_MOST)


class Refuse(Seen):
    """Why a request is refused."""

    reasons: tuple[str, ...] = Field((), title="Reasons", max_length=50)
    text: str = Field(
        title="The reasons in words",
        description="The applicant reads this.",
        min_length=1,
        max_length=TEXT_MOST,
    )


class Defer(Refuse):
    """Until when a request is deferred, and why."""

    until: date = Field(title="Until when?")


class Serve(Seen):
    """How the letter on a decision was served (NOT-1)."""

    way: Way = Field(title="How was the letter served?")
    on: date = Field(title="On which day?", description="The day of delivery, or of mailing.")
    elsewhere: bool = Field(False, title="It was mailed to an address outside the province")


class Arrived(Seen):
    """The day on which a mailed letter is proved to have arrived (NOT-1)."""

    on: date = Field(title="On which day did it arrive?", description="As its proof says.")


class CameBack(Seen):
    """That a mailed letter came back: it isn't served (NOT-1)."""


class AppealDecision(Seen):
    """What became of an appeal."""

    upheld: bool = Field(title="Is the appeal allowed?")
    text: str = Field(
        title="Reasons",
        description="The applicant reads this.",
        min_length=1,
        max_length=TEXT_MOST,
    )


class Enter(Seen):
    """That the entries are made, exactly as they were shown."""

    hash: str = Field(title="What was shown", min_length=64, max_length=64)


def approval_of(kind: Kind) -> type[Approve]:
    """Return the form of an approval, with what the kind has its decider add."""
    if kind.decision is None:
        return Approve
    fields = {name: (field.annotation, field) for name, field in kind.decision.model_fields.items()}
    return create_model("Approval", __base__=Approve, **fields)  # type: ignore[call-overload, no-any-return]
