"""A record's standing over time, as it is published: the periods of its page and JSON document.

What the register says now is published as the page shows it. Of what it said until a correction,
only the free text that still stands elsewhere is repeated: a correction may be there to take a text
back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from signet.policy import Policy
from signet.publish import plain
from signet.publish.public import (
    Headline,
    MemberPeriod,
    NamedMember,
    NamedPermit,
    Period,
    PermitPeriod,
)
from signet.register.periods import MemberStanding, PermitStanding, Statement

_Period = TypeVar("_Period", bound=Period)


def of_member(
    statements: Iterable[Statement[MemberStanding]],
    current: Headline,
    policy: Policy,
    permits: Mapping[str, str],
    *,
    may_use_titles: bool,
) -> tuple[MemberPeriod, ...]:
    """Return a member's periods, the latest first; `permits` are the names of permits by number.

    `current` is the verdict at the page's head; `may_use_titles` tells whether that lets the titles
    stand beside the name, as the page has them.
    """
    periods = _published((_member(one, policy, permits) for one in statements), current)
    if may_use_titles:
        return periods
    return tuple(_titles_withheld(one) if _is_current(one) else one for one in periods)


def _titles_withheld(period: MemberPeriod) -> MemberPeriod:
    held = (*period.designations, *period.withheld_designations)
    return replace(period, designations=(), withheld_designations=held)


def of_permit(
    statements: Iterable[Statement[PermitStanding]], current: Headline, names: Mapping[str, str]
) -> tuple[PermitPeriod, ...]:
    """Return a permit's periods, the latest first; `names` are those of the public members."""
    return _published((_permit(one, names) for one in statements), current)


def _member(
    statement: Statement[MemberStanding], policy: Policy, permits: Mapping[str, str]
) -> MemberPeriod:
    content = statement.content
    codes = tuple(d.code for d in plain.defined(content.designations, policy))
    return MemberPeriod(
        *_when(statement),
        plain.headline(content.verdict),
        tuple(map(plain.condition, content.conditions)),
        designations=codes if content.may_use_titles else (),
        withheld_designations=() if content.may_use_titles else codes,
        scopes=tuple(map(plain.scope, content.scopes)),
        responsible_for=tuple(NamedPermit(n, permits[n]) for n in content.answers_for),
    )


def _permit(statement: Statement[PermitStanding], names: Mapping[str, str]) -> PermitPeriod:
    content = statement.content
    return PermitPeriod(
        *_when(statement),
        plain.headline(content.verdict),
        tuple(map(plain.condition, content.conditions)),
        fields=content.fields,
        uncovered_fields=content.uncovered,
        responsible_members=tuple(
            NamedMember(number, names[number]) for number in content.responsible if number in names
        ),
    )


def _when(statement: Statement[Any]) -> tuple[str, str, str, str]:
    days = (statement.first, statement.last, statement.recorded_on, statement.corrected_on)
    first, last, recorded, corrected = map(plain.iso, days)
    return first, last, recorded, corrected


def _published(periods: Iterable[_Period], current: Headline) -> tuple[_Period, ...]:
    """Return the periods without texts that were taken back, the latest first."""
    listed = list(periods)
    standing = {text for one in listed if not one.corrected_on for text in _texts(one)}
    shown = (_ending_with(_repeating_only(one, standing), current) for one in listed)
    return tuple(sorted(shown, key=lambda one: (one.first_day, one.recorded_on), reverse=True))


def _texts(period: Period) -> Iterator[str]:
    """Yield the free texts of a period."""
    yield from (one.text for one in period.conditions)
    if isinstance(period, MemberPeriod):
        for one in period.scopes:
            yield from (one.limits, one.text)


def _repeating_only(period: _Period, standing: Collection[str]) -> _Period:
    """Return what was said until a correction without free text that stands nowhere now."""
    if not period.corrected_on:
        return period

    def kept(text: str) -> str:
        return text if text in standing else ""

    conditions = tuple(replace(one, text=kept(one.text)) for one in period.conditions)
    if not isinstance(period, MemberPeriod):
        return replace(period, conditions=conditions)
    scopes = tuple(
        replace(one, limits=kept(one.limits), text=kept(one.text)) for one in period.scopes
    )
    return replace(period, conditions=conditions, scopes=scopes)


def _ending_with(period: _Period, current: Headline) -> _Period:
    """Return the period of today with the verdict at the page's head: one verdict everywhere."""
    return replace(period, verdict=current) if _is_current(period) else period


def _is_current(period: Period) -> bool:
    return not period.last_day and not period.corrected_on
