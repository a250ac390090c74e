"""What `signet fsck` finds in records that are there already."""

from __future__ import annotations

import json
from datetime import date

import pytest

from signet.register import act
from signet.register.checking import doubtful_records
from signet.register.loading import Held
from signet.register.model import Entry
from signet.register.store import RawActs
from tests.entries import POLICY, entry, moment, registered


def held(category: str, on: str) -> Held:
    """Return a register of one person of a category."""
    first = {
        "id": "1",
        "kind": "registered",
        "effective_on": on,
        "recorded_at": f"{on}T12:00:00+00:00",
        "entered_by": "registrar",
        "authority": "G 10",
        "corrects": "",
        "data": {"family": "Lee", "category": category},
    }
    return Held([RawActs("member", "100", (json.dumps([first]),))])


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


def test_a_suspension_that_a_return_recorded_before_it_will_end_is_told() -> None:
    back = entry(
        "status_changed", "2026-07-01", recorded="2026-05-01T12:00:00", status="registered"
    )
    out = entry("status_changed", "2026-06-10", status="suspended", reason="fees")
    known = Held([stored([registered(), back, out])])
    (told,) = found(known, "2026-06-20")
    assert f"suspended since 2026-06-10, until entry {back.id} of 2026-07-01" in told
    assert found(known, "2026-07-01") == [], "that day is past"
    meant = back._replace(recorded_at=moment("2026-06-11T12:00:00"))
    assert found(Held([stored([registered(), out, meant])]), "2026-06-20") == []


def stored(entries: list[Entry]) -> RawActs:
    return RawActs("member", "100", (act.body(entries),))
