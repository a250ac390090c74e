"""Which tests are run for a change in the daily round."""

from __future__ import annotations

from tests.changed import changed_since, wanted


def test_what_was_changed_comes_first_then_unit_tests_then_who_imports_it() -> None:
    journey, unit = "tests/browser/test_jobs.py", "tests/unit/register/test_fold.py"
    found = wanted({"signet/jobs/postings/postings.py", journey, unit, "tests/aws/test_data.py"})
    assert found[:2] == [journey, "tests/unit"]
    assert "tests/service/jobs/test_postings.py" in found[2:]
    assert "tests/service/cpd/test_desk.py" not in found


def test_without_a_change_it_is_the_unit_tests() -> None:
    assert wanted(set()) == ["tests/unit"]


def test_a_branch_that_isn_t_there_is_no_error() -> None:
    assert isinstance([*changed_since("no-such-branch")], list)
