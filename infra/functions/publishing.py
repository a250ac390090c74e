"""What publishes: changed records, changed postings, and everything each night."""

from __future__ import annotations

from typing import Any

from infra.functions.model import GET, MANY, QUERY, SCAN, UPDATE, Clock, Function, Stream, may

PUBLISH = {"register": may(QUERY, SCAN), "leases": may(UPDATE)}
# Postings by their listing, their companies and clients by key, the places: nothing of applicants,
# of members, or of money.
PUBLIC_JOBS = {"jobs": may(GET, QUERY, MANY)}
LISTED_POSTINGS = {"jobs/by_listing": may(QUERY)}
PUBLIC_ROWS = {"jobs": ("company#*", "places"), "jobs/by_listing": ("postings#*",)}
# A replaced object is read and restored by its version, which a listing of versions finds.
PUBLISHED = {
    "site": may(
        "GetObject",
        "GetObjectVersion",
        "PutObject",
        "DeleteObject",
        "ListBucket",
        "ListBucketVersions",
        "GetBucketVersioning",
    )
}


def _publishing(**about: Any) -> Function:
    """Return a function that makes public pages, with all that any of them reads and writes."""
    return Function(
        tables=PUBLISH | PUBLIC_JOBS,
        indexes={"register/permits": may(SCAN), **LISTED_POSTINGS},
        whose=PUBLIC_ROWS,
        buckets=PUBLISHED,
        settings=frozenset({"site"}),
        bundle="postings",
        **about,
    )


FUNCTIONS: tuple[Function, ...] = (
    _publishing(
        name="publish",
        module="lambdas.publishing.urgent",
        does="changed records onto the public pages, within a minute",
        streams=(Stream("register"),),
        memory_mb=1769,
        seconds=300,
        disk_mb=2048,
        alarm_after=120,
    ),
    _publishing(
        name="nightly",
        module="lambdas.publishing.nightly",
        does="the whole register and career centre, every night",
        clocks=(Clock("nightly", at="nightly", local_seconds=0.0),),
        memory_mb=0,  # the stage's build_memory_mb
        seconds=900,
        disk_mb=10240,
    ),
    _publishing(
        name="publish_jobs",
        module="lambdas.publishing.jobs",
        does="changed postings onto the public pages, within a minute",
        streams=(Stream("jobs"),),
        memory_mb=1769,
        seconds=300,
        disk_mb=2048,
        alarm_after=120,
    ),
)
