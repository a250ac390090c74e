"""The steps that a whole build and the publishing of named records have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.publish import project, records, stamped, verify
from signet.publish.answering import Answering
from signet.publish.postings import pictures, render
from signet.publish.postings.permits import Permits
from signet.publish.postings.render import Part
from signet.publish.postings.source import Jobs
from signet.publish.progress import Progress
from signet.publish.project import PermitHistory, Viewpoint
from signet.publish.public import Headline, PermitAnswered
from signet.publish.records import Desk
from signet.publish.render import corrections, feeds, shell
from signet.publish.render.pages import Pages
from signet.publish.render.shell import Shell
from signet.publish.report import Report, Stopwatch, peak_rss_mb
from signet.publish.site import Site
from signet.publish.snapshot import Source
from signet.publish.target.release import Target
from signet.publish.target.staging import Staging
from signet.register import fold
from signet.register.model import Entry, PermitRecord

Answered = Mapping[str, Sequence[PermitRecord]]  # by member


@dataclass(frozen=True, slots=True)
class Build:
    """One build: its source, its as-of date, its target and its settings."""

    source: Source
    target: Target
    as_of: date
    policy: Policy
    site: Site
    progress: Progress
    full: bool = False
    shell: Shell | None = None  # made earlier from the same policy and site; else it is built
    jobs: Jobs | None = None  # None without a career centre


class Steps:
    """A build while it runs: what it stages, and the steps that every build takes."""

    def __init__(
        self, build: Build, staging: Staging, chosen: Mapping[str, Headline] | None = None
    ) -> None:
        self.build, self.staging = build, staging
        zone = ZoneInfo(build.policy.regulator.time_zone)
        self.view = Viewpoint(build.as_of, build.policy, zone, chosen or {})
        self.answering = Answering(build.source, self.view)
        self.watch = Stopwatch()
        self.links: set[str] = set()
        self.histories: dict[str, list[Entry]] = {}  # of the permits that have corrections
        self.naming: dict[str, list[PermitHistory]] = {}  # by member

    def make_pages(self) -> Pages:
        """Stage the guidance pages and /check/, and return the renderer of the other pages."""
        self.build.progress.say("guidance pages and shell")
        plain = self.build.shell or shell.build(self.build.policy, self.build.site)
        new_shell = shell.with_jobs(plain, present=self.build.jobs is not None)
        for path, content in new_shell.files.items():
            self.staging.add(path, content)
            if path.endswith(".html"):
                self.links.update(verify.links(content.decode()))
        pages = Pages(new_shell.template, self.build.site, self.build.policy)
        self._stage_check(pages)
        return pages

    def _stage_check(self, pages: Pages) -> None:
        """Stage the pages on which stamps and lists are checked, and the rules for stamps."""
        self.staging.add(stamped.RULES, stamped.document(self.build.policy))
        for path, page in (("check/", pages.check()), ("check/many/", pages.check_many())):
            self.staging.add(f"{path}index.html", page.encode())
            self.links.update(verify.links(page))

    def read_permits(self) -> list[PermitRecord]:
        """Return all permits as at the build's as-of date."""
        raws = self.build.progress.over(self.build.source.permits(), "permits")
        permits = [record for raw in raws if (record := self.permit(raw)) is not None]
        self.naming = records.naming(permits, self.histories)
        return permits

    def permit(self, raw: Any) -> PermitRecord | None:
        """Return a permit as at the build's as-of date, or None when there is none yet."""
        entries = self.build.source.decode(raw)
        record = fold.permit(entries, self.view.as_of, self.build.policy)
        if record is not None and corrections.corrected(entries):
            self.histories[record.number] = entries
        return record

    def desk(self, pages: Pages, permits: Sequence[PermitRecord], answered: Answered) -> Desk:
        """Return what is needed to make the pages of records.

        `permits` are those whose pages are made, `answered` the permits for which the members whose
        pages are made are responsible.
        """
        answering: dict[str, tuple[PermitAnswered, ...]] = {
            member: tuple(
                project.permit_answered(p, member, self.answering.verdict(p)) for p in stored
            )
            for member, stored in answered.items()
        }
        workers_staging = Staging(self.staging.folder, self.staging.published_digests)
        return Desk(
            view=self.view,
            pages=pages,
            staging=workers_staging,
            source=self.build.source,
            url=self.build.site.url,
            answering=answering,
            spoken_of=records.spoken_of(permits, self.histories),
            histories=self.histories,
            naming=self.naming,
        )

    def stage_jobs(self, pages: Pages, permits: list[PermitRecord]) -> Part:
        """Stage the career centre's pages, lists and search; do nothing without a career centre."""
        if self.build.jobs is None:
            return Part()
        self.build.progress.say("jobs")
        known = Permits(permits, self.answering.verdict)
        policy = self.build.policy
        jobs_shown = self.build.jobs.shown(self.view.as_of, policy, known.in_force)
        jobs = pictures.stage(jobs_shown, self.build.jobs.pictures, self.staging)
        return render.stage([known.held(job) for job in jobs], pages, self.staging, policy)

    def stage_current_styles(self) -> None:
        """Stage an empty stylesheet for the current date where the previous release had none.

        Every page links to it.
        """
        if feeds.CURRENT_STYLES not in self.staging.digests:
            self.staging.add(feeds.CURRENT_STYLES, b"")

    def stage_sitemaps(
        self, unlisted: Collection[str], changed_on: Mapping[str, str] | None = None
    ) -> None:
        """Stage the site maps of every page except those that search engines should not index."""
        end = "index.html"
        addresses = (
            f"/{path[: -len(end)]}"
            for path in self.staging.digests
            if (path == end or path.endswith(f"/{end}")) and path not in unlisted
        )
        for path, content in feeds.sitemaps(addresses, self.build.site, changed_on):
            self.staging.add(path, content)

    def report(self, members: int, permits: int, deleted: int, jobs: Part | None = None) -> Report:
        """Return a report of what was done."""
        digests, written = self.staging.digests, len(self.staging.changed)
        jobs = jobs or Part()
        return Report(
            members=members,
            permits=permits,
            jobs=len(jobs.live),
            pages=sum(path.endswith(".html") for path in digests),
            written=written,
            unchanged=len(digests) - written,
            deleted=deleted,
            left_out=jobs.left_out,
            seconds={**self.watch.seconds, "total": round(sum(self.watch.seconds.values()), 3)},
            peak_rss_mb=peak_rss_mb(),
        )
