"""`make mutants`: what it reads from mutmut, and when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutants.faults import faults, summary
from tests.mutants.groups import LIST, ROOT, Change, Group, Known, read
from tests.mutants.judged import Judged, Unsettled, judged

WRITTEN = read(LIST.read_text(encoding="utf-8"))
GROUP = Group("day", ("day.py",), ("test_day.py",))
MUTATED = '''
def x_after__mutmut_orig(day: int, step: int = 1) -> int:
    """Return a later day."""
    return day + step


def x_after__mutmut_1(day: int, step: int = 1) -> int:
    """Return a later day."""
    return day - step


def x_after__mutmut_2(day: int, step: int = 2) -> int:
    """Return a later day."""
    return day + step


class Week:
    def xǁWeekǁfirst__mutmut_orig(self) -> int:
        return min(
            self.days,
            default=1,
        )

    def xǁWeekǁfirst__mutmut_1(self) -> int:
        return min(
            self.days,
            )
'''
MINUS = Change("day.after", "return day + step", "return day - step")
LATER = Change(
    "day.after", "(day: int, step: int = 1) -> int:", "(day: int, step: int = 2) -> int:"
)


def left(place: Path, **codes: int | None) -> list[Judged]:
    """Return the mutants of a folder in which mutmut left these exit codes."""
    (place / "day.py").write_text(MUTATED, encoding="utf-8")
    ended = {f"day.{name}": code for name, code in codes.items()}
    (place / "day.py.meta").write_text(json.dumps({"exit_code_by_key": ended}), encoding="utf-8")
    return list(judged(place, GROUP))


def test_a_mutant_is_told_by_its_function_and_its_lines(tmp_path: Path) -> None:
    """Numbers would change with each line that is written above."""
    found = left(tmp_path, x_after__mutmut_1=0, x_after__mutmut_2=1, xǁWeekǁfirst__mutmut_1=33)
    assert [(one.change.function, one.caught) for one in found] == [
        ("day.after", False), ("day.after", True), ("day.Week.first", False),
    ]  # fmt: skip
    assert found[0].change == MINUS
    assert found[1].change.became.endswith("(day: int, step: int = 2) -> int:")
    assert found[2].change == Change("day.Week.first", "default=1,\n)", ")")


def test_what_runs_on_and_on_is_caught_and_what_was_interrupted_is_neither(tmp_path: Path) -> None:
    (slow,) = left(tmp_path, x_after__mutmut_1=-24)
    assert (slow.caught, slow.slow) == (True, True)
    for unfinished in (None, 2, -9):
        with pytest.raises(Unsettled):
            left(tmp_path, x_after__mutmut_1=unfinished)


def test_a_new_survivor_fails_and_so_does_an_explanation_of_none() -> None:
    many = [Judged(LATER, caught=True)] * 30
    assert faults([*many, Judged(MINUS, caught=True)], []) == []
    survives = [*many, Judged(MINUS, caught=False)]
    (said,) = faults(survives, [])
    assert "day.after" in said
    assert "return day - step" in said
    assert faults(survives, [Known(MINUS, "the same for all days")]) == []
    (said,) = faults(many, [Known(MINUS, "the same for all days")])
    assert said.startswith("explained, but doesn't survive")


def test_explanations_don_t_make_up_for_tests() -> None:
    known = [Known(MINUS, "the same for all days")]
    half = [Judged(LATER, caught=True), Judged(MINUS, caught=False)]
    (said,) = faults(half, known)
    assert "only 50.0 %" in said
    assert summary(GROUP, half).startswith("day: 2 mutants, 1 caught (50.0 %)")


def test_one_explanation_serves_several_mutants_of_a_line() -> None:
    entry = """
    [groups.day]
    files = ["day.py"]
    tests = ["test_day.py"]
    [[survivors]]
    function = "day.after"
    was = "return day + step"
    became = ["return day - step", "return None"]
    why = "nobody asks"
    """
    found = read(entry)
    lines = [known.change.became for known in found.of(GROUP)]
    assert lines == ["return day - step", "return None"]
    assert found.of(Group("week", ("week.py",), ())) == ()


def test_what_is_listed_is_there() -> None:
    for group in WRITTEN.groups:
        assert all((ROOT / path).is_file() for path in group.files + group.tests), group.name
    groups = [known for group in WRITTEN.groups for known in WRITTEN.of(group)]
    assert len(groups) == len(WRITTEN.known), "each survivor is of one group's modules"
    assert all(len(known.why) > 10 for known in WRITTEN.known)
