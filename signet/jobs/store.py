"""The career centre's store in DynamoDB: reading rows, and building a transaction's changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, TypeVar

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from signet.jobs import tables
from signet.jobs.applicant_model import Applied
from signet.jobs.model import (
    Company,
    Credits,
    Entry,
    Past,
    Picture,
    Place,
    Posting,
    PostingState,
    StoredModel,
    User,
)
from signet.jobs.tables import APPLIED, COMPANY, CREDITS, HOME, PLACES, VIEWS, JobRow
from signet.tables import reachable
from signet.transactions.commit import Change, Check, Delete, Save, Update

K = TypeVar("K", bound=StoredModel)
LISTED_UNDER = {
    PostingState.LIVE: "live",
    PostingState.PAUSED: "live",  # `job_clock` has to find and end it, shown or not
    PostingState.AWAITING: "awaiting",
    PostingState.CLOSED: "over",
    PostingState.ENDED: "over",
}


class Listing(NamedTuple):
    """The index keys of a row: the list that it is in, and its sort key there."""

    under: str
    place: str


NOWHERE = Listing("", "")


class Row(NamedTuple):
    """The keys of a row to be written, and where it is listed."""

    owner: str
    part: str
    listing: Listing = NOWHERE


# Reading ------------------------------------------------------------------------------------------


@reachable
def get(model: type[K], owner: str, sort_key: str) -> K | None:
    """Read one row, or return None."""
    try:
        row = JobRow.get(owner, sort_key, consistent_read=True)
    except DoesNotExist:
        return None
    return model.model_validate_json(row.body)


@reachable
def list_partition(
    model: type[K], owner: str, begins: str, *, limit: int | None = None, backwards: bool = False
) -> list[K]:
    """Read the rows of a partition whose sort keys begin alike, in order: one query."""
    rows = JobRow.query(
        owner,
        JobRow.part.startswith(begins) if begins else None,
        consistent_read=True,
        limit=limit,
        scan_index_forward=not backwards,
    )
    return [model.model_validate_json(row.body) for row in rows]


@reachable
def several(model: type[K], keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], K]:
    """Read rows by their keys, in batches of 100, leaving out those that don't exist."""
    distinct = list(dict.fromkeys(keys))
    rows = JobRow.batch_get(distinct) if distinct else ()
    return {(row.owner, row.part): model.model_validate_json(row.body) for row in rows}


@reachable
def pictures(company: str, files: Iterable[str]) -> list[Picture]:
    """Read which of a company's files have public copies, with their metadata."""
    keys = [(tables.company(company), tables.picture_key(file)) for file in files]
    attributes = ["owner", "part", "body"]
    rows = (
        JobRow.batch_get(keys, consistent_read=True, attributes_to_get=attributes) if keys else ()
    )
    return [Picture.model_validate_json(row.body) for row in rows]


