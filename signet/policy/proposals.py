"""The policy pack's section on proposals: which entries a second officer must approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Who(NamedTuple):
    """The roles that may propose and approve what comes from one source.

    `one_of`: a role that the proposer or the approver must hold; "" for none.
    """

    propose: tuple[str, ...]
    approve: tuple[str, ...]
    one_of: str = ""


class OwnEntry(NamedTuple):
    """A kind of entry that a person may make about themself, without approval.

    `statuses` and `reasons` limit a change of status; `coming_from` lists the statuses that it may
    follow: a suspended member can't end the suspension themself.
    """

    subject: str
    kind: str
    cites: str
    statuses: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    coming_from: tuple[str, ...] = ()


class Emergency(NamedTuple):
    """What one officer may enter at once, for a second to review within so many hours."""

    hours: int
    statuses: tuple[str, ...]
    kinds: tuple[str, ...]
    cites: str


class ProposalPolicy(NamedTuple):
    """The rules for proposals.

    `one_officer` are kinds of entry ("member moved") that need no second officer. `sources` maps a
    source to the roles that handle it; the source "" stands for all others. `imports` is "review",
    where an import is entered at once and listed for review, or "propose", where it waits for
    approval; an import to be approved has at most `import_records` records.
    """

    one_officer: frozenset[str]
    own: tuple[OwnEntry, ...]
    emergency: Emergency
    sources: Mapping[str, Who]
    imports: str
    import_records: int
    cites: str

    def who(self, source: str) -> Who:
        """Return the roles that handle proposals of a source such as "complaint#…"."""
        return self.sources.get(source.partition("#")[0], self.sources[""])


def read(raw: Mapping[str, Any]) -> ProposalPolicy:
    """Read the pack's section on proposals.

    Raises KeyError, TypeError or ValueError when the section isn't valid.
    """
    fields = dict(raw)
    own = tuple(OwnEntry(**_tuples(row)) for row in fields.pop("own"))
    sources = {row.pop("source"): Who(**_tuples(row)) for row in map(dict, fields.pop("who"))}
    emergency = Emergency(**_tuples(fields.pop("emergency")))
    if "" not in sources:
        raise ValueError("proposals say nothing of who deals with those of any source")
    if fields["imports"] not in ("review", "propose"):
        raise ValueError("an import is either reviewed or proposed")
    if emergency.hours <= 0 or fields["import_records"] <= 0:
        raise ValueError("an emergency is reviewed within hours, and an import holds records")
    one_officer = frozenset(fields.pop("one_officer"))
    return ProposalPolicy(
        one_officer=one_officer, own=own, emergency=emergency, sources=sources, **fields
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in row.items()}
