"""What `signet fsck` proves of requests: lists show what happened, each link opens something.

A request's stage is stored nowhere but for lists: the index is written with each event, and could
be wrong only through a defect, or rows changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from signet.errors import NotFound
from signet.policy import Policy
from signet.requests import store
from signet.requests.model import File, What
from signet.requests.stage import standing
from signet.requests.tables import HEAD, LINK, RequestRow
from signet.tables import reachable


class Finding(NamedTuple):
    """What is wrong with a request; `mended`: it was put right."""

    request: str
    message: str
    mended: bool = False

    def __str__(self) -> str:
        return f"request {self.request}: {self.message}{' (mended)' if self.mended else ''}"


class Checked(NamedTuple):
    """How many requests there are, and what is wrong."""

    requests: int
    findings: list[Finding]


@reachable
def check(policy: Policy, today: date, *, mend: bool = False) -> Checked:
    """Read every request and compare the lists with it; with `mend` they are corrected."""
    count, findings, orphans = 0, list[Finding](), set[str]()
    for row in RequestRow.scan(consistent_read=True):
        if row.part == HEAD:
            count += 1
            findings += _listed_wrong(str(row.request), policy, today, mend)
        elif row.part == LINK:
            findings += _leads_nowhere(row)
        elif "#" not in row.request and not _has_head(str(row.request)):
            orphans.add(str(row.request))
    findings += [Finding(id_, "rows without the request they belong to") for id_ in orphans]
    return Checked(count, findings)


def _listed_wrong(id_: str, policy: Policy, today: date, mend: bool) -> Iterator[Finding]:
    try:
        file = store.get(id_)
    except NotFound:  # withdrawn from the table since it was scanned
        return
    kind = policy.requests.kind(file.head.kind, file.head.started_on)
    if kind is None:
        yield Finding(id_, f"the policy knows no kind “{file.head.kind}” on {file.head.started_on}")
        return
    right = [store.head_row(file, standing(file, kind, day)) for day in _days(file, today)]
    now = RequestRow.get(id_, HEAD, consistent_read=True)
    if int(now.version or 0) != file.version:
        return  # written meanwhile, with its lists
    if not any(_same(now, one) for one in right):
        mended = mend and store.put_head(right[0])
        yield Finding(id_, "the lists show it differently from what happened", mended)


def _has_head(id_: str) -> bool:
    return bool(RequestRow.count(id_, RequestRow.part == HEAD, consistent_read=True))


def _days(file: File, today: date) -> Iterator[date]:
    """Yield today, and the last day of a deferral that is over: its end writes nothing."""
    yield today
    deferred = file.last(What.DEFERRED)
    if deferred and deferred.until and deferred.until < today:
        yield deferred.until


def _same(row: RequestRow, right: RequestRow) -> bool:
    return _values(row) == _values(right)


def _values(row: RequestRow) -> dict[str, Any]:
    return {name: value for name, value in row.attribute_values.items() if value is not None}


def _leads_nowhere(row: RequestRow) -> Iterator[Finding]:
    request, _, contribution = str(row.body).partition("#")
    try:
        known = store.get(request).contribution(contribution)
    except NotFound:
        known = None
    if known is None:
        yield Finding(request, "a link for a contribution that isn't there")
