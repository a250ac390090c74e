"""The career centre's part of the site: staged from the public postings, and verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import escape

from signet.jobs.postings.public import PublicJob, PublicState
from signet.policy import Policy
from signet.publish import verify
from signet.publish.postings import search, words
from signet.publish.postings.lists import JobLists, ListedJob, lists
from signet.publish.render import order
from signet.publish.render.pages import Pages
from signet.publish.target.staging import Staging

FOLDER = "jobs/"
NOINDEX = '<meta name="robots" content="noindex">'


@dataclass(slots=True)
class Part:
    """What was staged: `links` to other pages of the site, and `unlisted` pages, not to be indexed.

    `live` and `over` are the numbers of the jobs that have a page. `left_out` has the errors of
    each job that has none: one bad posting doesn't stop the others from being published.
    """

    live: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)


def stage(jobs: Sequence[PublicJob], pages: Pages, staging: Staging, policy: Policy) -> Part:
    """Stage every page of the career centre and its search, and return what was staged."""
    part = Part()
    listed = []
    good = [
        job
        for job in sorted(jobs, key=lambda job: job.number)
        if _stage_job(job, pages, staging, part)
    ]
    live = [job for job in good if job.state is PublicState.LIVE]
    if len(part.left_out) > 1 and not live:
        part.errors += part.left_out  # no live posting passed: the cause is the software
    for job in live:
        row = pages.job_row(job)
        part.links.update(verify.links(row))
        listed.append(_listed(job, row))
    _stage_lists(lists(listed, live, policy), pages, staging, part)
    content = search.index(live, policy)
    staging.add(search.PATH, content)
    staging.add(search.WORDS_PATH, search.description_words(live))
    part.errors += _missing(part, search.numbers(content))
    return part


def _stage_job(job: PublicJob, pages: Pages, staging: Staging, part: Part) -> bool:
    """Stage a job's page if it has no errors, and tell whether it was staged."""
    path, html = f"{FOLDER}{job.number}/index.html", pages.job(job)
    if errors := job_errors(path, html, job):
        part.left_out.append("; ".join(errors))
        return False
    staging.add(path, html.encode())
    if job.state is PublicState.LIVE:
        part.live.append(job.number)
    else:
        part.over.append(job.number)
        part.unlisted.add(path)
    part.links.update(verify.links(_our_own(html, job)))
    return True


def job_errors(path: str, html: str, job: PublicJob) -> list[str]:
    """Return the errors of a job's page. Only a live job's page has structured data."""
    is_live = job.state is PublicState.LIVE
    holds = (job.number, str(escape(job.title)), str(escape(job.employer)))
    errors = verify.missing(path, html, holds if is_live else (*holds, NOINDEX))
    errors += verify.linked_data_errors(path, html)
    if verify.linked_count(html) != int(is_live):
        errors.append(f"{path}: its structured data doesn't go with its state")
    if is_live and NOINDEX in _our_own(html, job):
        errors.append(f"{path}: a live job is kept from search engines")
    return errors


def _our_own(html: str, job: PublicJob) -> str:
    """Return a page without the HTML that its employer wrote, which may look like anything.

    All else that an employer wrote is text, in which every quotation mark is escaped.
    """
    for written in (job.description, job.employer_about):
        html = html.replace(written, "")
    return html


def _listed(job: PublicJob, row: str) -> ListedJob:
    keys = {"discipline": order.slug(job.discipline), "occupation": job.occupation}
    if job.place is not None:
        keys["place"] = job.place.slug
    if job.remote:
        keys["remote"] = "true"
    return ListedJob(order.sort_key(job.title), job.number, job.posted_on, keys, row)


def _stage_lists(job_lists: JobLists, pages: Pages, staging: Staging, part: Part) -> None:
    for path, html, is_empty in _list_pages(job_lists, pages):
        name = f"{path[1:]}index.html"
        staging.add(name, html.encode())
        part.links.update(verify.links(html))
        if is_empty:
            part.unlisted.add(name)


def _list_pages(job_lists: JobLists, pages: Pages) -> Iterator[tuple[str, str, bool]]:
    front = job_lists.front()
    yield front.path, pages.jobs(front), False
    for one in job_lists.every():
        for page in one.pages():
            yield page.path, pages.job_list(page), not one.size
        if (index := one.own_index()) is not None:
            yield index.path, pages.job_index(index, one.scope, one.size), False


def _missing(part: Part, found: set[str]) -> Iterator[str]:
    """Yield an error for each job on which search and pages disagree, or that is on no list."""
    for number in sorted(set(part.live) ^ found):
        yield f"jobs {number}: the search and the pages disagree"
    for number in sorted(found):
        if f"{words.address(number)}" not in part.links:
            yield f"jobs {number}: on no list"
