"""Publishing to a folder: in which order, what is refused, how the release before comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from signet.publish.target.release import LAST, FolderTarget, ReleaseError, in_safe_order
from tests.built_site import tree
from tests.faults.dying import in_a_process

LOOKUP_MANIFEST, *_, CURRENT = LAST
MONDAY = {
    "index.html": b"front",
    "register/members/1/index.html": b"one",
    "register/members/2/index.html": b"two",
    "register/members/2/index.json": b"2",
    "register/lookup/b-a.1.json": b"shard 1",
    LOOKUP_MANIFEST: b"b-a.1",
    CURRENT: b"monday",
}
TUESDAY = {
    "index.html": b"front",
    "assets/new.css": b"new",
    "register/members/1/index.html": b"one, changed",
    "register/members/1/index.json": b"1",
    "register/lookup/b-a.2.json": b"shard 2",
    LOOKUP_MANIFEST: b"b-a.2",
    CURRENT: b"tuesday",
}


def release(out: Path, files: Mapping[str, bytes], *, full: bool = False) -> list[str]:
    target = FolderTarget(out)
    with target.locked():
        staging = target.staging(target.read_back() if full else target.published())
        for path, content in files.items():
            staging.add(path, content)
        target.release(staging)
    return staging.changed


def after_a_start(out: Path, started: str, files: Mapping[str, bytes]) -> list[str]:
    """Release in another run of the operating system; gives what was written."""
    target = FolderTarget(out, started)
    with target.locked():
        staging = target.staging()
        for path, content in files.items():
            staging.add(path, content)
        target.release(staging)
    return staging.changed


def test_what_a_power_cut_took_is_written_again_by_the_next_build(tmp_path: Path) -> None:
    """A file may be empty or gone though its release was over; the manifest doesn't know."""
    out = tmp_path / "site"
    after_a_start(out, "first", MONDAY)
    lost, emptied = "register/members/2/index.html", "register/members/1/index.html"
    (out / lost).unlink()
    (out / emptied).write_bytes(b"")
    (out / "note.txt").write_bytes(b"somebody else's")
    assert sorted(after_a_start(out, "second", MONDAY)) == [emptied, lost]
    assert tree(out) == {**MONDAY, "note.txt": b"somebody else's"}
    assert after_a_start(out, "second", MONDAY) == []


def test_files_are_read_back_once_after_a_start_and_not_by_every_build(tmp_path: Path) -> None:
    out = tmp_path / "site"
    after_a_start(out, "first", MONDAY)
    assert after_a_start(out, "second", MONDAY) == []
    (out / "index.html").write_bytes(b"by hand")
    assert after_a_start(out, "second", TUESDAY)
    assert (out / "index.html").read_bytes() == b"by hand"


def restore(out: Path) -> int:
    target = FolderTarget(out)
    with target.locked():
        return target.restore()


def test_what_pages_need_goes_first_and_what_leads_to_the_rest_last() -> None:
    paths = [
        CURRENT, "register/members/1/index.html", LOOKUP_MANIFEST, "index.html", "sitemap.xml",
        "assets/a.css", "register/members/1/index.json", "register/lookup/b-a.1.json",
    ]  # fmt: skip
    assert in_safe_order(paths) == [
        "assets/a.css", "register/lookup/b-a.1.json", "register/members/1/index.json",
        "index.html", "register/members/1/index.html", "sitemap.xml", LOOKUP_MANIFEST, CURRENT,
    ]  # fmt: skip


def operations(out: Path, files: Mapping[str, bytes], record: Path) -> list[tuple[str, str]]:
    """Return what a release really does to the served folder, in order."""
    done: list[tuple[str, str]] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        place = str(arguments[1] if event == "os.rename" else arguments[0]) if arguments else ""
        if event in ("os.rename", "os.remove", "os.rmdir") and place.startswith(f"{out}/"):
            done.append((event, os.path.relpath(place, out)))

    def act() -> None:
        release(out, files)
        record.write_text(json.dumps(done), encoding="utf-8")

    assert in_a_process(act, watch) == 0
    return [(event, path) for event, path in json.loads(record.read_text("utf-8"))]


