"""The part of a policy pack on complaints: what may be complained of, and how a case goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Ground(NamedTuple):
    """Something that a complaint can be about (COM-2), in words for those who file."""

    code: str
    name: str
    cites: str


class Stage(NamedTuple):
    """How far a case is. `told` is what the complainant reads; `to` where it may go from here.

    `by` are the roles that may move a case *into* it; `due_days` is when something is to have
    happened, 0 for never; `ends` that the case is closed; `panel` that it has a panel (COM-6);
    `message` that the complainant is written to, with the move itself, why and what comes next;
    `respondent` that respondents who were told may be let read and answer (COM-8).
    """

    code: str
    name: str
    told: str
    due_days: int
    to: tuple[str, ...]
    by: tuple[str, ...]
    cites: str
    ends: bool = False
    panel: bool = False
    message: bool = False
    respondent: bool = False


class Outcome(NamedTuple):
    """What a case may come to (COM-5).

    `stages` are those in which it may be recorded. `panel`: only by a panel (COM-6); `direction`:
    only as a body directed. `entries` are the kinds of entry in the register that may follow, and
    `statuses` what such an entry may change a status to.
    """

    code: str
    name: str
    cites: str
    stages: tuple[str, ...]
    panel: bool = False
    direction: bool = False
    entries: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    @property
    def entry(self) -> bool:
        """Whether an entry in the register may follow."""
        return bool(self.entries)


class Body(NamedTuple):
    """Who directs outcomes and publication (STA-6), and in what cases: `about` as of a case."""

    code: str
    name: str
    about: tuple[str, ...]
    cites: str


class ComplaintPolicy(NamedTuple):
    """What holds of complaints, in years and days as named.

    `first` is the stage of a new case. `members_anonymous`: whether a complaint about a member can
    go on without a name; where not, it is still taken (COM-8). `committees` names who investigates,
    by what a case is about (COM-4). `code_tries`: how many receipt codes that open nothing may be
    typed from one address in a day. `leave_to`: an address that tells nothing of where one was.
    """

    first: str
    panel_least: int
    members_anonymous: bool
    retention_years: int
    code_tries: int
    leave_to: str
    committees: Mapping[str, str]
    grounds: Mapping[str, Ground]
    stages: Mapping[str, Stage]
    outcomes: Mapping[str, Outcome]
    bodies: Mapping[str, Body]
    cites: Mapping[str, str]


def read(raw: Mapping[str, Any]) -> ComplaintPolicy | None:
    """Read the pack's section on complaints, None where it has none.

    Raises KeyError, TypeError or ValueError when it doesn't hold together.
    """
    if not raw:
        return None
    given = dict(raw)
    grounds = {row["code"]: Ground(**row) for row in given.pop("ground")}
    stages = {row["code"]: _stage(row) for row in given.pop("stage")}
    outcomes = {row["code"]: _outcome(row) for row in given.pop("outcome")}
    bodies = {
        row["code"]: Body(**{**row, "about": tuple(row["about"])}) for row in given.pop("body")
    }
    made = ComplaintPolicy(
        grounds=grounds,
        stages=stages,
        outcomes=outcomes,
        bodies=bodies,
        cites={name: row["cites"] for name, row in given.items()},
        **{name: row["value"] for name, row in given.items()},
    )
    _check(made)
    return made


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(**{**row, "to": tuple(row["to"]), "by": tuple(row["by"])})


def _outcome(row: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(row.get(name, ())) for name in ("stages", "entries", "statuses")}
    return Outcome(**{**row, **lists})


def _check(policy: ComplaintPolicy) -> None:
    """Refuse stages that lead nowhere, or that nobody gets to."""
    if policy.first not in policy.stages:
        raise ValueError(f"complaints begin in {policy.first}, which is no stage")
    named = {code for stage in policy.stages.values() for code in stage.to}
    if unknown := named - policy.stages.keys():
        raise ValueError(f"complaints lead to stages that aren't listed: {sorted(unknown)}")
    if lost := policy.stages.keys() - named - {policy.first}:
        raise ValueError(f"no stage of complaints leads to {sorted(lost)}")
    if stuck := [s.code for s in policy.stages.values() if not s.to and not s.ends]:
        raise ValueError(f"these stages of complaints lead nowhere: {stuck}")
    for outcome in policy.outcomes.values():
        _check_outcome(policy, outcome)


def _check_outcome(policy: ComplaintPolicy, outcome: Outcome) -> None:
    """Refuse an outcome that could be recorded before jurisdiction is decided, or without a panel.

    A panel sits in stages that have one: an outcome of a panel's belongs there alone.
    """
    allowed = policy.stages.keys() - {policy.first}
    if not outcome.stages or not {*outcome.stages} <= allowed:
        raise ValueError(f"complaints can't come to {outcome.code} in {outcome.stages}")
    if outcome.panel and not all(policy.stages[code].panel for code in outcome.stages):
        raise ValueError(f"complaints come to {outcome.code} through a panel, where none sits")
    if outcome.entries and not (outcome.panel and outcome.direction):
        raise ValueError(f"{outcome.code} leads to the register without a panel and a direction")
