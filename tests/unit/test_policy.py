"""The policy pack: what differs between regulators is data, dated and cited."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.policy import Policy, PolicyError, load
from signet.policy.pack import PACKS
from tests.entries import POLICY, day, unhurried

PACK = PACKS / "alberta.toml"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Packs are read once; a test's own must not be what the next one gets."""
    load.cache_clear()
    yield
    load.cache_clear()


def pack(tmp_path: Path, old: str = "", new: str = "") -> Policy:
    """Return the example pack with something changed."""
    text = PACK.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "other.toml"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return load(str(path))


def test_every_value_cites_where_it_is_from() -> None:
    raw: dict[str, Any] = tomllib.loads(PACK.read_text(encoding="utf-8"))
    for table in ("rule", "category", "designation", "status", "permit_status"):
        assert all(row["cites"].strip() for row in raw[table]), table
    assert raw["disciplines"]["cites"]
    assert raw["activities"]["cites"]


def test_only_one_standing_lets_practise_and_none_that_is_struck_is_good() -> None:
    """DES-4, STA-4."""
    statuses = POLICY.statuses.values()
    assert [s.code for s in statuses if s.good and s.practice] == ["registered"]
    assert not [s.code for s in statuses if (s.struck or not s.good) and s.practice]
    assert not [s.code for s in statuses if s.struck and s.good]


def test_striking_needs_council_s_direction() -> None:
    """STA-2: for non-payment, for CPD and for a student's lack of progress."""
    assert [s.code for s in POLICY.statuses.values() if s.direction] == ["struck_off"]
    assert set(POLICY.statuses["struck_off"].reasons) == {"fees", "cpd", "lack_of_progress"}


def test_only_professional_technologists_practise_within_a_scope() -> None:
    """DES-1, DES-2, DES-4."""
    practising = {code for code, d in POLICY.designations.items() if d.practises}
    assert practising == {"P.Tech.(Eng.)", "P.Tech.(Geo.)"}
    assert set(POLICY.designations) - practising == {"C.Tech.", "C.E.T.", "R.E.T."}
    assert len({d.register for d in POLICY.designations.values()}) == 5
    assert len({d.slug for d in POLICY.designations.values()}) == 5


def test_students_candidates_and_those_in_training_aren_t_public() -> None:
    """DES-6."""
    assert [c.code for c in POLICY.categories.values() if c.public] == ["member"]
    assert {"student", "examination_candidate", "in_training"} < set(POLICY.categories)


def test_no_designation_is_built_on_one_that_comes_after_it() -> None:
    for held in POLICY.designations.values():
        assert all(POLICY.designations[code].order < held.order for code in held.supersedes)


def test_the_senior_designation_comes_last() -> None:
    orders = [d.order for d in POLICY.designations.values()]
    assert orders == sorted(orders) == list(range(len(orders)))


def test_a_rule_s_value_is_the_one_in_force_on_the_day() -> None:
    values = ((day("2020-01-01"), 1), (day("2025-06-01"), 2))
    policy = POLICY._replace(rules={"wait": values})
    assert policy.value("wait", day("2020-01-01")) == 1
    assert policy.value("wait", day("2025-05-31")) == 1
    assert policy.value("wait", day("2025-06-01")) == 2
    with pytest.raises(PolicyError, match="no value of wait is in force on 2019-12-31"):
        policy.value("wait", day("2019-12-31"))


@unhurried
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_rule_has_a_value_on_any_day(on: date) -> None:
    assert all(POLICY.value(name, on) is not None for name in POLICY.rules)


def test_values_may_stand_in_any_order(tmp_path: Path) -> None:
    """PER-2: another term from some day on."""
    term = "values = [{ from = 1900-01-01, value = 1 }]"
    later = "values = [{ from = 2027-01-01, value = 2 }, { from = 1900-01-01, value = 1 }]"
    policy = pack(tmp_path, term, later)
    assert policy.value("permit_term_years", day("2026-12-31")) == 1
    assert policy.value("permit_term_years", day("2027-01-01")) == 2


def test_another_regulator_s_pack_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(tmp_path, 'short_name = "ASET"', 'short_name = "XYZ"')
    monkeypatch.setenv("SIGNET_POLICY", str(tmp_path / "other.toml"))
    assert load().regulator.short_name == "XYZ"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"elected", ', '"crowned", ', "crowned"),
        ('short_name = "ASET"\n', "", "short_name"),
        ('short_name = "ASET"\n', 'short_name = "ASET"\ncolour = "red"\n', "colour"),
        ("[disciplines]", "[subjects]", "disciplines"),
        ('reach = "registrar@example.ca"', "", "address and reach"),
        ('paper = "us-letter"', 'paper = "foolscap"', "us-letter or a4"),
        ("[regulator]", "[regulator", "other.toml"),
        ('reasons = ["reinstated"]', 'reasons = ["pardoned"]', "pardoned"),
        ('supersedes = ["C.Tech."]', 'supersedes = ["X.Tech."]', "C.E.T. supersedes"),
    ],
)
def test_a_pack_that_doesn_t_hold_together_is_refused_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(PolicyError, match=said):
        pack(tmp_path, old, new)


@pytest.mark.parametrize("name", ["atlantis", "nowhere/pack.toml"])
def test_a_pack_that_isn_t_there_is_named(name: str) -> None:
    with pytest.raises(PolicyError, match=r"atlantis|pack\.toml"):
        load(name)
