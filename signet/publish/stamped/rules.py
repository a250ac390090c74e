"""What a decision on a stamp needs besides the records: the policy's lists, and the sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from typing import Any

from signet.policy import Policy
from signet.policy.pack import PermitStatus, Status
from signet.publish.stamped.sentences import MONTHS, SENTENCES, TITLES
from signet.register.verdict.members import GOOD_STANDING
from signet.register.verdict.model import WITH_CONDITIONS, status_in_words
from signet.register.verdict.permits import IN_FORCE

RULES = "check/rules.json"


def rules(policy: Policy) -> dict[str, Any]:
    """Return the rules by which `decide` decides, as plain data.

    `standing_words` and `answered_words` are the words of the verdicts under which a title may be
    used and a permit has a responsible member; `not_known` the reasons that say that nothing is
    known.
    """
    designations = policy.designations.values()
    return {
        "practising": [d.code for d in designations if d.practises],
        "beside": {d.code: d.stamp_beside for d in designations if d.stamp_beside},
        "standing_words": [GOOD_STANDING, GOOD_STANDING + WITH_CONDITIONS],
        "answered_words": [IN_FORCE, IN_FORCE + WITH_CONDITIONS],
        "not_known": {
            "member": _not_known([policy.statuses["not_known"]], policy),
            "permit": _not_known([policy.permit_statuses["not_known"]], policy),
        },
        "disciplines": list(policy.disciplines),
        "others": policy.stamps.others,
        "months": list(MONTHS),
        "titles": TITLES,
        "sentences": SENTENCES,
    }


def document(policy: Policy) -> bytes:
    """Return the rules as the file that the site publishes."""
    return (json.dumps(rules(policy), ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _not_known(statuses: Iterable[Status | PermitStatus], policy: Policy) -> list[str]:
    """Return the reasons that a verdict gives where the standing isn't known."""
    every = product(statuses, ["", *policy.reasons])
    return [status_in_words(status.code, reason, policy) for status, reason in every]