@reachable
def picture_contents(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """Read the contents of pictures, in batches of 100, leaving out those that don't exist."""
    distinct = list(dict.fromkeys(keys))
    rows = JobRow.batch_get(distinct, consistent_read=True) if distinct else ()
    return {(row.owner, row.part): row.content for row in rows}


@reachable
def listed(
    model: type[K], name: str, *, until: str = "", after: str = "", limit: int | None = None
) -> list[K]:
    """Read the rows of a list, in order of `place`: up to `until`, or those after `after`."""
    bound = JobRow.place <= until if until else JobRow.place > after if after else None
    rows = JobRow.by_listing.query(name, bound, limit=limit)
    return [model.model_validate_json(row.body) for row in rows]


@reachable
def count_listed(name: str, most: int) -> int:
    """Return how many rows are in a list, up to `most`."""
    return JobRow.by_listing.count(name, limit=most)


@reachable
def partitions_listed(name: str, until: str, limit: int) -> list[str]:
    """Read the partition keys of a list's rows up to a `place`, such as of credits that expire."""
    return [row.owner for row in JobRow.by_listing.query(name, JobRow.place <= until, limit=limit)]


def company(id_: str) -> Company | None:
    """Read a company, or return None."""
    return get(Company, tables.company(id_), COMPANY)


def user(company: str, account: str) -> User | None:
    """Read an account's user row in a company; return None if it isn't a user."""
    return get(User, tables.company(company), tables.user_key(account))


@reachable
def companies_of(account: str) -> list[Company]:
    """Read the companies that an account acts for: one query, one batch."""
    begins = JobRow.part.startswith("company#")
    rows = JobRow.query(tables.account(account), begins, consistent_read=True)
    keys = [(row.part, COMPANY) for row in rows]
    company_rows = JobRow.batch_get(keys, consistent_read=True) if keys else []
    companies = [Company.model_validate_json(row.body) for row in company_rows]
    return sorted(companies, key=lambda one: (one.name.casefold(), one.id))


def credits_of(company: str) -> Credits:
    """Read a company's credits; return empty ones if it never had any."""
    return get(Credits, tables.company(company), CREDITS) or Credits()


def ledger(company: str) -> list[Entry]:
    """Read a company's ledger, the first entry first."""
    return list_partition(Entry, tables.company(company), "ledger#")


def posting(company: str, number: str) -> Posting | None:
    """Read a company's posting, or return None."""
    return get(Posting, tables.company(company), tables.posting_key(number))


def postings(company: str) -> list[Posting]:
    """Read all of a company's postings."""
    return list_partition(Posting, tables.company(company), "posting#")


def history(company: str, number: str) -> list[Past]:
    """Read what a posting said before each edit made while the public saw it, earliest first."""
    return list_partition(Past, tables.company(company), f"past#{number}#")


@reachable
def name_of(owner: str, sort_key: str) -> str | None:
    """Read the name in a row written by `claim_name`; return None if there is no row."""
    try:
        row = JobRow.get(owner, sort_key, consistent_read=True)
    except DoesNotExist:
        return None
    return str(row.body)


def by_number(number: str) -> Posting | None:
    """Read a posting by its number alone, as the public's URLs have it."""
    of = name_of(tables.posting(number), HOME)
    return posting(of, number) if of else None


@reachable
def postings_by_number(numbers: Iterable[str]) -> list[Posting]:
    """Read several postings by their numbers: two batches however many there are."""
    homes = JobRow.batch_get([(tables.posting(one), HOME) for one in dict.fromkeys(numbers)])
    keys = [
        (tables.company(home.body), tables.posting_key(home.owner.partition("#")[2]))
        for home in homes
    ]
    rows = JobRow.batch_get(keys) if keys else []
    return [Posting.model_validate_json(row.body) for row in rows]


def applied(account: str) -> list[Applied]:
    """Read an account's applications."""
    return list_partition(Applied, tables.account(account), "application#")


def places() -> list[Place]:
    """Read the places that staff have added or changed."""
    return list_partition(Place, PLACES, "")


@reachable
def counts(number: str) -> dict[date, dict[str, int]]:
    """Read how many viewed a posting and applied to it, by day: one query."""
    by_day: dict[date, dict[str, int]] = {}
    begins = JobRow.part.startswith("day#")
    for row in JobRow.query(tables.posting(number), begins, consistent_read=True):
        _, day, what = row.part.split("#")
        counted = by_day.setdefault(date.fromisoformat(day), {VIEWS: 0, APPLIED: 0})
        counted[what] = int(row.counted or 0)
    return by_day


# What a transaction consists of -------------------------------------------------------------------


def put(kept: StoredModel, to: Row, *, version: int = 1, stored_version: int = 0) -> Change:
    """Return the change that writes a row over `stored_version`; 0 means that there is none."""
    row = JobRow(
        owner=to.owner,
        part=to.part,
        body=kept.model_dump_json(),
        version=version,
        listed=to.listing.under or None,
        place=to.listing.place or None,
    )
    return Save(row, version_is(stored_version))


def put_posting(new: Posting, before: Posting | None) -> Change:
    """Return the change that writes a posting over its previous version, listed by its state."""
    row = Row(tables.company(new.company), tables.posting_key(new.number), _listing(new))
    return put(new, row, version=new.version, stored_version=before.version if before else 0)


def put_past(past: Past, of: Posting) -> Change:
    """Return the change that stores a posting's former content among its company's rows."""
    sort_key = tables.past_key(of.number, past.version)
    return put(past, Row(tables.company(of.company), sort_key))


def _listing(posting: Posting) -> Listing:
    under = LISTED_UNDER.get(posting.state)
    if under is None:
        return NOWHERE
    day = {"live": posting.ends_on, "over": posting.over_on}.get(under, posting.asked_from)
    return Listing(f"postings#{under}", f"{day or ''}#{posting.number}")


def put_picture(owner: str, picture: Picture, content: bytes) -> Change:
    """Return the change that writes the public copy of a picture, over any existing one."""
    sort_key = tables.picture_key(picture.file)
    body = picture.model_dump_json()
    return Save(JobRow(owner=owner, part=sort_key, body=body, content=content))


def overwrite(kept: StoredModel, to: Row) -> Change:
    """Return the change that writes a row unconditionally, such as a copy for a list."""
    listing = to.listing
    row = JobRow(owner=to.owner, part=to.part, body=kept.model_dump_json())
    row.listed, row.place = listing.under or None, listing.place or None
    return Save(row)


def claim_name(owner: str, sort_key: str, whose: str) -> Change:
    """Return the change that stores the owner of a new name; it fails if the name is taken."""
    return Save(JobRow(owner=owner, part=sort_key, body=whose), version_is(0))


def lead_to(owner: str, sort_key: str, to: str) -> Change:
    """Return the change that writes what a key leads to, over any existing row."""
    return Save(JobRow(owner=owner, part=sort_key, body=to))


def pointer(owner: str, sort_key: str) -> Change:
    """Return the change that writes a row that only has to exist."""
    return Save(JobRow(owner=owner, part=sort_key, body="{}"))


def remove(owner: str, sort_key: str, held: int | None = None) -> Change:
    """Return the change that deletes a row; with `held`, only if it is still in that version."""
    condition = None if held is None else version_is(held)
    return Delete(JobRow(owner=owner, part=sort_key), condition)


def check_version(owner: str, sort_key: str, version: int) -> Change:
    """Return the check that a row is still in a version."""
    return Check(JobRow(owner=owner, part=sort_key), version_is(version))


def check_user(company: str, user: User) -> Change:
    """Return the check that a user still acts for a company as they did."""
    return check_version(tables.company(company), tables.user_key(user.account), user.version)


def version_is(version: int) -> Condition:
    """Return the condition that a row is still in a version; 0 means that it doesn't exist."""
    return JobRow.version == version if version else JobRow.owner.does_not_exist()


def count(number: str, day: date, what: str) -> Update:
    """Return the change that adds one to a day's count, of VIEWS or APPLIED."""
    row = JobRow(owner=tables.posting(number), part=tables.day_key(day, what))
    return Update(row, [JobRow.counted.add(1)])


@reachable
def counted(owner: str, sort_key: str) -> int:
    """Read the count in any partition's row."""
    rows = list(JobRow.query(owner, JobRow.part == sort_key, consistent_read=True))
    return int(rows[0].counted or 0) if rows else 0


def count_below(owner: str, sort_key: str, limit: int) -> Update:
    """Return the change that adds one to a row's count, if it is below `limit`."""
    below = JobRow.counted.does_not_exist() | (JobRow.counted < limit)
    return Update(JobRow(owner=owner, part=sort_key), [JobRow.counted.add(1)], below)


@reachable
def count_now(number: str, day: date, what: str) -> None:
    """Add one to a day's count at once, in a write of its own."""
    change = count(number, day, what)
    change.row.update(actions=list(change.actions))
