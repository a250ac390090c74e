"""What a kind of request is: its sections, who contributes, what it comes to when approved.

A kind is a module in `signet.requests.kinds` that names one `KIND`. What differs between regulators
(words, documents, days, roles) is the policy's (`signet.policy.requests`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from signet.errors import FieldError, Refused
from signet.policy.requests import KindPolicy
from signet.register import payload_text
from signet.register.model import MemberRecord
from signet.requests.model import Answers, File
from signet.text import normalised
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail

if TYPE_CHECKING:  # proposals are slow to import, and few requests need them
    from signet.policy import Policy
    from signet.proposals.model import ProposedEntry, Wanted


# What is listed for a field, by its name: (value, label), or with a third that explains it.
Choices = Mapping[str, Sequence[tuple[str, ...]]]


def no_choices(_: KindPolicy) -> Choices:
    """Return no choices, for sections whose models list their own."""
    return {}


class Role(NamedTuple):
    """Other people who contribute, such as referees: how many, and what they answer."""

    name: str
    title: str
    model: type[BaseModel]
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: the context, and the record that the account is joined to, if any."""

    context: Context
    record: MemberRecord | None
    policy: KindPolicy


def nothing_known(_: Asking) -> Mapping[str, str]:
    """Return nothing, for sections that begin empty."""
    return {}


class Section(NamedTuple):
    """A page of questions: its name in addresses, its title, and the model of its answers.

    `choices` returns the options of fields whose options are the policy's, `begins` what the form
    is filled in with at first, such as what the register says now.
    """

    name: str
    title: str
    model: type[BaseModel]
    choices: Callable[[KindPolicy], Choices] = no_choices
    begins: Callable[[Asking], Mapping[str, str]] = nothing_known


class Effect(NamedTuple):
    """What a request comes to by itself, without a decision: written as it is submitted."""

    changes: Sequence[Change]
    mail: Sequence[Mail] = ()


class SectionModel(BaseModel):
    """Base of a section's answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def text_errors(section: str, answers: BaseModel, names: Sequence[str]) -> list[FieldError]:
    """Return what is wrong with texts that are to stand in a member's record.

    `names` are fields of the record too. The rules are those of the register desk and of imports;
    only an officer may accept what looks like a slip.
    """
    texts = {name: normalised(getattr(answers, name)) for name in names}
    titles = {name: type(answers).model_fields[name].title or name for name in names}
    return [
        FieldError(section, f"“{titles[name]}”: expected {wrong.message}. If it is right, tell us")
        for name, wrong in payload_text.problems("member", texts)
    ]


def on_the_register(who: Asking) -> None:
    """Check that who asks is joined to a record, for kinds that are about one. Raises Refused."""
    if who.record is None:
        raise Refused("Link your account to your member record first, under “Your account”.")


def _nothing(*_: object) -> None:
    return None


def _none(*_: object) -> tuple[()]:
    return ()


def _no_words(*_: object) -> tuple[str, str]:
    return "", ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of request.

    `may_start` raises Refused, with the rule, for who can't ask. `check` returns what is wrong with
    the answers taken together. `documents` narrows what the policy lists to what these answers
    need. `at_once` returns the effect of what needs no decision, or None where staff decide.
    `entries` returns what an approval proposes for the register: nothing for a kind that isn't
    about it. `decision` is the model of what who approves adds, such as conditions. `in_words`
    returns what an approved entry grants, for its letter: label and value, "" for what needs none.
    """

    code: str
    sections: tuple[Section, ...]
    contributors: tuple[Role, ...] = ()
    may_start: Callable[[Asking], None] = _nothing
    check: Callable[[Asking, Answers], Sequence[FieldError]] = _none
    documents: Callable[[Answers, Sequence[str]], Sequence[str]] = lambda _, codes: codes
    at_once: Callable[[Asking, Answers, File], Effect | None] = _nothing
    entries: Callable[[Asking, Answers, BaseModel | None], Sequence[Wanted]] = _none
    decision: type[BaseModel] | None = None
    in_words: Callable[[Policy, ProposedEntry], tuple[str, str]] = _no_words

    def section(self, name: str) -> Section | None:
        """Return the section of a name, or None."""
        return next((one for one in self.sections if one.name == name), None)

    def role(self, name: str) -> Role | None:
        """Return the contributors' role of a name, or None."""
        return next((one for one in self.contributors if one.name == name), None)
