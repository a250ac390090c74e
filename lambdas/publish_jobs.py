"""Publishes the career centre within seconds: what the stream of postings tells of.

A posting brings its page, every list it is on and the search. Where a permit changes,
`lambdas.publish` has the pages of the employer that holds it follow.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lambdas import publishing
from signet.jobs.published import Home

# The nightly build holds the place for minutes; what waits longer comes again.
PATIENCE_SECONDS = 45.0
LOGGER = logging.getLogger("signet.publish")
LOGGER.setLevel(logging.INFO)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Publish what a batch of a stream's rows is about; nothing, where no page shows it.

    Raises whatever keeps it from being published: then the batch comes again.
    """
    homes, concerned = _about(event["Records"])
    if not concerned:
        return {"jobs": None}
    report = publishing.postings(PATIENCE_SECONDS, homes)
    if report is None:
        return {"jobs": None}
    if report.left_out:  # the night raises it, and an alarm tells
        LOGGER.error("jobs left out", extra={"faults": report.left_out})
    LOGGER.info("jobs published", extra={"jobs": report.jobs, "written": report.written})
    return {"jobs": report.jobs}


def _about(records: list[dict[str, Any]]) -> tuple[set[Home], bool]:
    """The postings that rows are of, and whether any row is about what pages show."""
    homes: set[Home] = set()
    concerned = False
    for record in records:
        keys = record["dynamodb"]["Keys"]
        owner, _, company = keys["owner"]["S"].partition("#")
        part, _, number = keys["part"]["S"].partition("#")
        if owner == "company" and part == "posting":
            homes.add(Home(company, number))
        concerned |= owner == "places" or (
            owner == "company" and part in ("posting", "company", "client", "picture")
        )
    return homes, concerned
