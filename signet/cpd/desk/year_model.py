"""What the desk stores for a year: the roll, the nightly run, and the audit's draw."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from signet.cpd.draw import Seed, Terms
from signet.cpd.model import StoredModel


class Roll(StoredModel):
    """Who is subject at a date, worked out from the register in portions (CPD-1, CPD-5).

    `after` is where the next portion of the register begins. `ordinal` counts the year's rolls.
    `by` and `act` are the officer's who began it, and whose act every portion is part of.
    """

    year: int
    ordinal: int
    as_at: date
    begun_at: datetime
    by: str
    act: str = ""
    after: str = ""
    portions: int = 0
    subject: int = 0
    exempt: int = 0
    done_at: datetime | None = None
    version: int = 1

    @property
    def read(self) -> int:
        """How many members were looked at so far."""
        return self.subject + self.exempt


class RollPortion(StoredModel):
    """One portion's members: those subject, and those who aren't, each with the reason's code."""

    subject: tuple[str, ...]
    exempt: tuple[tuple[str, str], ...]


class NightlyRun(StoredModel):
    """A night's work on a year as at a day: every standing made true, and reminders (CPD-5, CPD-6).

    `after` is where the next portion of the register begins. The numbers are of members.
    """

    year: int
    day: date
    after: str = ""
    restood: int = 0
    reminded: int = 0
    done_at: datetime | None = None
    version: int = 1


class Seal(StoredModel):
    """An officer's sealed seed, and the seed once it is opened."""

    account: str
    sealed_at: datetime
    commitment: str
    opened_at: datetime | None = None
    nonce: str = ""
    words: str = ""

    @property
    def seed(self) -> Seed | None:
        """The seed, or None while it is sealed."""
        return Seed(self.nonce, self.words) if self.opened_at else None


class DrawState(StrEnum):
    """Where a draw stands."""

    FIXED = "fixed"  # the list is fixed, and at most one seed sealed
    SEALED = "sealed"  # both seeds are sealed
    DRAWN = "drawn"


class GivenUp(StoredModel):
    """A draw that was given up before its outcome, kept to be seen."""

    ordinal: int
    list_hash: str
    members: int
    rate: int
    seals: tuple[Seal, ...]
    reason: str
    given_up_at: datetime
    by: str


class DrawRecord(StoredModel):
    """A year's draw. `rate` is in hundredths of a percent; `opened` counts the audits begun.

    `asked_at`, `asked_by` and `asked_act` tell of the officer's act that has the audits opened.
    """

    year: int
    ordinal: int
    as_at: date
    list_hash: str
    members: int
    rate: int
    size: int
    fixed_at: datetime
    by: str
    parts: int
    seals: tuple[Seal, ...] = ()
    drawn_at: datetime | None = None
    limit: str = ""
    asked_at: datetime | None = None
    asked_by: str = ""
    asked_act: str = ""
    opened: int = 0
    given_up: bool = False
    past: tuple[GivenUp, ...] = ()
    version: int = 1

    @property
    def terms(self) -> Terms:
        """What was fixed before any seed was chosen."""
        return Terms(self.list_hash, self.rate)

    @property
    def state(self) -> DrawState:
        """Where the draw stands."""
        if self.drawn_at is not None:
            return DrawState.DRAWN
        return DrawState.SEALED if len(self.seals) == 2 else DrawState.FIXED

    @property
    def opening(self) -> bool:
        """Whether audits are still to be opened, as an officer asked."""
        return self.asked_at is not None and self.opened < self.size

    def seal_of(self, account: str) -> Seal | None:
        """Return an officer's seal, or None."""
        return next((seal for seal in self.seals if seal.account == account), None)


class ListPart(StoredModel):
    """A part of the list as it was fixed. Only the board and its auditors may have it."""

    secret: str
    numbers: tuple[str, ...]


class DrawnPart(StoredModel):
    """A part of those drawn, in the order of the draw: (number, place on the list)."""

    drawn: tuple[tuple[str, int], ...]
