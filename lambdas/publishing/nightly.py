"""The nightly build: publishes everything, from the database to the public site.

It repairs whatever lost stream events left stale, as it looks at every record. The scheduler calls
it soon after midnight in the regulator's time zone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lambdas.publishing import shared
from signet.publish import pipeline

# Publishing one record by day takes seconds.
PATIENCE_SECONDS = 180.0
LOGGER = logging.getLogger("signet.publish")
LOGGER.setLevel(logging.INFO)


class LeftOut(Exception):
    """Postings whose pages aren't as they should be; everything else is published."""


class VerdictsDisputed(Exception):
    """Records with disputed verdicts; the strictest one is published for each."""


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Build, verify and publish the register as of today; return a report.

    An event with `full` set reads back and repairs everything published. Raises what the pipeline
    raises: then the last release stays, and an alarm reports the failure. Raises LeftOut or
    VerdictsDisputed after everything is published, so that an alarm reports that too.
    """
    build = shared.build(PATIENCE_SECONDS, full=event.get("full") is True)
    report = asdict(pipeline.run(build))
    LOGGER.info("night published", extra={"report": report})
    if report["disputed"]:
        raise VerdictsDisputed([*report["disputed"], *report["left_out"]])
    if report["left_out"]:
        raise LeftOut(report["left_out"])
    return report
