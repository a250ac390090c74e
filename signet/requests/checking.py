"""What `signet fsck` proves of requests: lists, links, letters and rows agree with what happened.

A request's stage is stored nowhere but for lists: the index is written with each event, and could
be wrong only through a defect, or rows changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from pynamodb.exceptions import PutError

from signet.errors import NotFound
from signet.policy import Policy
from signet.requests import single, store
from signet.requests.model import File, What
from signet.requests.stage import standing
from signet.requests.tables import HEAD, LETTER, LINK, OPEN, RequestRow
from signet.tables import condition_failed, reachable
from signet.transactions.commit import Save


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
            findings += _wrong_with(str(row.request), policy, today, mend)
        elif row.part == LINK:
            findings += _leads_nowhere(row)
        elif row.request.startswith(LETTER) and row.part.endswith("#00"):
            findings += _letter_of_none(row)
        elif row.part == OPEN:
            findings += _keeps_for_nothing(row, policy, today, mend)
        elif "#" not in row.request and not _has_head(str(row.request)):
            orphans.add(str(row.request))
    findings += [Finding(id_, "rows without the request they belong to") for id_ in orphans]
    return Checked(count, findings)


def _wrong_with(id_: str, policy: Policy, today: date, mend: bool) -> Iterator[Finding]:
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
    if not standing(file, kind, today).closed:
        yield from _kept_by_nothing(file, mend)
    yield from _letters_changed(file)


def _letters_changed(file: File) -> Iterator[Finding]:
    """Find letters that aren't as they were made. Nothing can mend them: they are made once."""
    for letter in file.letters:
        about = f"the letter of {letter.made_on} ({letter.what})"
        try:
            content = store.letter_content(file.id, letter.about)
        except NotFound:
            yield Finding(file.id, f"{about} is missing")
            continue
        if sha256(content).hexdigest() != letter.digest:
            yield Finding(file.id, f"{about} isn't the one that was made")


def _letter_of_none(row: RequestRow) -> Iterator[Finding]:
    """Find the bytes of a letter that no request has."""
    request, about = str(row.request).removeprefix(LETTER), str(row.part).partition("#")[0]
    try:
        known = store.get(request).letter(int(about))
    except NotFound:
        known = None
    if known is None:
        yield Finding(request, "a stored letter that no decision has")


def _kept_by_nothing(file: File, mend: bool) -> Iterator[Finding]:
    """Find an open request beside which another of its kind could be begun; old ones are."""
    if single.holder(file.head) or store.get(file.id).version != file.version:
        return  # or it ended meanwhile
    mended = mend and _written(single.take(file.head, file.id))
    yield Finding(file.id, "nothing keeps another of its kind from being begun", mended)


def _keeps_for_nothing(
    row: RequestRow, policy: Policy, today: date, mend: bool
) -> Iterator[Finding]:
    """Find a row that keeps a person from beginning another though none is open."""
    id_ = str(row.body)
    if not id_ or _is_open(id_, policy, today):
        return
    now = RequestRow.get(row.request, OPEN, consistent_read=True)
    if now.body == id_:
        free = Save(RequestRow(row.request, OPEN, body=single.NONE), RequestRow.body == id_)
        mended = mend and _written(free)
        yield Finding(id_, "it isn't open, but keeps another from being begun", mended)


def _is_open(id_: str, policy: Policy, today: date) -> bool:
    try:
        file = store.get(id_)
    except NotFound:
        return False
    kind = policy.requests.kind(file.head.kind, file.head.started_on)
    return kind is None or not standing(file, kind, today).closed


def _written(change: Save) -> bool:
    """Write a row; return False if another write came first."""
    try:
        change.row.save(change.condition)
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


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
