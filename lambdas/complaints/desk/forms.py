"""What the desk's forms ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from signet.complaints.desk.case_model import To
from signet.letters.service import Way
from signet.web.forms import Form, Says

TEXT_MOST = 15_000
Where = Literal["within", "elsewhere"]
Version = Annotated[int, Field(ge=1)]
SEALED = "Stored with the case, encrypted: only officers who may see the case can read it."


class DeskForm(Form):
    """A form whose checks are made when it is first used: few requests use any, none all."""

    model_config = ConfigDict(defer_build=True)


class OnCase(DeskForm):
    """A form about a case, in the version that its page showed."""

    version: Version


class Note(OnCase):
    """A note."""

    text: Annotated[str, Says("Write the note")] = Field(
        title="Note", description=SEALED, max_length=TEXT_MOST
    )


class Question(OnCase):
    """Something to ask the complainant."""

    text: Annotated[str, Says("Write what you want to ask")] = Field(
        title="What do you want to ask?",
        description="The complainant reads this as you write it, with the receipt code. No one "
        "else can open it; a copy stays with the case.",
        max_length=TEXT_MOST,
    )


class Message(OnCase):
    """Something to tell the complainant that needs no answer."""

    text: Annotated[str, Says("Write the message")] = Field(
        title="What do you want to tell them?",
        description="The complainant reads this as you write it, with the receipt code. No one "
        "else can open it; a copy stays with the case.",
        max_length=TEXT_MOST,
    )


class RespondentTold(OnCase):
    """When and how the respondent was told of the complaint."""

    on: Annotated[date, Says("Enter a day")] = Field(title="On which day?")
    words: Annotated[str, Says("Say how, and what they were told")] = Field(
        title="How, and what they were told", description=SEALED, max_length=4_000
    )


class OpenAccess(OnCase):
    """Who is let read and answer, and what they read first."""

    submission: str = Field(title="Form", max_length=64)
    name: Annotated[str, Says("Enter who it is")] = Field(
        title="Who is it?",
        description="The respondent, by name, or the company. " + SEALED,
        max_length=200,
    )
    told_on: Annotated[date, Says("Enter the day")] = Field(
        title="On which day were they told of the complaint?"
    )
    text: Annotated[str, Says("Write what they are to read")] = Field(
        title="What do they read first?",
        description="The notice of the complaint, as you want them to have it. They read it as "
        "you write it; no one else can open it, and a copy stays with the case.",
        max_length=TEXT_MOST,
    )
    due: Annotated[date | None, Says("", "Enter a day")] = Field(
        None, title="By when should they answer?"
    )


class ToRespondent(OnCase):
    """Something to ask or tell a respondent."""

    text: Annotated[str, Says("Write what you want to say")] = Field(
        title="What do you want to say?",
        description="They read this as you write it, with their code. No one else can open it; a "
        "copy stays with the case.",
        max_length=TEXT_MOST,
    )
    due: Annotated[date | None, Says("", "Enter a day")] = Field(
        None, title="By when should they answer?"
    )


class NewCode(OnCase):
    """Why a respondent gets another code."""

    submission: str = Field(title="Form", max_length=64)
    words: Annotated[str, Says("Say why")] = Field(
        title="Reason", description=SEALED, max_length=4_000
    )


class Because(OnCase):
    """Something that needs nothing but a reason."""

    words: Annotated[str, Says("Say why")] = Field(
        title="Reason", description=SEALED, max_length=4_000
    )


class Move(OnCase):
    """Where a case goes on."""

    to: Annotated[str, Says("Choose where the case goes")] = Field(
        title="Where does the case go?", max_length=40
    )
    words: Annotated[str, Says("Say why")] = Field(
        title="Reason, for the office", description=SEALED, max_length=4_000
    )
    message: str = Field(
        "",
        title="To the complainant",
        description="Why, and what happens next. They read it as you write it, with their receipt "
        "code. Needed where a case is found to be outside jurisdiction, and where it is closed.",
        max_length=TEXT_MOST,
    )


class Decision(OnCase):
    """What a case came to."""

    outcome: Annotated[str, Says("Choose an outcome")] = Field(title="Outcome", max_length=40)
    directed_by: str = Field("", title="Which body directed it?", max_length=40)
    directed_on: Annotated[date | None, Says("Enter a day")] = Field(
        None, title="On which day was it directed?"
    )
    words: Annotated[str, Says("Say why")] = Field(
        title="Reasons", description=SEALED, max_length=TEXT_MOST
    )


class Assign(OnCase):
    """Who manages a case."""

    account: Annotated[str, Says("Choose who manages the case")] = Field(
        title="Who manages the case?", max_length=64
    )


class Recuse(OnCase):
    """Who never sees a case again."""

    account: Annotated[str, Says("Choose who is recused")] = Field(
        title="Who is recused?", max_length=64
    )
    words: Annotated[str, Says("Say why")] = Field(
        title="Reason", description=SEALED, max_length=2_000
    )


class Panel(OnCase):
    """Who sits on the panel."""

    numbers: Annotated[str, Says("Enter the members’ register numbers")] = Field(
        title="Register numbers of its members",
        description="One a line. They are looked up in the register.",
        max_length=500,
    )


class Identify(OnCase):
    """Who on the register a case is about. `confirmed` is the number whose name was shown."""

    about: Annotated[Literal["member", "permit", "unlicensed"], Says("Choose which it is")] = Field(
        title="Who is it?"
    )
    number: str = Field("", title="Number on the register", max_length=60)
    words: Annotated[str, Says("Say why")] = Field(
        title="How do you know?", description=SEALED, max_length=4_000
    )
    confirmed: str = Field("", title="Confirmed", max_length=32)


class Directed(OnCase):
    """Who directed that a decision be published."""

    by: Annotated[str, Says("Choose who directed it")] = Field(
        title="Who directed publication?", max_length=40
    )
    on: Annotated[date, Says("Enter a day")] = Field(title="On which day?")
    words: str = Field(
        "",
        title="Number or words of the direction",
        description=SEALED,
        max_length=300,
    )


class LetterForm(OnCase):
    """A letter."""

    to: Annotated[To, Says("Choose who it is for", "Choose who it is for")] = Field(
        title="Who is it for?"
    )
    name: Annotated[str, Says("Enter a name")] = Field(title="Name", max_length=200)
    address: Annotated[str, Says("Enter the postal address")] = Field(
        title="Postal address", description="The latest given, a line each", max_length=500
    )
    about: Annotated[str, Says("Say what it is about")] = Field(title="Subject", max_length=200)
    text: Annotated[str, Says("Write the letter")] = Field(
        title="Letter", description="An empty line begins a paragraph.", max_length=TEXT_MOST
    )
    days: int = Field(
        0,
        title="Days to answer in",
        description="Counted from the day it is served; 0 if nothing is asked",
        ge=0,
        le=365,
    )
    as_codes: bool = Field(False, title="Print these characters as codes")


class Served(OnCase):
    """How a letter was served."""

    way: Annotated[Way, Says("Choose how it was served", "Choose how it was served")] = Field(
        title="How was the letter served?"
    )
    on: Annotated[date, Says("Enter a day")] = Field(
        title="On which day?", description="The day it was handed over, or the day it was posted"
    )
    where: Where | None = Field(None, title="If it was posted: where is the address?")


class Arrived(OnCase):
    """Proof of the day on which a posted letter arrived."""

    on: Annotated[date, Says("Enter a day")] = Field(
        title="On which day did it arrive?", description="As the proof has it"
    )


class CameBack(OnCase):
    """That a posted letter came back."""


class Original(OnCase):
    """Why a file is opened as it was sent."""

    words: Annotated[str, Says("Say why the original is needed")] = Field(
        title="Why is the original needed?", description=SEALED, max_length=2_000
    )
    piece: int = Field(1, title="Piece", ge=1, le=50)


class NewsSeen(DeskForm):
    """What came in and was seen."""

    parts: tuple[str, ...] = Field((), title="Seen", max_length=50)


class Entry(OnCase):
    """An entry in the register that a decision leads to."""

    kind: Annotated[
        Literal["status_changed", "condition_imposed", "decision_recorded"],
        Says("Choose what is entered", "Choose what is entered"),
    ] = Field(title="What is entered?")
    number: Annotated[str, Says("Enter the number")] = Field(
        title="Number on the register", max_length=32
    )
    effective_on: Annotated[date, Says("Enter a day")] = Field(
        title="From which day is it in effect?"
    )
    authority: Annotated[str, Says("Say on what authority")] = Field(
        title="On what authority?",
        description="The decision and its date, and the section it rests on",
        max_length=300,
    )
    status: str = Field("", title="New status", max_length=40)
    direction: str = Field(
        "",
        title="Direction",
        description="Whose direction a change of status or a publication follows (STA-2, STA-6)",
        max_length=200,
    )
    title: str = Field(
        "",
        title="Name of the condition or decision",
        description="Short: it stands on the register, such as “Supervised practice”",
        max_length=200,
    )
    text: str = Field("", title="Text", max_length=4_000)
    published: bool = Field(
        False,
        title="Its text is published",
        description="Only where publication was directed and that is recorded with the case "
        "(STA-6)",
    )


class ApproveEntry(OnCase):
    """That exactly what was shown is approved."""

    hash: str = Field(title="What was shown", max_length=64)


class RefuseEntry(OnCase):
    """Why what a colleague proposed is refused."""

    words: Annotated[str, Says("Say why: your colleague reads it")] = Field(
        title="Why do you refuse it?", description=SEALED, max_length=4_000
    )


class Erase(OnCase):
    """Why a case is erased."""

    words: Annotated[str, Says("Say why: it is recorded in the audit log")] = Field(
        title="Reason",
        description="Recorded in the audit log: don't name anyone",
        max_length=300,
    )
    sure: Annotated[Literal["yes"], Says("Tick this to erase the case")] = Field(
        title="I have made sure that nothing in this case is still needed"
    )


class Paper(DeskForm):
    """A complaint that came on paper. `confirmed` is the number whose name was shown."""

    received: Annotated[date, Says("Enter the day on which it was received")] = Field(
        title="On which day was it received?"
    )
    about: Annotated[
        Literal["member", "permit", "unlicensed", "unsure"], Says("Choose which it is")
    ] = Field(title="Who or what is it about?")
    number: str = Field("", title="Register or permit number, if it gives one", max_length=60)
    described: str = Field("", title="Who it is about, as it says", max_length=2_000)
    happened: Annotated[str, Says("Write what it says happened")] = Field(
        title="What happened",
        description="In the words of the letter. Send scans of it afterwards.",
        max_length=TEXT_MOST,
    )
    grounds: tuple[str, ...] = Field((), title="Which grounds does it give?", max_length=20)
    name: str = Field("", title="Complainant's name", max_length=200)
    email: str = Field("", title="Their e-mail address", max_length=254)
    phone: str = Field("", title="Their telephone number", max_length=50)
    address: str = Field("", title="Their postal address", max_length=500)
    confirmed: str = Field("", title="Confirmed", max_length=32)


class Period(DeskForm):
    """The days that a report is over."""

    first: Annotated[date, Says("Enter a day")] = Field(title="From")
    last: Annotated[date, Says("Enter a day")] = Field(title="To")


class Search(DeskForm):
    """Which cases are looked for, and from where the search goes on."""

    wanted: Annotated[str, Says("Enter a name, a number or a reference")] = Field(
        title="Name, number or reference",
        description="Such as Rory Campbell, 100001, P-1001 or C-7QK2-M4XD. A name is searched "
        "for among respondents, as typed and as on the register, and complainants.",
        max_length=100,
    )
    after: str = Field("", max_length=200)
