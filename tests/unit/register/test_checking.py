"""What `signet fsck` finds in records that are there already."""

from __future__ import annotations

import json
from datetime import date

import pytest

from signet.register.checking import doubtful_records
from signet.register.loading import Held
from signet.register.store import RawActs
from tests.entries import POLICY


def held(category: str, on: str) -> Held:
    """Return a register of one person of a category."""
    entry = {
        "id": "1",
        "kind": "registered",
        "effective_on": on,
        "recorded_at": f"{on}T12:00:00+00:00",
        "entered_by": "registrar",
        "authority": "G 10",
        "corrects": "",
        "data": {"family": "Lee", "category": category},
    }
    return Held([RawActs("member", "100", (json.dumps([entry]),))])


def found(known: Held, as_of: str) -> list[str]:
    return [str(finding) for finding in doubtful_records(known, date.fromisoformat(as_of), POLICY)]


@pytest.mark.parametrize(
    ("as_of", "findings"), [("2026-05-01", 0), ("2026-05-02", 1), ("2028-05-02", 1)]
)
def test_training_beyond_six_years_is_told(as_of: str, findings: int) -> None:  # DES-6
    told = found(held("in_training", "2020-05-01"), as_of)
    assert len(told) == findings
    assert all("at most 6 years, 8 with Council's extension (DES-6)" in line for line in told)


def test_members_may_stay_as_long_as_they_like() -> None:
    assert found(held("member", "1975-05-01"), "2026-05-02") == []


def test_a_category_that_the_policy_does_not_know_is_told_and_stays_unpublished() -> None:
    (told,) = found(held("honorary", "2020-05-01"), "2026-05-02")
    assert "'honorary' isn't in the policy and isn't published (DES-6)" in told
