"""The forms that the public submits, one model for each (COM-1)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from signet.addresses import is_address
from signet.complaints.model import About, Complaint, Contact, Respondent
from signet.complaints.numbers import is_number, normalized

TEXT_MOST = 15_000
PEOPLE_MOST = 5
UNSURE = "unsure"  # one of the answers to which grounds apply

NOT_A_NUMBER = (
    "Enter each number as on the register, such as 100001 or P-1001, one in a box; if you don’t "
    "know it, describe them in your own words instead"
)
NOBODY = "Say who it is about: give a number, or describe them in your own words"
NO_ADDRESS = "Enter an e-mail address such as name@example.com, or leave this empty"

# Error messages for missing or wrong answers, for pages that check as you type.
TOLD = {
    "numbers": NOT_A_NUMBER,
    "described": NOBODY,
    "happened": "Say what happened",
    "email": NO_ADDRESS,
}


class Sent(BaseModel):
    """What somebody sends: unknown fields are refused, and an error repeats no value."""

    model_config = ConfigDict(
        defer_build=True,  # forms that aren't used shouldn't slow a function's start
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


class ComplaintDraft(Sent):
    """A complaint as its complainant writes it. Nothing is asked that they may not know.

    `submission` is the hidden field of `receipt_codes.signed`.
    """

    submission: str = Field(title="Form", max_length=64)
    about: About = Field(About.UNSURE, title="Who or what is it about?")
    numbers: tuple[str, ...] = Field(
        (),
        title="Their register or permit number",
        description="As on the register. Leave this empty if you don’t know it.",
        max_length=PEOPLE_MOST,
    )
    described: str = Field(
        "",
        title="Who is it about, in your own words?",
        description="A name, a company, a place of work: whatever you know.",
        max_length=2_000,
        validate_default=True,
    )
    happened: str = Field(
        title="What happened?",
        description="In your own words, in the order in which it happened.",
        max_length=TEXT_MOST,
    )
    when: str = Field("", title="When did it happen?", max_length=500)
    where: str = Field("", title="Where did it happen?", max_length=500)
    grounds: tuple[str, ...] = Field(
        (), title="Which of these seem to apply?", description="Tick all that apply.", max_length=20
    )
    hoped: str = Field("", title="What do you hope will come of it?", max_length=4_000)
    others: str = Field(
        "", title="Is anyone else involved, or did anyone see it?", max_length=4_000
    )
    name: str = Field("", title="Your name", max_length=200)
    email: str = Field("", title="Your e-mail address", max_length=254)
    phone: str = Field("", title="Your telephone number", max_length=50)
    address: str = Field("", title="Your postal address", max_length=500)

    @field_validator("numbers")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_number, numbers)):
            raise ValueError(NOT_A_NUMBER)
        return tuple(" ".join(number.split()) for number in numbers)

    @field_validator("described")
    @classmethod
    def _says_about_whom(cls, described: str, given: ValidationInfo) -> str:
        # Where `numbers` is missing here it was invalid, and that error is reported already.
        if not described and given.data.get("numbers") == ():
            raise ValueError(NOBODY)
        return described

    @field_validator("email")
    @classmethod
    def _is_address(cls, email: str) -> str:
        if email and not (is_address(email) and "." in email.rpartition("@")[2]):
            raise ValueError(NO_ADDRESS)
        return email

    @property
    def complaint(self) -> Complaint:
        """Return the complaint, for the office to read."""
        return Complaint(
            respondents=self._respondents,
            happened=self.happened,
            when=self.when,
            where=self.where,
            grounds=tuple(code for code in self.grounds if code != UNSURE),
            hoped=self.hoped,
            others=self.others,
            contact=Contact(
                name=self.name, email=self.email, phone=self.phone, address=self.address
            ),
        )

    @property
    def _respondents(self) -> tuple[Respondent, ...]:
        """Return one respondent for each distinct number, or the one who is described."""
        typed = {normalized(number): number for number in reversed(self.numbers)}
        if not typed:
            return (Respondent(about=self.about, described=self.described),)
        return tuple(
            Respondent(
                about=self.about, number=number, described=self.described, typed=typed[number]
            )
            for number in dict.fromkeys(map(normalized, self.numbers))
        )


class CodeDraft(Sent):
    """A receipt code, typed to come back."""

    receipt: str = Field(title="Your receipt code", max_length=60)


class AdditionDraft(CodeDraft):
    """Something added to what was filed."""

    text: str = Field(title="What would you like to add?", max_length=TEXT_MOST)


class AnswerDraft(AdditionDraft):
    """An answer to what staff asked; `question` is its id."""

    question: str = Field(title="Question", pattern=r"^[0-9a-f]{32}$")
    text: str = Field(title="Your answer", max_length=TEXT_MOST)
