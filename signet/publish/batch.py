"""The results of a batch of records, as the worker processes hand them to the pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from signet.publish.agreement.marks import Statement
from signet.publish.agreement.outputs import Dispute
from signet.publish.lookup.index import Indexed
from signet.publish.public import ActionKind, Headline, ResponsibleMember, ScopeRow
from signet.publish.render.changes import Recent
from signet.publish.target.staging import Digests


class Listed(NamedTuple):
    """A record as the browse lists need it: its row, and the values that sort and group it."""

    key: str
    number: str
    city: str
    designations: tuple[str, ...]
    disciplines: tuple[str, ...]
    row: str


class Named(NamedTuple):
    """What another output says of a record; `of` is the record's key, `by` names the output."""

    by: str
    of: str
    said: Statement


@dataclass(slots=True)
class Batch:
    """The results of a batch of records."""

    numbers: list[str] = field(default_factory=list)
    changed_on: dict[str, str] = field(default_factory=dict)  # date of last change, by path
    listed: list[Listed] = field(default_factory=list)
    actions: dict[ActionKind, list[Listed]] = field(default_factory=dict)
    scoped: list[ScopeRow] = field(default_factory=list)
    recent: Recent = field(default_factory=Recent)
    looked_up: list[Indexed] = field(default_factory=list)
    entitled: list[Indexed] = field(default_factory=list)  # of the scope search
    responsible: dict[str, ResponsibleMember] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lines: dict[str, bytes] = field(default_factory=dict)
    line_counts: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    verdicts: dict[str, Headline] = field(default_factory=dict)  # of records named elsewhere
    named: list[Named] = field(default_factory=list)
    digests: Digests = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def add_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Add lines to a bulk download."""
        batch_lines = list(lines)
        self.lines[name] = self.lines.get(name, b"") + b"".join(batch_lines)
        self.line_counts[name] = self.line_counts.get(name, 0) + len(batch_lines)
