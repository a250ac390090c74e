"""A release killed right before any of its changes: what is served, and what the next run makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pytest

from signet.publish.target.release import LAST, FolderTarget, ReleaseError
from tests.built_site import tree
from tests.faults.dying import killed_at

MANIFEST, *_, CURRENT = LAST
OLD = {
    "index.html": b"front",
    "assets/site.1.css": b"old style",
    "register/members/1/index.html": b"one, old",
    "register/members/1/index.json": b"1 old",
    "register/members/2/index.html": b"two",
    "register/members/2/index.json": b"2",
    "register/members/3/index.html": b"three, who leaves",
    "register/lookup/b-a.old.json": b"old shard",
    "sitemap.xml": b"old map",
    MANIFEST: b"b-a.old",
    CURRENT: b"monday",
}
BEFORE = {**OLD, "index.html": b"front, before"}
NEW = {
    "index.html": b"front",
    "assets/site.2.css": b"new style",
    "register/members/1/index.html": b"one, new",
    "register/members/1/index.json": b"1 new",
    "register/members/2/index.html": b"two",
    "register/members/2/index.json": b"2",
    "register/members/4/index.html": b"four, who comes",
    "register/lookup/b-a.new.json": b"new shard",
    "sitemap.xml": b"new map",
    MANIFEST: b"b-a.new",
    CURRENT: b"tuesday",
}
SHARD = {
    files[MANIFEST]: f"register/lookup/{files[MANIFEST].decode()}.json" for files in (OLD, NEW)
}


def release(out: Path, files: Mapping[str, bytes]) -> None:
    target = FolderTarget(out)
    with target.locked():
        staging = target.staging()
        for path, content in files.items():
            staging.add(path, content)
        target.release(staging)


def restore(out: Path) -> None:
    target = FolderTarget(out)
    with target.locked():
        target.restore()


def mend(out: Path) -> None:
    """Repair the target, as every run does first."""
    with FolderTarget(out).locked():
        pass


@pytest.fixture
def published(place: Path) -> Callable[[], Path]:
    """Return a function that makes a new folder on which OLD is published."""
    first = place / "first" / "site"
    release(first, BEFORE)
    release(first, OLD)
    numbers = count()

    def copied() -> Path:
        there = place / f"copy{next(numbers)}"
        shutil.copytree(place / "first", there)
        return there / "site"

    return copied


def assert_fit_to_serve(out: Path) -> None:
    """Every file is whole, an old one or a new one, and what leads to others leads somewhere."""
    served = tree(out)
    for path, content in served.items():
        assert content in (OLD.get(path), NEW.get(path)), path
    for path in OLD.keys() & NEW.keys():
        assert path in served
    assert SHARD[served[MANIFEST]] in served


def test_a_killed_release_leaves_whole_files_and_the_next_run_makes_it_as_if_undisturbed(
    published: Callable[[], Path],
) -> None:
    ends = []
    for change in count(1):
        out = published()
        if not killed_at(change, out.parent, lambda: release(out, NEW)):  # noqa: B023
            break
        assert_fit_to_serve(out)
        mend(out)
        ends.append(tree(out))
        assert ends[-1] in (OLD, NEW), f"neither release stands after change {change}"
        restore(out)  # the release before the one that stands is kept whole throughout
        assert tree(out) == (BEFORE if ends[-1] == OLD else OLD), f"change {change}"
        release(out, OLD)
        release(out, NEW)
        assert tree(out) == NEW
    assert ends[0] == OLD
    assert ends[-1] == NEW
    assert len(ends) > 30


def test_a_killed_restoration_is_finished_or_was_never_begun(published: Callable[[], Path]) -> None:
    ends = []
    for change in count(1):
        out = published()
        release(out, NEW)
        if not killed_at(change, out.parent, lambda: restore(out)):  # noqa: B023
            break
        assert_fit_to_serve(out)
        mend(out)
        ends.append(tree(out))
        assert ends[-1] in (OLD, NEW), f"neither release stands after change {change}"
        if ends[-1] == OLD:
            with pytest.raises(ReleaseError, match="no earlier release"):
                restore(out)
        release(out, NEW)
        assert tree(out) == NEW
    assert (ends[0], ends[-1]) == (NEW, OLD)
    assert len(ends) > 15


@pytest.mark.parametrize("killed_first_at", [24, 36])
def test_mending_that_is_killed_too_is_mended(
    published: Callable[[], Path], killed_first_at: int
) -> None:
    for change in count(1):
        out = published()
        assert killed_at(killed_first_at, out.parent, lambda: release(out, NEW))  # noqa: B023
        if not killed_at(change, out.parent, lambda: mend(out)):  # noqa: B023
            break
        assert_fit_to_serve(out)
        mend(out)
        assert tree(out) in (OLD, NEW)
        release(out, NEW)
        assert tree(out) == NEW


@pytest.mark.parametrize("folder_is_there", [False, True])
def test_the_first_release_appears_at_once(place: Path, folder_is_there: bool) -> None:
    ends = []
    for change in count(1):
        out = place / str(change) / "site"
        if folder_is_there:
            out.mkdir(parents=True)
        if not killed_at(change, out.parent, lambda: release(out, OLD)):  # noqa: B023
            break
        ends.append(tree(out))
        assert ends[-1] in ({}, OLD), f"a part of the site is served after change {change}"
        release(out, OLD)
        assert tree(out) == OLD
        release(out, NEW)
        restore(out)
        assert tree(out) == OLD
    assert (ends[0], ends[-1]) == ({}, OLD)


def test_a_killed_release_leaves_nothing_behind_once_mended(published: Callable[[], Path]) -> None:
    undisturbed = published()
    release(undisturbed, NEW)
    for change in (5, 20, 40):
        out = published()
        killed_at(change, out.parent, lambda: release(out, NEW))  # noqa: B023
        release(out, NEW)
        assert tree(out.with_name("site.state")) == tree(undisturbed.with_name("site.state"))
