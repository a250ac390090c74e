"""Publishes the career centre within seconds, from the stream of postings.

A posting brings its page, every list it is on and the search. Where a permit changes,
`lambdas.publishing.urgent` publishes the pages of the employer that holds it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lambdas.publishing import shared
from signet.jobs.published import Home

# The nightly build holds the lock for minutes; an event that waits longer is retried.
PATIENCE_SECONDS = 45.0
LOGGER = logging.getLogger("signet.publish")
LOGGER.setLevel(logging.INFO)


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Publish what a batch of stream rows is about; nothing, where no page shows it.

    Raises any error that stops the publishing: then the batch is retried.
    """
    homes, concerned = _about(event["Records"])
    if not concerned:
        return {"jobs": None}
    report = shared.postings(PATIENCE_SECONDS, homes)
    if report is None:
        return {"jobs": None}
    if report.left_out:  # the nightly build raises it, which sets off an alarm
        LOGGER.error("jobs left out", extra={"faults": report.left_out})
    LOGGER.info("jobs published", extra={"jobs": report.jobs, "written": report.written})
    return {"jobs": report.jobs}


def _about(records: list[dict[str, Any]]) -> tuple[set[Home], bool]:
    """Return the postings of the rows, and whether any row is about what pages show."""
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
