"""A record as a row of the lists and as a look-up result."""

from __future__ import annotations

from signet.policy import Policy
from signet.publish.lookup.entry import LookupEntry
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
    )


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
    )


def permit_entry(permit: PublicPermit) -> LookupEntry:
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
    )
