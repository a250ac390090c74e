"""Which requests of a list are wanted, as the database is told: nothing is hidden by the rest."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import reduce
from operator import and_
from typing import NamedTuple

from pynamodb.expressions.condition import Condition

from signet.requests.tables import RequestRow


class Wanted(NamedTuple):
    """Requests of a kind, unassigned, or begun before a day; by default all.

    A request that was begun within a day of `begun_before` may be among them: rows tell the
    moment, and not the day that it was for the office.
    """

    kind: str = ""
    unassigned: bool = False
    begun_before: date | None = None

    def condition(self) -> Condition | None:
        """Return what the first row of a wanted request fulfils, None where all do."""
        parts: list[Condition] = []
        if self.kind:
            # Before all else, the row's body names the kind (model.Head).
            parts.append(RequestRow.body.startswith(f'{{"kind":{json.dumps(self.kind)},'))
        if self.unassigned:
            parts.append(RequestRow.assignee.does_not_exist())
        if self.begun_before:
            until = self.begun_before + timedelta(days=1)
            parts.append(RequestRow.started < until.isoformat())
        return reduce(and_, parts) if parts else None


ALL = Wanted()
