"""The postings that the public sees, live or recently over, and what else their pages show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from signet.jobs import places, store, tables
from signet.jobs.model import Client, Company, Picture, Posting
from signet.jobs.postings import rules
from signet.jobs.postings.moderation import LIVE, OVER
from signet.policy import JobPolicy, Policy

if TYPE_CHECKING:
    from signet.jobs.postings.public import PublicJob, Surroundings

PermitOf = Callable[[str], str]  # a permit's number if the register has it in force, else ""


class Home(NamedTuple):
    """A posting's company and number, the keys of its row."""

    company: str
    number: str


def paged(today: date, jobs: JobPolicy, named: Collection[Home] = ()) -> list[Posting]:
    """Return every posting that has a page on a day: live ones, and those recently over.

    The lists come from an index that lags behind writes, so the postings in `named` are read
    directly, as they are now.
    """
    by_number = {one.number: one for one in (*over(today, jobs), *live(today))}
    for home in named:
        by_number.pop(home.number, None)
        now = store.posting(home.company, home.number)
        if now is not None and (rules.is_shown(now, today) or rules.page_stays(now, today, jobs)):
            by_number[home.number] = now
    return list(by_number.values())


def live(today: date) -> list[Posting]:
    """Return every posting that is shown on a day, by its last day: one query."""
    return [one for one in store.listed(Posting, LIVE) if rules.is_shown(one, today)]


def over(today: date, jobs: JobPolicy) -> list[Posting]:
    """Return every posting that is over and whose page still says so."""
    since = today - timedelta(days=jobs.page_days)
    ended = store.listed(Posting, OVER, after=f"{since}")
    late = [
        one for one in store.listed(Posting, LIVE, until=f"{today}") if rules.is_over(one, today)
    ]
    return [one for one in (*late, *ended) if rules.page_stays(one, today, jobs)]


def public_jobs(
    postings: Iterable[Posting],
    policy: Policy,
    today: date,
    permit_of: PermitOf,
    *,
    described: bool = True,
) -> list[PublicJob]:
    """Return public postings, in the given order: a fixed number of calls for each 100.

    Without `described`, texts by employers are left out.
    """
    from signet.jobs.postings import public  # only where it is shown: it takes a while to load

    if policy.jobs is None:
        return []
    some = list(postings)
    there = places.listed(policy.jobs)
    companies = store.several(
        Company, ((tables.company(one.company), tables.COMPANY) for one in some)
    )
    clients = store.several(Client, _client_keys(some))
    jobs = []
    for one in some:
        owner = tables.company(one.company)
        company = companies.get((owner, tables.COMPANY))
        if company is None or company.blocked is not None:
            continue
        client = clients.get((owner, tables.client_key(one.terms.client)))
        permit = permit_of(company.vouched_permit) if company.vouched_permit else ""
        around = public.Surroundings(company, client, there, policy, permit, described)
        if (job := public.from_posting(one, around, today)) is not None:
            jobs.append(job)
    return jobs


def _client_keys(postings: Iterable[Posting]) -> list[tuple[str, str]]:
    return [
        (tables.company(one.company), tables.client_key(one.terms.client))
        for one in postings
        if one.terms.client
    ]


def pictures(postings: Iterable[Posting], wanted: Collection[str]) -> dict[str, bytes]:
    """Return the contents of the wanted pictures of postings' companies, by digest.

    Pictures whose public copy is gone by now are left out.
    """
    some = list(postings)
    companies = store.several(
        Company, ((tables.company(one.company), tables.COMPANY) for one in some)
    )
    clients = store.several(Client, _client_keys(some))
    keys = {
        (owner, tables.picture_key(copy.file)): copy.digest
        for owner, copies in _copies(companies, clients)
        for copy in copies
        if copy.digest in wanted
    }
    return {keys[key]: content for key, content in store.picture_contents(keys).items()}


def _copies(
    companies: Mapping[tuple[str, str], Company], clients: Mapping[tuple[str, str], Client]
) -> Iterator[tuple[str, tuple[Picture, ...]]]:
    for (owner, _), company in companies.items():
        yield owner, company.copies
    for (owner, _), client in clients.items():
        yield owner, client.copies


def picture(company: Company, name: str) -> tuple[Picture, bytes] | None:
    """Return a picture of a company's or its client's by its file name on pages, or None."""
    owner = tables.company(company.id)
    clients = store.list_partition(Client, owner, "client#")
    for one in (*company.copies, *(copy for client in clients for copy in client.copies)):
        if f"{one.digest}{one.kind.suffix}" == name:
            key = (owner, tables.picture_key(one.file))
            content = store.picture_contents([key]).get(key)
            return (one, content) if content else None
    return None


def employer(posting: Posting) -> str:
    """Return the name of the hiring company: the client, if recruited for one (JOB-3)."""
    owner, client = tables.company(posting.company), posting.terms.client
    hires = store.get(Client, owner, tables.client_key(client)) if client else None
    company = hires or store.company(posting.company)
    return company.name if company else ""


def surroundings(posting: Posting, policy: Policy, permit_of: PermitOf) -> Surroundings | None:
    """Return what a posting's page shows beside it; None if its company no longer exists."""
    from signet.jobs.postings.public import Surroundings

    company = store.company(posting.company)
    if company is None or policy.jobs is None:
        return None
    client = None
    if posting.terms.client:
        sort_key = tables.client_key(posting.terms.client)
        client = store.get(Client, tables.company(posting.company), sort_key)
    permit = permit_of(company.vouched_permit) if company.vouched_permit else ""
    return Surroundings(company, client, places.listed(policy.jobs), policy, permit)
