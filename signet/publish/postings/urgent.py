"""Publishing the career centre alone, as soon as a posting changes.

Its pages, lists and search are made as in the nightly build and by the same code, so that the
nightly build has nothing left to change; the register's own pages stay as they are.
"""

from __future__ import annotations

from typing import Any

from signet.publish import verify
from signet.publish.postings.render import FOLDER
from signet.publish.render import feeds
from signet.publish.report import Report
from signet.publish.steps import Build, Steps
from signet.publish.urgent import LOGGER, NothingPublished
from signet.register.model import PermitRecord


def publish(build: Build) -> Report:
    """Publish the postings of `build.jobs` to a site that was built before.

    Raises NothingPublished, VerificationFailed, ReleaseError or Unavailable; then nothing was
    published.
    """
    with build.target.locked():
        published = build.target.published()
        if not published:
            raise NothingPublished("there is no site to publish to: run a whole build first")
        staging = build.target.staging(published)
        staging.digests.update(
            (path, content) for path, content in published.items() if not path.startswith(FOLDER)
        )
        return _Jobs(build, staging).all()


class _Jobs(Steps):
    """The publishing of the career centre while it runs."""

    def all(self) -> Report:
        pages = self.make_pages()
        self.stage_current_styles()
        permits = self.read_permits()
        self.watch.lap("snapshot")
        part = self.stage_jobs(pages, permits)
        self.stage_sitemaps(part.unlisted, self._changed_on())
        self.watch.lap("jobs")
        problems = part.errors + [
            f"the link {link} leads nowhere"
            for link in sorted(part.links)
            if not verify.resolves(link, self.staging.digests)
        ]
        if problems:
            raise verify.VerificationFailed(problems)
        self.watch.lap("verify")
        deleted = self.build.target.release(self.staging)
        self.watch.lap("release")
        return self.report(0, 0, len(deleted), part)

    def permit(self, raw: Any) -> PermitRecord | None:
        """Return a permit, or None when it can't be read; postings then don't show it.

        The next whole build fails on it, and an operator is told. Failing here would block every
        other record whose change is published with these postings.
        """
        try:
            return super().permit(raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it
            details = {"permit": raw.number, "kind": type(error).__name__}
            LOGGER.error("permit not read", extra=details)
            return None

    def _changed_on(self) -> dict[str, str]:
        """Return when the register's records last changed, from the published site maps."""
        maps = [path for path in self.staging.published_digests if feeds.is_site_map(path)]
        return feeds.changed_on(map(self.build.target.read, maps), self.build.site)
