"""The lists of jobs: all of them, by discipline, by place and by occupation.

An empty list still has its page, so that a bookmark of it shows that there are no jobs instead of
an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from signet.jobs import places
from signet.jobs.postings.public import PublicJob
from signet.policy import JobPolicy, Policy
from signet.publish.postings.words import ADDRESS
from signet.publish.public import IndexPage, PageLink
from signet.publish.render import order
from signet.publish.render.lists import Leaf, Sisters, label_of, leaves

JOBS_LINK = PageLink("Jobs", ADDRESS)
ALL = f"{ADDRESS}all/"
FROM_HOME = (places.FROM_HOME, "Jobs that can be done from home")
NEWEST = 20
LEAD = "Open positions, each with its last day to apply."
NEWEST_FIRST = "Open positions, the newest first, each with its last day to apply."


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list's own search covers: a column of the search index, and its value."""

    column: str
    value: str


EVERYTHING = Scope("", "")


class ListedJob(NamedTuple):
    """A job as the lists need it: its sort key, the lists it is on, and its row's markup."""

    key: str
    number: str
    posted_on: date
    keys: Mapping[str, str]  # by the folder of a group of lists
    row: str


@dataclass(frozen=True, slots=True)
class JobListPage:
    """One page of a list; `rows` are markup, `pages` link its pages, `count` is the list's."""

    path: str
    title: str
    lead: str
    rows: tuple[str, ...]
    pages: tuple[PageLink, ...]
    up: tuple[PageLink, ...]
    scope: Scope
    count: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The front page of the career centre: the newest rows, and links to the lists."""

    path: str
    title: str
    lead: str
    rows: tuple[str, ...]
    groups: tuple[tuple[str, tuple[PageLink, ...]], ...]
    up: tuple[PageLink, ...]
    count: int


class JobList:
    """One list, newest first.

    A list too long for a page is divided as the register's lists are, by the first letters of
    titles.
    """

    def __init__(
        self, base: str, title: str, label: str, scope: Scope, found: Sequence[ListedJob]
    ) -> None:
        self.base, self.title, self.label, self.scope = base, title, label, scope
        self.size = len(found)
        self._leaves: list[Leaf[ListedJob]] = list(leaves(found, lambda job: job.key))
        if len(self._leaves) == 1:
            self._leaves = [Leaf(self._leaves[0].prefix, newest(found))]
        self._sisters = Sisters(self._leaves, base)

    def pages(self) -> Iterator[JobListPage]:
        """Yield the list's pages; an undivided list has one, at its own address."""
        for at, leaf in enumerate(self._leaves):
            links = self._sisters.shown_at(at)
            yield JobListPage(
                path=self._sisters.links[at].path,
                title=f"{self.title}: {label_of(leaf.prefix)}" if links else self.title,
                lead=LEAD if links else NEWEST_FIRST,
                rows=tuple(job.row for job in leaf.items),
                pages=links,
                up=(JOBS_LINK,),
                scope=self.scope,
                count=self.size,
            )

    def own_index(self) -> IndexPage | None:
        """Return the index page at the list's own address, or None when it isn't divided."""
        return self._sisters.index(self.title, LEAD, (JOBS_LINK,))

    def link(self) -> PageLink:
        """Return a link to the list, with the number of its jobs."""
        return PageLink(self.label, self.base, note=str(self.size))


@dataclass(frozen=True, slots=True)
class JobLists:
    """All lists, and the front page that links to them."""

    listed: list[ListedJob]
    all: JobList
    groups: tuple[tuple[str, tuple[JobList, ...]], ...]

    def every(self) -> Iterator[JobList]:
        """Yield each list."""
        yield self.all
        for _, group in self.groups:
            yield from group

    def front(self) -> FrontPage:
        """Return the front page of the career centre, without lists that have no jobs."""
        return FrontPage(
            path=ADDRESS,
            title="Jobs",
            lead="Positions for engineering and science technology professionals.",
            rows=tuple(job.row for job in newest(self.listed)[:NEWEST]),
            groups=tuple(
                (heading, tuple(one.link() for one in group if one.size))
                for heading, group in self.groups
            ),
            up=(),
            count=self.all.size,
        )


def newest(listed_jobs: Iterable[ListedJob]) -> list[ListedJob]:
    """Return the jobs in the order in which they were posted, the newest first."""
    return sorted(listed_jobs, key=lambda job: (-job.posted_on.toordinal(), job.key))


def lists(listed: list[ListedJob], jobs: Sequence[PublicJob], policy: Policy) -> JobLists:
    """Return every list over the live jobs. `listed` is sorted in place, by title."""
    listed.sort(key=lambda job: (job.key, job.number))
    return JobLists(
        listed,
        JobList(ALL, "All jobs", "All jobs", EVERYTHING, listed),
        (
            ("By discipline", _disciplines(listed, jobs, policy)),
            ("By place", _places(listed, jobs, policy.jobs)),
            ("By occupation", _occupations(listed, jobs, policy.jobs)),
        ),
    )


def _disciplines(
    listed: Sequence[ListedJob], jobs: Iterable[PublicJob], policy: Policy
) -> tuple[JobList, ...]:
    names = {order.slug(name): name for name in policy.disciplines}
    names |= {order.slug(job.discipline): job.discipline for job in jobs}
    return _made(listed, "discipline", names, lambda name: f"{name}: jobs")


def _places(
    listed: Sequence[ListedJob], jobs: Iterable[PublicJob], policy: JobPolicy | None
) -> tuple[JobList, ...]:
    names = {place.slug: place.name for place in (policy.places if policy else ())}
    names |= {job.place.slug: job.place.name for job in jobs if job.place is not None}
    home = [job for job in listed if job.keys.get("remote")]
    base = f"{ADDRESS}place/{FROM_HOME[0]}/"
    from_home = JobList(base, FROM_HOME[1], "From home", Scope("remote", "true"), home)
    return (from_home, *_made(listed, "place", names, lambda name: f"Jobs in {name}"))


def _occupations(
    listed: Sequence[ListedJob], jobs: Iterable[PublicJob], policy: JobPolicy | None
) -> tuple[JobList, ...]:
    known = policy.occupations.values() if policy else ()
    names = {one.code: one.name for one in known}
    names |= {job.occupation: job.occupation_name for job in jobs}
    return _made(listed, "occupation", names, lambda name: f"Jobs for {name}")


def _made(
    listed: Sequence[ListedJob], folder: str, names: Mapping[str, str], title: Callable[[str], str]
) -> tuple[JobList, ...]:
    by_key: dict[str, list[ListedJob]] = {key: [] for key in names}
    for job in listed:
        if key := job.keys.get(folder):
            by_key[key].append(job)
    return tuple(
        JobList(f"{ADDRESS}{folder}/{key}/", title(name), name, Scope(folder, key), by_key[key])
        for key, name in sorted(names.items(), key=lambda pair: (order.sort_key(pair[1]), pair[0]))
    )
