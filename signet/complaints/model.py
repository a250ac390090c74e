"""The data model of complaints: sealed content, and the metadata stored unsealed beside it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field

from signet.complaints import receipt_codes
from signet.errors import SignetError
from signet.uploads.content.found import Kind, Reason

FILES = "complaints/"  # the object key prefix of all complaint files


class About(StrEnum):
    """What a complaint is about."""

    MEMBER = "member"
    PERMIT = "permit"
    UNLICENSED = "unlicensed"  # someone who practises, or uses a title, without being registered
    UNSURE = "unsure"


class StoredModel(BaseModel):
    """What is kept as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Respondent(StoredModel):
    """Whom a complaint is about: the number on the register, words where it isn't known, both.

    `name` and `city` are the register's, where the number was found there when it was filed, and
    `number` then as the register has it. `typed` is how it was written.
    """

    about: About
    number: str = ""
    described: str = ""
    name: str = ""
    city: str = ""
    typed: str = ""


class Label(StoredModel):
    """Whom a case is about in a line, for the desk's lists. Sealed, as what was said."""

    number: str = ""
    name: str = ""
    city: str = ""


class Contact(StoredModel):
    """Who complains, as far as they say."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


class Complaint(StoredModel):
    """What was said. Sealed on arrival: the office alone reads it."""

    respondents: tuple[Respondent, ...]
    happened: str
    when: str = ""
    where: str = ""
    grounds: tuple[str, ...] = ()
    hoped: str = ""
    others: str = ""
    # A factory, so that pydantic doesn't build the model's validators at import.
    contact: Contact = Field(default_factory=Contact)

    @property
    def anonymous(self) -> bool:
        """Whether the complainant gave no contact details at all."""
        return self.contact == Contact()


class Case(StoredModel):
    """One case: about one of those named. In the open, so nothing that tells of anybody.

    `filing` is the key of the filing, `with_` the keys of the cases that came with it.
    `respondents` stand for the register numbers named in the complaint (`receipt_codes.about`),
    this case's own first where `own`. `unsettled` are the cases of the filing of which it isn't
    settled whom on the register they are about: until none is, it opens for the Registrar alone.
    Days, never moments: the exact time could tell who it was. `stage` is one of the policy's,
    `since` its day and `due` when something is to have happened.
    """

    id: str
    filing: str
    position: int  # the index in the complaint of this case's respondent
    with_: tuple[str, ...] = ()
    about: About
    grounds: tuple[str, ...]
    respondents: tuple[str, ...] = ()
    own: bool = True
    unsettled: tuple[str, ...] | None = None  # None in older cases, where a number settled it
    anonymous: bool
    filed_on: date
    stage: str
    since: date
    due: date | None
    manager: str = ""  # the account of the case manager
    managed: tuple[str, ...] = ()  # the accounts of all managers so far: none may sit on its panel
    panel: tuple[str, ...] = ()  # register numbers (COM-6)
    adjourned_on: date | None = None  # while before a court (COM-6)
    outcome: str = ""
    directed_by: str = ""  # the body that directed the outcome, one of the policy's
    directed_on: date | None = None
    decided: tuple[str, ...] = ()  # accounts that made a decision that a register entry rests on
    closed_on: date | None = None
    keep_until: date | None = None
    hold: bool = False  # under a legal hold, and so not erased
    published: bool = False  # publication was directed by the committee or the board (STA-6)
    told_on: date | None = None  # when the respondent was told of it and of who complains (COM-8)
    entering: str = ""  # the sort key of the step that proposed a register entry not yet decided on
    erased_on: date | None = None
    erasing: bool = False  # its keys are still being destroyed
    steps: int = 0
    version: int = 1

    @property
    def settled(self) -> bool:
        """Whether it is settled whom on the register all cases of the filing are about."""
        return bool(self.respondents) if self.unsettled is None else not self.unsettled

    @property
    def known(self) -> bool:
        """Whether this case is about a registrant, and it is settled who that is."""
        return self.own and bool(self.respondents) and self.id not in (self.unsettled or ())

    @property
    def reference(self) -> str:
        """Return the case's reference."""
        return receipt_codes.reference(self.id)


class Progress(StoredModel):
    """How far one case of a filing is, as its complainant reads it."""

    reference: str
    stage: str
    since: date


class Filed(StoredModel):
    """A filing, as its receipt code finds it. `reader` is the public key for what staff ask.

    A respondent's is one too, found by a code of their own: `respondent` is the id of the access
    that it belongs to (`case_model.Access`), and the days below are of respondents' alone.
    """

    filed_on: date
    cases: dict[str, Progress]
    reader: str  # hexadecimal
    respondent: str = ""
    revoked_on: date | None = None  # its code doesn't work from then on
    closed_on: date | None = None  # nothing more is accepted from then on
    adjourned_on: date | None = None  # nothing is due during an adjournment
    version: int = 1


class Asked(StoredModel):
    """What is known in the open of something that was written to a respondent: days alone."""

    due: date | None = None  # the day by which an answer is wanted
    answered_on: date | None = None  # answered with a code that was replaced since


class Added(StoredModel):
    """A complainant's addition. Sealed on arrival, like the complaint.

    `question` is the id of the question of staff that it answers, if it does.
    """

    text: str
    question: str = ""


class FileState(StrEnum):
    """How far a file has come."""

    INVITED = "invited"
    CHECKING = "checking"  # it has arrived, but isn't known to be safe
    SEALED = "sealed"  # checked, cleaned, sealed to the office
    REFUSED = "refused"


class Copy(StrEnum):
    """The copies of a file that are stored, each sealed separately."""

    ORIGINAL = "original"
    CLEAN = "clean"  # re-encoded, with only what can be seen


class File(StoredModel):
    """One file of a filing. Its name is sealed with it, and never part of a key.

    `claim` numbers the last worker that took it in hand: sealed copies lie under that number, so
    that one who comes late overwrites nothing. `size` is of the larger copy, in
    bytes.
    """

    id: str
    invited_on: date
    state: FileState = FileState.INVITED
    claim: int = 0
    size: int = 0
    kind: Kind | None = None
    reason: Reason | None = None

    @property
    def key(self) -> str:
        """Return its object key in quarantine."""
        return f"{FILES}{self.id}"

    def object_key(self, copy: Copy) -> str:
        """Return the object key of a sealed copy in the evidence store."""
        return f"{self.key}/{self.claim}/{copy}"


class WrongCode(SignetError):
    """The code doesn't work; the same error whether it was mistyped or never existed."""

    code = "wrong-code"
    status = HTTPStatus.NOT_FOUND
    usual = "We can’t find anything with this code. Check it letter by letter, then try again."
