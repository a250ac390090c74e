"""The nightly build: everything, from the database to the place that the public is served from.

It repairs whatever a lost event of the day has left, as it looks at every record. Called by the
clock soon after midnight where the regulator is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lambdas import publishing
from signet.publish import pipeline

# A record published by day takes seconds.
PATIENCE_SECONDS = 180.0
LOGGER = logging.getLogger("signet.publish")
LOGGER.setLevel(logging.INFO)


class LeftOut(Exception):
    """Postings whose pages aren't as they should be: all else is published."""


class VerdictsDisputed(Exception):
    """Records on which what is published differed: the strictest verdict is published of each."""


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Build, verify and publish the register as of today; gives what was done.

    An event that says `full` has everything published read back and mended. Raises what the
    pipeline raises: then the last release stands, and the failure is told by an alarm. Raises
    LeftOut or VerdictsDisputed once all is published, so that an alarm tells of that too.
    """
    build = publishing.build(PATIENCE_SECONDS, full=event.get("full") is True)
    report = asdict(pipeline.run(build))
    LOGGER.info("night published", extra={"report": report})
    if report["disputed"]:
        raise VerdictsDisputed([*report["disputed"], *report["left_out"]])
    if report["left_out"]:
        raise LeftOut(report["left_out"])
    return report
