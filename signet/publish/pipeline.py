"""The nightly build from end to end.

snapshot -> project -> render -> lookup -> verify -> release: the permits are read first, then the
members are streamed through. What concerns all records is made from the collected results.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from signet.publish import records, upload_pages, verify, workers
from signet.publish.agreement import marks
from signet.publish.agreement.marks import Statement
from signet.publish.agreement.runs import Chosen, Disputed, of_others, until_agreed
from signet.publish.answering import spoken_of
from signet.publish.batch import Named
from signet.publish.gathered import DATA, Gathered
from signet.publish.lookup import index as lookup
from signet.publish.public import DataFile
from signet.publish.render import changes as recent
from signet.publish.render import feeds, fields, lists, scope_lists
from signet.publish.report import Report
from signet.publish.scope_search import ADDRESS as WHO
from signet.publish.scope_search import index as scope_search
from signet.publish.steps import Build, Steps
from signet.publish.target.staging import Staging

MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl"}


def run(build: Build) -> Report:
    """Build, verify and release the site, and return a report of what was done.

    Raises VerificationFailed (nothing was published), ReleaseError, ShellError or InputProblems.
    """
    with build.target.locked(), _without_collection():
        published = build.target.read_back() if build.full else build.target.published()

        def once(chosen: Chosen) -> Report:
            return _Whole(build, build.target.staging(published), chosen).all()

        return until_agreed(once, build.policy)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Turn the garbage collector off: a build makes no reference cycles, and checking cost 15 %."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


Item = TypeVar("Item")


class _Whole(Steps):
    """A whole build while it runs."""

    def __init__(self, build: Build, staging: Staging, chosen: Chosen) -> None:
        super().__init__(build, staging, chosen)
        self.gathered = Gathered(staging, recent.since(build.as_of))
        self.errors: list[str] = []

    def all(self) -> Report:
        build, watch, gathered = self.build, self.watch, self.gathered
        self.pages = self.make_pages()
        watch.lap("shell")
        permits = self.read_permits()
        numbers = spoken_of(permits)
        answering, raws = build.source.members_and(numbers)
        self.answering.take(numbers, answering)
        watch.lap("snapshot")
        desk = self.desk(self.pages, permits, records.answered_by(permits))
        members = build.progress.over(raws, "members")
        for batch in workers.made(desk, members):
            gathered.add_members(batch)
        watch.lap("members")
        known = gathered.responsible, gathered.names
        for part in workers.batches(permits, workers.BATCH):
            gathered.add_permits(records.permits(desk, part, self.answering, *known))
        watch.lap("permits")
        self._agree()
        self._scope_search()
        watch.lap("scope search")
        browse = lists.browse(
            gathered.listed_members, gathered.listed_permits, build.policy, gathered.actions
        )
        look_up = self._lookup(browse)  # before the lists: its memory is free for them
        watch.lap("lookup")
        listed = self._lists(browse)
        watch.lap("lists")
        jobs = self.stage_jobs(self.pages, permits)
        self.links |= jobs.links
        self.errors += jobs.errors
        watch.lap("jobs")
        self._rest(jobs.unlisted)
        watch.lap("data")
        self._verify(look_up, listed)
        watch.lap("verify")
        deleted = build.target.release(self.staging)
        watch.lap("release")
        counts = len(gathered.members), len(gathered.permits), len(deleted)
        return self.report(*counts, jobs)

    def _agree(self) -> None:
        """Check that the outputs agree on every record. Raises Disputed when they don't."""
        gathered = self.gathered
        named = of_others(gathered.named, gathered.verdicts, self.build.policy)
        if disputes := [*gathered.disputes, *named]:
            gathered.close()
            raise Disputed(disputes)

    def _page(self, path: str, html: str, whole: str = "") -> None:
        """Stage a page and check it.

        For a list, `html` is the markup around its rows, which were verified before; `whole` is the
        page with the rows.
        """
        name = f"{path[1:]}index.html"
        self.staging.add(name, (whole or html).encode())
        self.links.update(verify.links(html))
        self.errors += verify.page_errors(name, html, (), ())

    def _lists(self, browse: lists.Browse) -> dict[str, int]:
        gathered, pages = self.gathered, self.pages
        scopes = scope_lists.scopes(gathered.scoped)
        of = {"members": browse.names, "permits": browse.permit_holders}
        of |= {browse_list.kind: browse_list for browse_list in browse.actions}
        counts = dict.fromkeys(of, 0)
        for part in browse.pages():
            before, after = pages.around_rows(part)
            self._page(part.path, before + after, "".join((before, *part.rows, after)))
            for name, browse_list in of.items():
                counts[name] += len(part.rows) if part.path.startswith(browse_list.base) else 0
        for front in browse.fronts():
            before, after = pages.around_rows(front)
            self._page(front.path, before + after, "".join((before, *front.rows, after)))
        self._scope_lists(scopes)
        for index in (browse.index(), scopes.index(), scopes.words_index()):
            if index is not None:
                self._page(index.path, pages.index_page(index))
        return counts

    def _scope_lists(self, scopes: scope_lists.Scopes) -> None:
        """Stage the scope lists. A row is in many of them, so its markup is rendered once."""
        by_member: dict[int, str] = {}
        for row in scopes.rows():
            html = by_member[id(row)] = self.pages.scope_row(row)
            self.links.update(verify.links(html))
            self.errors += verify.page_errors(f"the scope of {row.number}", html, (), ())
        for page in scopes.pages():
            before, after = self.pages.around_scopes(page)
            rows = (by_member[id(row)] for row in page.rows)
            self._page(page.path, before + after, "".join((before, *rows, after)))

    def _lookup(self, browse: lists.Browse) -> Mapping[str, set[str]]:
        self.build.progress.say("look-up")
        covered: dict[str, set[str]] = {"members": set(), "permits": set()}
        policy, looked_up = self.build.policy, self.gathered.looked_up
        looked_up += map(lookup.indexed_list, browse.looked_up())
        for path, content in lookup.build(
            _drained(looked_up),
            policy.designations,
            policy.postnominals_of_others,
            policy.disciplines,
        ):
            self.staging.add(path, content)
            for folder, number in verify.looked_up(content):
                covered[folder].add(number)
        return covered

    def _scope_search(self) -> None:
        """Stage the scope search, and check that it has exactly those whose scopes are listed."""
        found: set[str] = set()
        for path, content in scope_search.build(_drained(self.gathered.entitled)):
            self.staging.add(path, content)
            found |= {number for _, number in verify.looked_up(content)}
        listed = {row.number for row in self.gathered.scoped}
        self.errors += verify.differing("the scope search", found, "the scope lists", listed)

    def _rest(self, unlisted: Collection[str]) -> None:
        """Stage the pages, data and small files that concern the register as a whole."""
        build, pages, gathered = self.build, self.pages, self.gathered
        self._page("/register/", pages.register())
        self._page(WHO, pages.scope_search())
        self._changes()
        sizes = gathered.close()
        package = feeds.data_package(sizes, build.as_of, build.site, build.policy)
        self.staging.add(f"{DATA}datapackage.json", package)
        files = tuple(
            DataFile(
                f"/{DATA}{name}",
                title,
                MEDIA[name.rpartition(".")[2]],
                tuple(fields.CSV.get(name, {}).items()),
            )
            for name, title in feeds.TITLES.items()
        )
        self._page(f"/{DATA}", pages.data(files, build.as_of.isoformat()))
        self.staging.add("404.html", pages.not_found().encode())
        for name in upload_pages.PAGES:
            self.staging.add(upload_pages.path(name), pages.upload_failed(name).encode())
        self.staging.add("robots.txt", feeds.robots(build.site))
        counts = len(gathered.members), len(gathered.permits)
        for path, content in feeds.current(build.as_of, *counts):
            self.staging.add(path, content)
        self.stage_sitemaps(unlisted, gathered.changed_on)

    def _changes(self) -> None:
        """Stage the recent changes and their feed, which show verdicts too. Raises Disputed."""
        build, chosen = self.build, self.view.strictest
        days = self.gathered.recent.days()
        for changes in recent.pages(days, recent.since(build.as_of)):
            html = self.pages.changes(changes)
            html = marks.others_with(html, chosen) if chosen else html
            self._page(changes.path, html)
            self._heard(changes.path, marks.others(html))
        for path, feed in feeds.atom(days, build.site, build.policy):
            content = marks.feed_with(feed, chosen) if chosen else feed
            self.staging.add(path, content)
            self._heard(path, marks.feed(content))
        self._agree()

    def _heard(self, by: str, said: Iterable[tuple[str, Statement]]) -> None:
        self.gathered.named += [Named(by, key, one) for key, one in said]

    def _verify(self, found: Mapping[str, set[str]], listed: Mapping[str, int]) -> None:
        self.build.progress.say("verification")
        gathered = self.gathered
        numbers = {"members": gathered.members, "permits": gathered.permits}
        counts = {
            name: {
                "records": len(known),
                "distinct numbers": len(set(known)),
                "look-up": len(found[name]),
                "browse lists": listed[name],
                f"{name}.csv": gathered.line_counts[f"{name}.csv"],
                f"{name}.jsonl": gathered.line_counts[f"{name}.jsonl"],
            }
            for name, known in (("members", gathered.members), ("permits", gathered.permits))
        }
        counts |= {
            kind: {"records": len(actions), "browse lists": listed[kind]}
            for kind, actions in gathered.actions.items()
        }
        problems = [*self.errors, *gathered.newest.errors]
        links = self.links | gathered.newest.links
        problems += verify.site_errors(self.staging.digests, links, numbers, found, counts)
        if problems:
            raise verify.VerificationFailed(problems)


def _drained(items: list[Item]) -> Iterator[Item]:
    """Yield the items of a list, removing each so that its memory is freed."""
    while items:
        yield items.pop()
