"""The policy pack's section on complaints: their grounds, and how a case proceeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Ground(NamedTuple):
    """Something that a complaint can be about (COM-2), in words for complainants."""

    code: str
    name: str
    cites: str


class Stage(NamedTuple):
    """A stage of a case. `told` is what the complainant reads; `to` lists the next stages.

    `by` are the roles that may move a case *into* it; `due_days` is the deadline in days, 0 for
    none; `ends` means that the case is closed; `panel` that it has a panel (COM-6); `message` that
    the complainant is written to in the same move, with the reason and what comes next;
    `respondent` that notified respondents may be given access to read and answer (COM-8).
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
    """A possible outcome of a case (COM-5).

    `stages` are those in which it may be recorded. `panel`: only by a panel (COM-6); `direction`:
    only as a body directed. `entries` are the kinds of register entry that may follow, and
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
    """A body that directs outcomes and publication (STA-6), in cases about any of `about`."""

    code: str
    name: str
    about: tuple[str, ...]
    cites: str


class ComplaintPolicy(NamedTuple):
    """The rules for complaints, in years and days as named.

    `first` is the stage of a new case. `members_anonymous`: whether an anonymous complaint about a
    member can proceed; if not, it is still received (COM-8). `committees` names who investigates,
    by what a case is about (COM-4). `code_tries`: how many invalid receipt codes may be entered
    from one address in a day. `leave_to`: the URL of the quick exit, which reveals nothing of the
    page left.
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
    """Read the pack's section on complaints; return None if it has none.

    Raises KeyError, TypeError or ValueError when the section isn't valid.
    """
    if not raw:
        return None
    rows = dict(raw)
    grounds = {row["code"]: Ground(**row) for row in rows.pop("ground")}
    stages = {row["code"]: _stage(row) for row in rows.pop("stage")}
    outcomes = {row["code"]: _outcome(row) for row in rows.pop("outcome")}
    bodies = {
        row["code"]: Body(**{**row, "about": tuple(row["about"])}) for row in rows.pop("body")
    }
    complaint_policy = ComplaintPolicy(
        grounds=grounds,
        stages=stages,
        outcomes=outcomes,
        bodies=bodies,
        cites={name: row["cites"] for name, row in rows.items()},
        **{name: row["value"] for name, row in rows.items()},
    )
    _check(complaint_policy)
    return complaint_policy


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(**{**row, "to": tuple(row["to"]), "by": tuple(row["by"])})


def _outcome(row: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(row.get(name, ())) for name in ("stages", "entries", "statuses")}
    return Outcome(**{**row, **lists})


def _check(policy: ComplaintPolicy) -> None:
    """Raise ValueError for stages that lead nowhere or can't be reached."""
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
    """Raise ValueError for an outcome possible before jurisdiction is decided, or without a panel.

    A panel sits only in stages that have one, so its outcomes belong in those stages alone.
    """
    allowed = policy.stages.keys() - {policy.first}
    if not outcome.stages or not {*outcome.stages} <= allowed:
        raise ValueError(f"complaints can't come to {outcome.code} in {outcome.stages}")
    if outcome.panel and not all(policy.stages[code].panel for code in outcome.stages):
        raise ValueError(f"complaints come to {outcome.code} through a panel, where none sits")
    if outcome.entries and not (outcome.panel and outcome.direction):
        raise ValueError(f"{outcome.code} leads to the register without a panel and a direction")
