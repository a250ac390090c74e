"""Publishes the career centre within seconds: what the streams of postings and permits tell of.

A posting brings its page, every list it is on and the search; the register's pages follow their own
function. A permit that lapses leaves the pages of the employer that held it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lambdas import publishing
from signet.jobs.board import Home
from signet.publish.postings import urgent
from signet.publish.urgent import NothingPublished

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
    try:
        report = urgent.publish(publishing.build(PATIENCE_SECONDS, changed=homes))
    except NothingPublished:
        return {"jobs": None}  # the first whole build is still to come, and publishes these too
    LOGGER.info("jobs published", extra={"jobs": report.jobs, "written": report.written})
    return {"jobs": report.jobs}


def _about(records: list[dict[str, Any]]) -> tuple[set[Home], bool]:
    """The postings that rows are of, and whether any row is about what pages show."""
    homes: set[Home] = set()
    concerned = False
    for record in records:
        keys = record["dynamodb"]["Keys"]
        if "record" in keys:
            concerned |= keys["record"]["S"].startswith("permit#")
            continue
        owner, _, company = keys["owner"]["S"].partition("#")
        part, _, number = keys["part"]["S"].partition("#")
        if owner == "company" and part == "posting":
            homes.add(Home(company, number))
        concerned |= owner == "places" or (
            owner == "company" and part in ("posting", "company", "client")
        )
    return homes, concerned
