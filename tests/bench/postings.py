"""The career centre: publishing 5,000 live postings, one more until its page, and views counted.

Everything runs against DynamoDB Local in memory, beside an empty register.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from infra.local import dynamodb as local
from infra.local import jobs_sample, streams
from tests.bench import registers
from tests.bench.commands import BenchError
from tests.bench.rates import CLIENTS, REQUESTS, rate
from tests.bench.tables import Row, at_most

TABLE = "jobs"
LIVE, COMPANIES, ONES = 5_000, 250, 5
MOST_SECONDS = 60  # from publishing to the page
BROWSER = {"sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}


def measured() -> Iterator[Row]:
    """Publish all, the same again, one more; then count views of one."""
    with ExitStack() as running:
        site = _settle(running)
        today = _today()
        firms = [_company(at) for at in range(COMPANIES)]
        _fill(firms, today)
        yield from _lists()
        yield _one_more(running, firms[0], site)
        yield _views(firms[0])


def _settle(running: ExitStack) -> Path:
    """Make a database of its own, and a site without a posting; return its folder."""
    from lambdas.publishing import nightly
    from signet import tables
    from tests.service.jobs.test_publishing import MODELS
    from tests.service_shell import write_shell

    database = running.enter_context(local.running())
    site, shell = registers.fresh("site-with-jobs"), registers.fresh("shell")
    shell.mkdir()
    os.environ |= local.environment(database.endpoint) | {
        "SIGNET_ADDRESS_KEY": "known to this measurement alone" * 2,
        "SIGNET_SITE_URL": "https://register.example",
        "SIGNET_SHELL": str(write_shell(shell)),
        "SIGNET_SITE_FOLDER": str(site),
    }
    tables.bind(MODELS, "signet-")
    tables.create_missing(MODELS)
    nightly.handler({}, None)
    return site


def _today() -> date:
    from tests.entries import POLICY

    return datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date()


def _context(account: str) -> Any:
    from tests.job_office import of

    return of(account, today=_today())


def _company(at: int) -> str:
    """Make a company with credits of its own; return its id."""
    from signet.jobs.companies import companies
    from signet.jobs.credits import grants
    from signet.jobs.forms import CompanyDraft, GrantDraft

    draft = CompanyDraft(name=f"Company {at:03d} of Alberta Ltd.", email="office@acme.example")
    made = companies.register(_context(f"owner-{at}"), "owner@acme.example", draft)
    if at == 0:
        grants.grant(_context("staff"), made, GrantDraft(credits=ONES, reason="Measuring"))
    return made


def _fill(firms: list[str], today: date) -> None:
    """Put live postings straight into the table, as publishing would leave them."""
    from signet.jobs import store, tables
    from signet.jobs.model import Posting, PostingState
    from signet.jobs.tables import JobRow

    described = zip(range(LIVE), cycle(firms), _terms(), strict=False)
    with JobRow.batch_write() as batch:
        for at, company, terms in described:
            starts = today - timedelta(days=at % 29)
            made = Posting(
                number=f"{100_000_000 + at}",
                company=company,
                terms=terms,
                state=PostingState.LIVE,
                made_on=starts,
                by="owner",
                starts_on=starts,
                ends_on=starts + timedelta(days=29),
            )
            home = store.claim_name(tables.posting(made.number), tables.HOME, company)
            for change in (store.put_posting(made, None), home):
                batch.save(change.row)


def _terms() -> Iterator[Any]:
    """Yield terms: the demonstration's jobs over all places, disciplines and occupations."""
    from signet.jobs.model import Pay, Terms, Way
    from tests.entries import POLICY

    if POLICY.jobs is None:
        raise BenchError("the policy has no career centre")
    places = cycle([*(one.slug for one in POLICY.jobs.places), ""])
    ways = zip(
        cycle(jobs_sample.JOBS), places, cycle(POLICY.disciplines), cycle(POLICY.jobs.occupations)
    )
    for (title, _, _, level, least, most), place, discipline, occupation in ways:
        yield Terms(
            title=title,
            occupation=occupation,
            discipline=discipline,
            level=level,
            employment_type="full-time",
            place=place,
            remote=not place,
            pay=Pay(least=Decimal(least * 1000), most=Decimal(most * 1000), period="year"),
            description=jobs_sample.TEXT.format(title=title, discipline=discipline),
            way=Way.SITE,
        )


def _lists() -> Iterator[Row]:
    """All of it published to the site that had none, then again with nothing changed."""
    from lambdas.publishing import shared
    from signet.publish.postings import urgent

    for what, most in (("for the first time", None), ("again, nothing changed", 0)):
        started = time.perf_counter()
        report = urgent.publish(shared.build(0.0))
        spent = time.perf_counter() - started
        if report.jobs != LIVE:
            raise BenchError(f"{report.jobs} postings were published")
        stages = ", ".join(f"{name} {took:.1f}" for name, took in report.seconds.items())
        name = f"{LIVE:,} live postings published, {what}: files written"
        told = f"{spent:.1f} s; by stage: {stages}"
        if most is None:
            yield Row(TABLE, name, f"{report.written:,} ({told})")
        else:
            yield at_most(TABLE, name, report.written, most, "", told)


def _one_more(running: ExitStack, company: str, site: Path) -> Row:
    """Publish one after the other, each heard of by the stream; gives the slowest."""
    heard = streams.Poller(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], "signet-jobs", _publish)
    running.enter_context(streams.polled([heard]))
    taken = [_until_there(company, site) for _ in range(ONES)]
    told = f"slowest of {ONES}, median {median(taken):.1f} s, beside {LIVE:,} others"
    what = "From publishing a posting to its public page"
    return at_most(TABLE, what, round(max(taken), 1), MOST_SECONDS, "s", told)


def _publish(event: dict[str, Any]) -> Any:
    from lambdas.publishing import jobs

    return jobs.handler(event, None)


def _until_there(company: str, site: Path) -> float:
    from signet.jobs import context
    from signet.jobs.postings import postings
    from tests.infra.waiting import eventually
    from tests.job_office import draft

    who = context.employer(_context("owner-0"), company)
    number = postings.add(who, draft())
    who = context.employer(_context("owner-0"), company)
    postings.publish(who, postings.PostingVersion(number, 1))
    started = time.perf_counter()
    page = site / "jobs" / number / "index.html"
    if not eventually(page.is_file):
        raise BenchError("the posting was not published")
    return time.perf_counter() - started


def _views(company: str) -> Row:
    """Return the beacons of many readers of one posting, counted exactly."""
    from lambdas.jobs import views
    from signet.jobs import store
    from signet.jobs.postings import figures
    from tests.events import ask, post

    number = next(islice(store.postings(company), 1)).number
    before, _ = figures.totals(number)

    def see(_: int) -> int:
        sent = post("/services/jobs/seen", {"number": number}, act="", headers=BROWSER)
        return ask(views.handler, sent).status

    found = rate(see, 200)
    counted, sent = figures.totals(number)[0] - before, REQUESTS + CLIENTS
    if counted != sent:
        raise AssertionError(f"{sent} views were sent and {counted} counted")
    what = f"Views of one posting, {CLIENTS} clients: counted of {sent:,} sent"
    return Row(TABLE, what, f"{counted:,} ({found})", f"{sent:,}", counted == sent)
