"""What the index holds of a record."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

# The tables that the index follows. Each has rows of its own, so that one needs no other's right.
Source = Literal["register", "contacts", "requests"]
SOURCES: tuple[Source, ...] = ("register", "contacts", "requests")
# "" is the current name; a coming one takes its place on its day.
What = Literal["", "coming", "former", "known_as", "operating", "native"]


class Stored(BaseModel):
    """What is stored as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Name(Stored):
    """A name of a record. `on` is the day from which a coming one holds (ISO), else ""."""

    text: str
    what: What = ""
    on: str = ""


class Holding(Stored):
    """What the index holds of a record from one table; nothing where it isn't to be found.

    `words` lead to the record, `beside` narrow a search that another word began. `emails` are
    hashed, as are `former_emails`. Of a request it says its kind, the key of the record that it is
    about, the account that asks, and those that take no part in it.
    """

    names: tuple[Name, ...] = ()
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    former_emails: tuple[str, ...] = ()
    kind: str = ""
    subject: str = ""
    owner: str = ""
    recused: tuple[str, ...] = ()


NOTHING = Holding()
