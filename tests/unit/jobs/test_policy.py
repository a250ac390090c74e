"""What a pack says of the career centre holds together, or isn't loaded."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from signet.policy import jobs
from tests.entries import POLICY

PACK = Path(jobs.__file__).with_name("alberta.toml")
RAW: dict[str, Any] = tomllib.loads(PACK.read_text(encoding="utf-8"))["jobs"]


def changed(**said: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    for name, value in said.items():
        raw[name] = value
    return raw


def test_the_example_pack_says_it_and_cites_each_value() -> None:
    held = jobs.read(RAW)
    assert held is not None
    assert held == POLICY.jobs
    assert (held.posting_days, held.posting_credits) == (30, 1)
    assert held.digest_days == 14
    assert all(held.cites.values())
    lists = (held.packages, held.occupations, held.levels, held.employment_types, held.pay_periods)
    assert all(one.cites for named in lists for one in named.values())
    assert held.tax.cites
    assert len(held.occupations) >= 60


def test_tax_is_to_the_cent_halves_up() -> None:
    assert POLICY.jobs is not None
    tax = POLICY.jobs.tax
    assert [tax.on(cents) for cents in (22500, 10, 9, 0)] == [1125, 1, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"posting_days": {"value": 0, "cites": ""}},
        {"credit_days": {"value": 0, "cites": ""}},
        {"longest_days": {"value": 29, "cites": ""}},
        {"package": []},
        {"package": [{"code": "a", "name": "a", "credits": 1, "cents": 0, "cites": ""}]},
        {"tax": {"name": "GST", "rate": "5", "registration": "", "cites": ""}},
        {"occupation": {"cites": "", "value": [["222", "Short"]]}},
        {"places": {"cites": "", "value": [["Red Deer", "Red Deer", "AB"]]}},
    ],
)
def test_what_nobody_could_post_or_pay_under_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"credit|posting|package|tax|five digits|addresses"):
        jobs.read(changed(**wrong))


def test_a_pack_may_say_nothing_of_jobs() -> None:
    assert jobs.read({}) is None
