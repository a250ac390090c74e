"""The results of all batches, collected for the rest of the build."""

from __future__ import annotations

from typing import Any

from signet.publish.agreement.outputs import Dispute
from signet.publish.batch import Batch, Listed, Named
from signet.publish.public import ActionKind, Headline
from signet.publish.render import documents, feeds, fields
from signet.publish.render.changes import Recent
from signet.publish.target.staging import Staging

DATA = "register/data/"


class Gathered:
    """The collected results of the batches; lines of bulk files are written as they arrive."""

    def __init__(self, staging: Staging, first: str) -> None:
        self._staging = staging
        self.members: list[str] = []
        self.permits: list[str] = []
        self.listed_members: list[Listed] = []
        self.listed_permits: list[Listed] = []
        self.actions: dict[ActionKind, list[Listed]] = {}
        self.scoped: list[Any] = []
        self.looked_up: list[Any] = []
        self.entitled: list[Any] = []
        self.responsible: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.changed_on: dict[str, str] = {}
        self.disputes: list[Dispute] = []
        self.verdicts: dict[str, Headline] = {}
        self.named: list[Named] = []
        self.newest = Batch()
        self.recent = Recent(first)
        self.line_counts: dict[str, int] = {}
        self._streams = {name: staging.stream(DATA + name) for name in feeds.TITLES}
        for name, columns in fields.CSV.items():
            head = ",".join(columns) + "\n"
            self._streams[name].write(documents.BYTE_ORDER_MARK + head.encode())

    def add_members(self, batch: Batch) -> None:
        """Add the results of a batch of members."""
        self.members += batch.numbers
        self.listed_members += batch.listed
        self.scoped += batch.scoped
        self.entitled += batch.entitled
        self.responsible.update(batch.responsible)
        self.names.update(batch.names)
        self._add(batch)

    def add_permits(self, batch: Batch) -> None:
        """Add the results of the permits."""
        self.permits += batch.numbers
        self.listed_permits += batch.listed
        self._add(batch)

    def _add(self, batch: Batch) -> None:
        self.looked_up += batch.looked_up
        for kind, actions in batch.actions.items():
            self.actions.setdefault(kind, []).extend(actions)
        self.changed_on.update(batch.changed_on)
        self.recent.merge(batch.recent)
        self.disputes += batch.disputes
        self.verdicts.update(batch.verdicts)
        self.named += batch.named
        self.newest.links |= batch.links
        self.newest.errors += batch.errors
        self._staging.take(batch.digests, batch.changed)
        for name, content in batch.lines.items():
            self._streams[name].write(content)
            self.line_counts[name] = self.line_counts.get(name, 0) + batch.line_counts[name]

    def close(self) -> dict[str, tuple[int, str]]:
        """Finish the bulk files and return their sizes and hashes by name."""
        sizes = {}
        for name, stream in self._streams.items():
            with stream:
                pass
            self.line_counts.setdefault(name, 0)
            sizes[name] = (stream.size, stream.sha256())
        return sizes
