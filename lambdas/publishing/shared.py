"""What the functions that publish share: the target, the page shell, and the date."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet import tables
from signet.jobs.published import Home
from signet.jobs.tables import JobRow
from signet.publish import site as sites
from signet.publish.postings import urgent as postings_urgent
from signet.publish.postings.source import StoreJobs
from signet.publish.progress import Progress
from signet.publish.render import shell as shells
from signet.publish.render import stored_shell
from signet.publish.render.shell import Shell
from signet.publish.report import Report
from signet.publish.snapshot import StoreSource
from signet.publish.steps import Build
from signet.publish.tables import LeaseRow
from signet.publish.target import bucket
from signet.publish.target.release import FolderTarget
from signet.publish.urgent import NothingPublished
from signet.register.tables import RegisterRow

# The tables that publishing needs; the one with private contact data isn't among them.
MODELS = (RegisterRow, LeaseRow, JobRow)


def build(patience: float, *, full: bool = False, changed: Collection[Home] = ()) -> Build:
    """Return a build of today's register and career centre, for the target in the settings.

    `patience` is how many seconds to wait for another publisher to finish, `changed` are postings
    that have just changed.
    """
    _bind()
    policy = policies.load()
    zone = ZoneInfo(policy.regulator.time_zone)
    target = _target()
    target.patience = patience
    return Build(
        source=StoreSource(),
        target=target,
        as_of=datetime.now(UTC).astimezone(zone).date(),
        policy=policy,
        site=sites.from_environment(),
        progress=Progress(quiet=True),
        full=full,
        shell=_shell(),
        jobs=StoreJobs(changed) if policy.jobs is not None else None,
    )


def postings(patience: float, changed: Collection[Home] = ()) -> Report | None:
    """Publish the career centre's pages, lists and search; return a report.

    Returns None where the policy has no career centre, or nothing is published yet: then the first
    full build publishes these too. Raises what `signet.publish.postings.urgent.publish` raises.
    """
    if policies.load().jobs is None:
        return None
    try:
        return postings_urgent.publish(build(patience, changed=changed))
    except NothingPublished:
        return None


@cache
def _bind() -> None:
    tables.bind(MODELS)


def _target() -> bucket.BucketTarget | FolderTarget:
    """Return the bucket SIGNET_SITE_BUCKET, or without it the folder SIGNET_SITE_FOLDER."""
    named = os.environ.get("SIGNET_SITE_BUCKET")
    return _bucket(named) if named else FolderTarget(Path(os.environ["SIGNET_SITE_FOLDER"]))


@cache
def _bucket(named: str) -> bucket.BucketTarget:
    """Return one target for all events: it caches what it has read of the look-up."""
    return bucket.target(named)


@cache
def _shell() -> Shell:
    """Return the shell in the deployment package, or build it: MkDocs takes a second or two."""
    site = sites.from_environment()
    return stored_shell.load(site) or shells.build(policies.load(), site)
