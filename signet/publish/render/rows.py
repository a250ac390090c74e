"""A record as a row of the lists and as a look-up result."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from signet.policy import Policy
from signet.publish.lookup.entry import MOST_DISCIPLINES, LookupEntry
from signet.publish.public import PublicMember, PublicPermit, Row

_WHAT = {"former": "formerly", "known_as": "known as", "native": "native script"}


def beside_name(member: PublicMember, policy: Policy) -> str:
    """Return the designations beside a name, or that the member may not use them (DES-4)."""
    if member.designations or not member.withheld_designations:
        return ", ".join(d.code for d in member.designations)
    codes = ", ".join(d.code for d in member.withheld_designations)
    return f"formerly {codes}" if _is_gone(member, policy) else f"not entitled to {codes}"


def _is_gone(member: PublicMember, policy: Policy) -> bool:
    status = policy.statuses.get(member.status)
    return status is not None and status.struck


def member_row(member: PublicMember, policy: Policy) -> Row:
    """Return a member's row in the lists."""
    return Row(
        number=member.number,
        name=member.name,
        sort_name=member.sort_name,
        detail=beside_name(member, policy),
        city=member.city,
        status=member.headline.words,
        tone=member.headline.tone,
        disciplines=member.disciplines,
    )


def permit_row(permit: PublicPermit) -> Row:
    """Return a permit's row in the lists."""
    return Row(
        number=permit.number,
        name=permit.name,
        sort_name=permit.name,
        detail=", ".join(permit.operating_names),
        city=permit.city,
        status=permit.headline.words,
        tone=permit.headline.tone,
        disciplines=permit.fields,
    )


def in_disciplines(names: Iterable[str], policy: Policy) -> int:
    """Return the disciplines as bits, in the order of the policy; others aren't filtered by."""
    places = _places(policy.disciplines)
    return sum(1 << places[name] for name in set(names) if name in places)


@lru_cache(maxsize=8)
def _places(disciplines: tuple[str, ...]) -> dict[str, int]:
    return {name: place for place, name in enumerate(disciplines[:MOST_DISCIPLINES])}


def member_entry(member: PublicMember, policy: Policy) -> LookupEntry:
    """Return the look-up entry of a member."""
    names = [("", member.name)]
    names += [(_WHAT[other.kind], other.name) for other in member.other_names]
    if member.native_name:
        names.append((_WHAT["native"], member.native_name))
    is_current = member.headline.tone != "bad" and not _is_gone(member, policy)
    return LookupEntry(
        kind="member",
        number=member.number,
        label=member.name,
        detail=" · ".join(filter(None, (beside_name(member, policy), member.city))),
        status=member.headline.words,
        tone=member.headline.tone,
        rank=0 if is_current else 1,
        names=tuple(names),
        city=member.city,
        disciplines=in_disciplines(member.disciplines, policy),
    )


def permit_entry(permit: PublicPermit, policy: Policy) -> LookupEntry:
    """Return the look-up entry of a permit."""
    names = [("", permit.name)]
    names += [("operating as", name) for name in permit.operating_names]
    names += [(_WHAT[other.kind], other.name) for other in permit.former_names]
    return LookupEntry(
        kind="permit",
        number=permit.number,
        label=permit.name,
        detail=" · ".join(filter(None, ("Permit to practise", permit.city))),
        status=permit.headline.words,
        tone=permit.headline.tone,
        rank=0 if permit.headline.answer == "in_force" else 1,
        names=tuple(names),
        city=permit.city,
        disciplines=in_disciplines(permit.fields, policy),
    )
