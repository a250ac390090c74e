"""What a number of records came to, as it crosses from the processes that made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from signet.publish.agreement.marks import Said
from signet.publish.agreement.outputs import Dispute
from signet.publish.lookup.index import Indexed
from signet.publish.public import Headline, ResponsibleMember, ScopeRow
from signet.publish.render.changes import Recent
from signet.publish.target.staging import Digests


class Listed(NamedTuple):
    """A record as the browse lists need it: what they are ordered and divided by, and its row."""

    key: str
    number: str
    city: str
    designations: tuple[str, ...]
    disciplines: tuple[str, ...]
    row: str


class Named(NamedTuple):
    """What an output that isn't the record's own says of it; `of` is its key."""

    by: str
    of: str
    said: Said


@dataclass(slots=True)
class Batch:
    """What a number of records came to."""

    held: int = 0
    numbers: list[str] = field(default_factory=list)
    changed_on: dict[str, str] = field(default_factory=dict)  # when facts last changed, by address
    listed: list[Listed] = field(default_factory=list)
    scoped: list[ScopeRow] = field(default_factory=list)
    recent: Recent = field(default_factory=Recent)
    looked_up: list[Indexed] = field(default_factory=list)
    responsible: dict[str, ResponsibleMember] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lines: dict[str, bytes] = field(default_factory=dict)
    line_counts: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    verdicts: dict[str, Headline] = field(default_factory=dict)  # of whom other pages name
    named: list[Named] = field(default_factory=list)
    digests: Digests = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def add_lines(self, name: str, content: bytes, count: int) -> None:
        """Add `count` lines to a bulk download."""
        self.lines[name] = self.lines.get(name, b"") + content
        self.line_counts[name] = self.line_counts.get(name, 0) + count
