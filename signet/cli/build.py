"""`build.py`: the nightly build from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from signet import policy as policies
from signet.cli.arguments import a_date
from signet.cli.failures import EXIT_BAD_INPUT, explain, report_failures
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.jobs.tables import JobRow
from signet.policy import Policy
from signet.publish import pipeline, urgent
from signet.publish import site as sites
from signet.publish.postings.source import Jobs, StoreJobs
from signet.publish.progress import Progress
from signet.publish.report import Report
from signet.publish.snapshot import FolderSource, Source, StoreSource
from signet.publish.steps import Build
from signet.publish.tables import MODELS
from signet.publish.target import bucket
from signet.publish.target.release import FolderTarget, Target
from signet.publish.verify import MOST_SHOWN, VerificationFailed
from signet.register import tables
from signet.tables import bind

EXIT_NOT_VERIFIED = 1
EXIT_LEFT_OUT = 3
DEFAULT_OUT = "var/site"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    new_parser = argparse.ArgumentParser(
        prog="build.py",
        description="Build the public register: read the records, make and verify every page, "
        "and publish them. Nothing is published when verification fails.",
        epilog="Exit status: 0 published; 1 verification failed, the last release stands; "
        "2 bad usage or input; 3 published, but with problems that are listed.",
    )
    new_parser.add_argument(
        "--source",
        default="dynamodb",
        metavar="dynamodb|FOLDER",
        help="the database (default), or a folder in the exchange format",
    )
    new_parser.add_argument(
        "--out",
        default=DEFAULT_OUT,
        metavar="DIR|s3://BUCKET[/PREFIX]",
        help=f"a folder, or a bucket with versioning (default: {DEFAULT_OUT})",
    )
    new_parser.add_argument(
        "--as-of",
        type=a_date,
        metavar="YYYY-MM-DD",
        help="show the register of this day (default: today in the regulator's time zone)",
    )
    new_parser.add_argument(
        "--full",
        action="store_true",
        help="ignore the manifest: read the published site back and repair what differs",
    )
    new_parser.add_argument(
        "--register-only",
        action="store_true",
        help="leave the career centre out; used by the restore drill",
    )
    new_parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="member/NUMBER|permit/NUMBER",
        help="publish only this record, related pages and its look-up results; may be repeated. "
        "Lists, feed and downloads follow with the next full build",
    )
    new_parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write what was done as JSON"
    )
    new_parser.add_argument(
        "--restore", action="store_true", help="restore the previous release, and build nothing"
    )
    new_parser.add_argument(
        "--quiet", action="store_true", help="print nothing unless something is wrong"
    )
    return new_parser


def today(policy: Policy) -> date:
    """Return today's date in the regulator's time zone."""
    return datetime.now(ZoneInfo(policy.regulator.time_zone)).date()


def _source(name: str, as_of: date, policy: Policy) -> Source:
    if name == "dynamodb":
        tables.bind()
        return StoreSource()
    return FolderSource(Path(name), as_of, policy)


def _jobs(name: str, policy: Policy) -> Jobs | None:
    """Return the career centre of the database, if it has one; a folder of records has none."""
    if name != "dynamodb" or policy.jobs is None:
        return None
    bind(JOB_MODELS)
    try:
        there = JobRow.exists()
    except (PynamoDBException, BotoCoreError):
        there = True  # reading the register will report the problem
    return StoreJobs() if there else None


def _target(name: str) -> Target:
    if name.startswith(bucket.SCHEME):
        bind(MODELS)
        return bucket.target(name)
    return FolderTarget(Path(name))


@report_failures
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the build; return the exit status."""
    options = parser().parse_args(arguments)
    if options.report and (problem := _unwritable(options.report)):
        explain(f"the report can't be written: {problem}", ())
        return EXIT_BAD_INPUT
    policy = policies.load()
    target = _target(options.out)
    if options.restore:
        with target.locked():
            print(f"previous release restored: {target.restore():,} files put back")
        return 0
    as_of = options.as_of or today(policy)
    progress = Progress(quiet=options.quiet)
    progress.say(f"register as of {as_of}, from {options.source}, to {options.out}")
    source = _source(options.source, as_of, policy)
    site = sites.from_environment()
    jobs = None if options.register_only else _jobs(options.source, policy)
    build = Build(source, target, as_of, policy, site, progress, options.full, jobs=jobs)
    try:
        report = _publish(build, options.only)
    except VerificationFailed as failed:
        explain("nothing was published; the last release stands", failed.errors, MOST_SHOWN)
        return EXIT_NOT_VERIFIED
    if options.report:
        options.report.write_text(report.as_json(), encoding="utf-8")
    if not options.quiet:
        _tell(report, options.out)
    if report.disputed:
        explain(
            "all is published, but outputs differed on what they say", report.disputed, MOST_SHOWN
        )
    if report.left_out:
        explain("postings were left out; all else is published", report.left_out, MOST_SHOWN)
    return EXIT_LEFT_OUT if report.disputed or report.left_out else 0


def _publish(build: Build, only: Sequence[str]) -> Report:
    if not only:
        return pipeline.run(build)
    members, permits = urgent.named(only)
    return urgent.publish(build, members, permits)


def _unwritable(path: Path) -> str:
    """Return why a file can't be written, before the work begins; empty when it can."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        path.open("a", encoding="utf-8").close()
        if is_new:
            path.unlink()
    except OSError as error:
        return str(error)
    return ""


def _tell(report: Report, out: str) -> None:
    print(
        f"published {report.members:,} members and {report.permits:,} permits on "
        f"{report.pages:,} pages to {out} in {report.seconds['total']:.1f} s: "
        f"{report.written:,} files written, {report.unchanged:,} unchanged, "
        f"{report.deleted:,} deleted; peak memory {report.peak_rss_mb:.0f} MB",
        file=sys.stderr,
    )
