"""The nightly build from end to end.

snapshot -> project -> render -> lookup -> verify -> release: the permits are read first, then the
members stream through, and what concerns them all is made from what they left behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.publish import (
    feeds,
    lists,
    project,
    records,
    scope_lists,
    shell,
    verify,
    workers,
)
from signet.publish.gathered import DATA, Gathered
from signet.publish.lookup import index as lookup
from signet.publish.pages import Pages
from signet.publish.progress import Progress
from signet.publish.project import Viewpoint
from signet.publish.public import DataFile, PermitAnswered
from signet.publish.records import Desk
from signet.publish.release import FolderTarget
from signet.publish.report import Report, Stopwatch, peak_rss_mb
from signet.publish.shell import Shell
from signet.publish.site import Site
from signet.publish.snapshot import Source
from signet.publish.staging import Staging
from signet.register import fold
from signet.register.model import PermitRecord

MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl"}


@dataclass(frozen=True, slots=True)
class Build:
    """One build: from where, as at when, to where."""

    source: Source
    target: FolderTarget
    as_of: date
    policy: Policy
    site: Site
    progress: Progress
    full: bool = False
    shell: Shell | None = None  # one made before from the same policy and site; else it is made

    def run(self) -> Report:
        """Build, verify and release; gives what was done.

        Raises VerificationFailed (nothing was published), ReleaseError, ShellError or
        InputProblems.
        """
        with self.target.held():
            published = self.target.read_back() if self.full else self.target.published()
            return _Run(self, self.target.staging(published)).all()


class _Run:
    """The state of one build while it runs."""

    def __init__(self, build: Build, staging: Staging) -> None:
        self.build, self.staging = build, staging
        self.view = Viewpoint(build.as_of, build.policy, ZoneInfo(build.policy.regulator.time_zone))
        self.watch = Stopwatch()
        self.gathered = Gathered(staging)
        self.faults: list[str] = []
        self.links: set[str] = set()

    def all(self) -> Report:
        build, watch = self.build, self.watch
        self.pages = self._shell()
        watch.lap("shell")
        permits = self._permits()
        watch.lap("snapshot")
        desk = self._desk(permits)
        members = build.progress.over(build.source.members(), "members")
        for batch in workers.made(desk, members):
            self.gathered.add_members(batch)
        watch.lap("members")
        self.gathered.add_permits(
            records.permits(desk, permits, self.gathered.responsible, self.gathered.names)
        )
        watch.lap("permits")
        listed = self._lists()
        watch.lap("lists")
        found = self._lookup()
        watch.lap("lookup")
        self._rest()
        watch.lap("data")
        self._verify(found, listed)
        watch.lap("verify")
        deleted = build.target.release(self.staging)
        watch.lap("release")
        return self._report(len(deleted))

    def _shell(self) -> Pages:
        self.build.progress.say("guidance pages and shell")
        made = self.build.shell or shell.build(self.build.policy, self.build.site)
        for path, content in made.files.items():
            self.staging.add(path, content)
            if path.endswith(".html"):
                self.links.update(verify.links(content.decode()))
        return Pages(made.template, self.build.site, self.build.policy)

    def _permits(self) -> list[PermitRecord]:
        source, policy = self.build.source, self.build.policy
        raws = self.build.progress.over(source.permits(), "permits")
        found = (fold.permit(source.decode(raw), self.view.as_of, policy) for raw in raws)
        return [record for record in found if record is not None]

    def _desk(self, permits: list[PermitRecord]) -> Desk:
        answering, spoken_of = records.public_permits(permits)
        headlines = {p.number: project.permit_headline(p, True, self.view) for p in permits}
        answered: dict[str, tuple[PermitAnswered, ...]] = {
            member: tuple(project.permit_answered(p, member, headlines[p.number]) for p in held)
            for member, held in answering.items()
        }
        workers_staging = Staging(self.staging.folder, self.staging.published_digests)
        return Desk(
            view=self.view,
            pages=self.pages,
            staging=workers_staging,
            source=self.build.source,
            url=self.build.site.url,
            answering=answered,
            spoken_of=spoken_of,
        )

    def _page(self, path: str, html: str) -> None:
        name = f"{path[1:]}index.html"
        self.staging.add(name, html.encode())
        self.links.update(verify.links(html))
        self.faults += verify.page_faults(name, html, (), ())

    def _lists(self) -> dict[str, int]:
        gathered, pages = self.gathered, self.pages
        browse = lists.browse(gathered.listed_members, gathered.listed_permits, self.build.policy)
        scopes = scope_lists.scopes(gathered.scoped)
        counts: dict[str, int] = {"members": 0, "permits": 0}
        for part in browse.pages():
            self._page(part.path, pages.list_page(part))
            for name, found in (("members", browse.names), ("permits", browse.permit_holders)):
                counts[name] += len(part.rows) if part.path.startswith(found.base) else 0
        for scope_page in scopes.pages():
            self._page(scope_page.path, pages.scope_list(scope_page))
        for index in (browse.index(), scopes.index()):
            self._page(index.path, pages.index_page(index))
        return counts

    def _lookup(self) -> Mapping[str, set[str]]:
        self.build.progress.say("look-up")
        covered: dict[str, set[str]] = {"members": set(), "permits": set()}
        for path, content in lookup.build(self.gathered.looked_up):
            self.staging.add(path, content)
            for folder, number in verify.looked_up(content):
                covered[folder].add(number)
        return covered

    def _rest(self) -> None:
        """The pages, data and small files that concern the register as a whole."""
        build, pages, gathered = self.build, self.pages, self.gathered
        changes = tuple(gathered.newest.changes)
        self._page("/register/", pages.register())
        self._page("/register/changes/", pages.changes(changes))
        self.staging.add(feeds.FEED, feeds.atom(changes, build.site, build.policy))
        sizes = gathered.close()
        package = feeds.data_package(sizes, build.site, build.policy)
        self.staging.add(f"{DATA}datapackage.json", package)
        files = tuple(
            DataFile(f"/{DATA}{name}", feeds.TITLES[name], MEDIA[name.rpartition(".")[2]], count)
            for name, count in gathered.line_counts.items()
        )
        self._page(f"/{DATA}", pages.data(files))
        self.staging.add("404.html", pages.not_found().encode())
        self.staging.add("robots.txt", feeds.robots(build.site))
        current = {
            "as_of": build.as_of.isoformat(),
            "members": len(gathered.members),
            "permits": len(gathered.permits),
        }
        self.staging.add("register/current.json", (json.dumps(current) + "\n").encode())
        for path, content in feeds.sitemaps(self._addresses(), build.site):
            self.staging.add(path, content)

    def _addresses(self) -> Iterator[str]:
        end = "index.html"
        return (
            f"/{path[: -len(end)]}"
            for path in self.staging.digests
            if path == end or path.endswith(f"/{end}")
        )

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
        faults = [*self.faults, *gathered.newest.faults]
        links = self.links | gathered.newest.links
        faults += verify.site_faults(self.staging.digests, links, numbers, found, counts)
        if faults:
            raise verify.VerificationFailed(faults)

    def _report(self, deleted: int) -> Report:
        digests, written = self.staging.digests, len(self.staging.changed)
        return Report(
            members=len(self.gathered.members),
            permits=len(self.gathered.permits),
            pages=sum(path.endswith(".html") for path in digests),
            written=written,
            unchanged=len(digests) - written,
            deleted=deleted,
            seconds={**self.watch.seconds, "total": round(sum(self.watch.seconds.values()), 3)},
            peak_rss_mb=peak_rss_mb(),
        )
