"""A release to a bucket killed right before any of its calls, throttled, or with answers lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count

import pytest
from botocore.retries.standard import ExponentialBackoff

from signet.publish.target.release import LAST, ReleaseError
from tests.bucket_place import (
    bucket,
    bucket_tables_made,
    buckets,
    let_lapse,
    mend,
    new_bucket,
    release,
    restore,
    served,
)
from tests.faults.aws_calls import answers_lost, killed_at_call, refused, throttled

__all__ = ["bucket", "bucket_tables_made", "buckets"]

MANIFEST, *_, CURRENT = LAST
OLD = {
    "index.html": b"front",
    "assets/site.0123456789.css": b"style",
    "register/members/1/index.html": b"one, old",
    "register/members/2/index.html": b"two, who leaves",
    "register/lookup/b-a.json": b"old shard",
    MANIFEST: b"old",
    CURRENT: b"monday",
}
BEFORE = {**OLD, "index.html": b"front, before"}
NEW = {
    "index.html": b"front",
    "assets/site.0123456789.css": b"style",
    "register/members/1/index.html": b"one, new",
    "register/members/3/index.html": b"three, who comes",
    "register/lookup/b-a.json": b"new shard",
    MANIFEST: b"new",
    CURRENT: b"tuesday",
}


@pytest.fixture
def published(buckets: None) -> Callable[[], str]:
    """Return a function that makes a new bucket on which OLD is published after BEFORE."""

    def made() -> str:
        name = new_bucket()
        release(name, BEFORE)
        release(name, OLD)
        return name

    return made


def assert_fit_to_serve(bucket: str) -> None:
    """Every object is whole, an old one or a new one, and none is missing that both have."""
    found = served(bucket)
    for path, content in found.items():
        assert content in (OLD.get(path), NEW.get(path)), path
    assert OLD.keys() & NEW.keys() <= found.keys()


def kills(
    published: Callable[[], str], act: Callable[[str], object]
) -> list[tuple[str, dict[str, bytes]]]:
    """Kill `act` before each of its calls, one bucket for each; what the next run then mends."""
    ends: list[tuple[str, dict[str, bytes]]] = []
    for number in count(1):
        name = published()
        if not killed_at_call(number, lambda: act(name)):  # noqa: B023
            return ends
        assert_fit_to_serve(name)
        let_lapse(name)
        mend(name)
        ends.append((name, served(name)))
        assert ends[-1][1] in (OLD, NEW), f"neither release stands after call {number}"
    raise AssertionError


def test_a_killed_release_is_taken_back_or_done_and_the_next_run_makes_it(
    published: Callable[[], str],
) -> None:
    ends = kills(published, lambda name: release(name, NEW))
    assert ends[0][1] == OLD
    assert ends[-1][1] == NEW
    assert len(ends) > 12
    for name, stands in ends[::2]:
        restore(name)  # the release before the one that stands is kept throughout
        assert served(name) == (BEFORE if stands == OLD else OLD)
    for name, _ in ends:
        release(name, NEW)
        assert served(name) == NEW


def test_a_killed_restoration_is_finished_or_was_never_begun(buckets: None) -> None:
    def of_new() -> str:
        name = new_bucket()
        release(name, OLD)
        release(name, NEW)
        return name

    ends = kills(of_new, restore)
    assert (ends[0][1], ends[-1][1]) == (NEW, OLD)
    assert len(ends) > 10
    for name, _ in ends:
        release(name, NEW)
        assert served(name) == NEW


def test_mending_that_is_killed_too_is_mended(buckets: None) -> None:
    def half_way() -> str:
        name = new_bucket()
        release(name, OLD)
        assert killed_at_call(10, lambda: release(name, NEW))
        let_lapse(name)
        return name

    ends = kills(half_way, mend)
    assert [stands for _, stands in ends] == [OLD] * len(ends)
    assert len(ends) > 7


def test_a_first_release_that_is_killed_goes_on_where_it_stopped(buckets: None) -> None:
    for number in count(1):
        name = new_bucket()
        if not killed_at_call(number, lambda: release(name, OLD)):  # noqa: B023
            break
        assert served(name).items() <= OLD.items()
        let_lapse(name)
        release(name, NEW)  # a night has passed
        assert served(name) == NEW
        release(name, OLD)
        restore(name)
        assert served(name) == NEW
    assert number > 12


@pytest.mark.parametrize("trouble", [throttled, answers_lost])
@pytest.mark.parametrize("every", [2, 5])
def test_a_release_comes_through_throttling_and_lost_answers(
    published: Callable[[], str],
    trouble: Callable[[int], AbstractContextManager[None]],
    every: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The tries are boto3's own; only the pause before each is left out.
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda self, context: 0)
    name = published()
    with trouble(every):
        release(name, NEW)
    assert served(name) == NEW
    with trouble(every):
        restore(name)
    assert served(name) == OLD


def test_a_release_that_aws_refuses_half_way_is_taken_back(published: Callable[[], str]) -> None:
    name = published()
    with refused("PUT", f"site/{MANIFEST}"), pytest.raises(ReleaseError, match="AccessDenied"):
        release(name, NEW)
    assert served(name) == OLD
    release(name, NEW)
    assert served(name) == NEW