def test_a_release_puts_files_in_place_in_safe_order_and_deletes_last(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    assert operations(out, TUESDAY, tmp_path / "record") == [
        ("os.rename", "assets/new.css"),
        ("os.rename", "register/lookup/b-a.2.json"),
        ("os.rename", "register/members/1/index.json"),
        ("os.rename", "register/members/1/index.html"),
        ("os.rename", LOOKUP_MANIFEST),
        ("os.rename", CURRENT),
        ("os.remove", "register/lookup/b-a.1.json"),
        ("os.remove", "register/members/2/index.html"),
        ("os.remove", "register/members/2/index.json"),
        ("os.rmdir", "register/members/2"),
    ]


def test_a_release_of_the_same_files_touches_none_of_them(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    before = {path: path.stat() for path in out.rglob("*")}
    assert operations(out, MONDAY, tmp_path / "record") == []
    after = {path: path.stat() for path in out.rglob("*")}
    assert {p: (s.st_ino, s.st_mtime_ns) for p, s in before.items()} == {
        p: (s.st_ino, s.st_mtime_ns) for p, s in after.items()
    }


def test_a_removed_record_takes_its_empty_folder_with_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    release(out, TUESDAY)
    assert tree(out) == TUESDAY
    assert not (out / "register/members/2").exists()


def test_the_release_before_comes_back_byte_for_byte_and_just_once(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    release(out, TUESDAY)
    assert restore(out) == 9  # put back 6, taken away 3
    assert tree(out) == MONDAY
    assert not (out / "assets").exists()
    with pytest.raises(ReleaseError, match=f"no earlier release of {out} is kept"):
        restore(out)
    assert tree(out) == MONDAY


def test_a_night_without_change_keeps_the_release_before_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    release(out, TUESDAY)
    release(out, TUESDAY)
    restore(out)
    assert tree(out) == MONDAY


def test_after_a_restoration_the_next_build_publishes_again(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    release(out, TUESDAY)
    restore(out)
    release(out, TUESDAY)
    assert tree(out) == TUESDAY
    restore(out)
    assert tree(out) == MONDAY


def test_nothing_can_be_restored_before_the_second_release(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    with pytest.raises(ReleaseError, match="no earlier release"):
        restore(out)
    assert tree(out) == MONDAY


def test_a_folder_with_files_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("three years of work")
    with pytest.raises(ReleaseError, match="holds files that no build has put there"):
        release(out, MONDAY)
    assert tree(tmp_path) == {"thesis/chapter.txt": b"three years of work"}


def test_files_put_there_after_a_build_that_published_nothing_are_left_alone(
    tmp_path: Path,
) -> None:
    out = tmp_path / "site"
    with FolderTarget(out).locked():
        pass  # a build that fails verification comes this far
    out.mkdir()
    (out / "chapter.txt").write_text("three years of work")
    with pytest.raises(ReleaseError, match="holds files that no build has put there"):
        release(out, MONDAY)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(ReleaseError, match="is not a folder"):
        release(tmp_path / "site", MONDAY)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    release(tmp_path / "site", MONDAY)
    assert tree(tmp_path / "site") == MONDAY


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "disk")
    release(tmp_path / "site", MONDAY)
    release(tmp_path / "site", TUESDAY)
    assert (tmp_path / "site").is_symlink()
    assert tree(tmp_path / "disk") == TUESDAY


def test_two_builds_at_once_don_t_mix(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    with (
        FolderTarget(out).locked(),
        pytest.raises(ReleaseError, match=f"another build is writing to {out}"),
    ):
        release(out, TUESDAY)
    assert tree(out) == MONDAY
    release(out, TUESDAY)
    assert tree(out) == TUESDAY


def test_a_site_that_somebody_removed_is_published_anew(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    release(out, TUESDAY)
    for path in sorted(out.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert len(release(out, TUESDAY)) == len(TUESDAY)
    assert tree(out) == TUESDAY
    with pytest.raises(ReleaseError, match="no earlier release"):
        restore(out)  # what was kept belonged to the site that was removed
    assert tree(out) == TUESDAY


def test_a_full_build_mends_what_somebody_changed_deleted_or_added(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    (out / "index.html").write_bytes(b"defaced")
    (out / "register/members/2/index.html").unlink()
    (out / "register/members/9").mkdir()
    (out / "register/members/9/index.html").write_bytes(b"nobody")
    assert release(out, MONDAY) == []  # the manifest is believed: a nightly build reads nothing
    assert sorted(release(out, MONDAY, full=True)) == [
        "index.html", "register/members/2/index.html",
    ]  # fmt: skip
    assert tree(out) == MONDAY
    assert not (out / "register/members/9").exists()


def test_a_damaged_manifest_is_told_and_a_full_build_replaces_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    (tmp_path / "site.state" / "manifest").write_text("neither hash nor path\n")
    with pytest.raises(ReleaseError, match="is damaged; build with --full"):
        release(out, TUESDAY)
    assert tree(out) == MONDAY
    release(out, TUESDAY, full=True)
    release(out, MONDAY)
    assert tree(out) == MONDAY


def test_a_path_staged_twice_is_released_as_it_was_staged_last(tmp_path: Path) -> None:
    out = tmp_path / "site"
    release(out, MONDAY)
    target = FolderTarget(out)
    with target.locked():
        staging = target.staging()
        for path, content in [*MONDAY.items(), ("index.html", b"1"), ("index.html", b"2")]:
            staging.add(path, content)
        target.release(staging)
    assert tree(out) == {**MONDAY, "index.html": b"2"}


def test_a_release_that_fails_half_way_is_taken_back_at_once(tmp_path: Path) -> None:
    """A folder where a file must go can't be overwritten; by then other files have been."""
    out = tmp_path / "site"
    release(out, MONDAY)
    (out / "register/members/1/index.json").mkdir()
    (out / "register/members/1/index.json/in the way").touch()
    with pytest.raises(ReleaseError, match=r"The last release of .* stands") as refused:
        release(out, TUESDAY)
    assert "register/members/1/index.json" in str(refused.value)
    (out / "register/members/1/index.json/in the way").unlink()
    (out / "register/members/1/index.json").rmdir()
    assert tree(out) == MONDAY
