"""The build killed at each stage, by a real signal: what is served, and what the next run makes."""

from __future__ import annotations

import os
import select
import shutil
import signal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from signet.cli.build import main
from signet.publish import workers
from signet.publish.render import shell
from signet.publish.target.release import FolderTarget
from tests.built_site import DAY, SITE, Ledger, build, differing, made_shell, tree
from tests.faults.dying import in_a_process, is_change, killed_writing, with_a_full_disk

STAGES = {
    "before anything is staged": "site.state/lock",
    "guidance pages": "staged/about/",
    "members": "staged/register/members/5/",
    "permits": "staged/register/permits/",
    "browse lists": "staged/register/browse/",
    "scope lists": "staged/register/scopes/",
    "look-up": "staged/register/lookup/",
    "feed": "staged/register/changes.atom",
    "downloads": "staged/register/data/datapackage.json",
    "site map": "staged/sitemap.xml",
    "beginning of the release": "journal.json",
}
PATIENCE = 20.0  # seconds that processes get to notice that they are alone


def records_of(day: str, folder: Path) -> Path:
    """Return a small register on Monday, and with changes of every kind on Tuesday."""
    ledger = Ledger()
    for number in ("1", "2", "3"):
        ledger.practitioner(number, f"Family{number}")
    ledger.member("4", "Gone" if day == "monday" else "Renamed")
    ledger.permit("P-1", "Firm Ltd.", "1")
    if day == "tuesday":
        del ledger.entries["2"]
        ledger.member("5", "Comes")
        ledger.suspend("1", "2026-11-01")
    return ledger.write(folder)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made_shell()  # once here, not in every process that is killed
    folder = tmp_path_factory.mktemp("records")
    return {day: records_of(day, folder / day) for day in ("monday", "tuesday")}


@pytest.fixture(scope="module")
def undisturbed(
    records: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("undisturbed")
    for day, read in records.items():
        build(read, folder / day / "site")
    return {day: tree(folder / day / "site") for day in records}


def _build(records: Path, out: Path) -> None:
    build(records, out)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("first", [True, False], ids=["first build", "later build"])
def test_killed_at_a_stage_the_old_site_stands_and_the_next_run_makes_the_new(
    records: dict[str, Path],
    undisturbed: dict[str, dict[str, bytes]],
    place: Path,
    stage: str,
    first: bool,
) -> None:
    out = place / "site"
    if not first:
        build(records["monday"], out)
    before = tree(out)
    reached = killed_writing(STAGES[stage], lambda: _build(records["tuesday"], out))
    if not first and stage == "guidance pages":
        assert not reached  # they are the same on both days
    else:
        assert reached
        assert tree(out) == before
    build(records["tuesday"], out)
    assert differing(tree(out), undisturbed["tuesday"]) == set()


def test_killed_in_the_release_every_file_is_whole_and_the_next_run_makes_the_new(
    records: dict[str, Path], undisturbed: dict[str, dict[str, bytes]], place: Path
) -> None:
    """At every thirteenth change of the release; all of them are tried on a smaller site."""
    old, new = undisturbed["monday"], undisturbed["tuesday"]
    build(records["monday"], place / "monday" / "site")
    for change in count(1, 13):
        out = place / str(change) / "site"
        shutil.copytree(place / "monday", out.parent)
        if not killed_in_the_release(change, records["tuesday"], out):
            break
        for path, content in tree(out).items():
            assert content in (old.get(path), new.get(path)), path
        assert old.keys() & new.keys() <= tree(out).keys()
        build(records["tuesday"], out)
        assert differing(tree(out), new) == set()
    assert change > 100


def killed_in_the_release(change: int, records: Path, out: Path) -> bool:
    """Kill a build right before the n-th change after it began its journal."""
    left = -1

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if is_change(event, arguments, out.parent):
            if left < 0 and "journal.json" in str(arguments[0]):
                left = change
            left -= left > 0
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    status = in_a_process(lambda: _build(records, out), watch)
    assert status in (0, signal.SIGKILL)
    return status != 0


@pytest.fixture
def several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small register be shared out among processes, as a large one is."""
    monkeypatch.setattr(workers, "FEWEST", 2)
    monkeypatch.setattr(workers, "BATCH", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("several_processes")
def test_processes_whose_build_was_killed_end_and_let_the_next_build_work(
    records: dict[str, Path], undisturbed: dict[str, dict[str, bytes]], place: Path
) -> None:
    """A build shares its lock with its processes: one that stayed would keep every other out."""
    reading, writing = os.pipe()
    build_of: list[int] = []

    def act() -> None:
        os.setsid()
        build_of.append(os.getpid())
        os.write(writing, b"%8d" % os.getpid())
        build(records["tuesday"], place / "site")

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        stages = event == "open" and "staged/register/members/" in str(arguments[0])
        if stages and os.getpid() != build_of[0]:
            os.kill(build_of[0], signal.SIGKILL)

    assert in_a_process(act, watch) == signal.SIGKILL
    os.close(writing)
    group = int(os.read(reading, 8))
    ended, _, _ = select.select([reading], [], [], PATIENCE)  # the pipe ends with its last holder
    os.close(reading)
    if not ended:
        os.killpg(group, signal.SIGKILL)
    assert ended, "processes of the killed build live on"
    build(records["tuesday"], place / "site")
    assert differing(tree(place / "site"), undisturbed["tuesday"]) == set()


@pytest.mark.usefixtures("several_processes")
def test_a_process_that_dies_ends_the_build_and_nothing_is_published(
    records: dict[str, Path],
    undisturbed: dict[str, dict[str, bytes]],
    place: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when the system runs out of memory and ends one of them."""
    monkeypatch.setenv("SIGNET_SITE_URL", SITE.url)
    monkeypatch.setattr(shell, "build", lambda policy, site: made_shell())
    out = place / "site"
    build(records["monday"], out)
    build_of: list[int] = []

    def act() -> int:
        build_of.append(os.getpid())
        arguments = ["--source", str(records["tuesday"]), "--out", str(out), "--quiet"]
        return main([*arguments, "--as-of", DAY.isoformat()])

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        stages = event == "open" and "staged/register/members/5" in str(arguments[0])
        if stages and os.getpid() != build_of[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    assert os.waitstatus_to_exitcode(in_a_process(act, watch)) == 2
    said = capfd.readouterr().err
    assert "a process of the build ended" in said
    assert "Traceback" not in said
    assert tree(out) == undisturbed["monday"]
    build(records["tuesday"], out)
    assert differing(tree(out), undisturbed["tuesday"]) == set()


@pytest.mark.parametrize("room", [0, 5, 30, 70, 75, 80, 90, 120])
@pytest.mark.parametrize("processes", [1, 2])
def test_on_a_full_disk_the_old_site_stands_and_the_next_run_makes_the_new(
    records: dict[str, Path],
    undisturbed: dict[str, dict[str, bytes]],
    place: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    room: int,
    processes: int,
) -> None:
    monkeypatch.setenv("SIGNET_SITE_URL", SITE.url)
    monkeypatch.setattr(shell, "build", lambda policy, site: made_shell())
    monkeypatch.setattr(workers, "FEWEST", 2)
    monkeypatch.setattr(workers, "BATCH", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: processes)
    out = place / "site"
    build(records["monday"], out)
    arguments = ["--source", str(records["tuesday"]), "--out", str(out), "--quiet"]
    arguments += ["--as-of", DAY.isoformat()]
    assert with_a_full_disk(lambda: main(arguments), place, room) == 2
    said = capfd.readouterr().err
    assert "No space left on device" in said
    assert "Traceback" not in said
    with FolderTarget(out).locked():  # what any next run begins with
        assert tree(out) == undisturbed["monday"]
    build(records["tuesday"], out)
    assert differing(tree(out), undisturbed["tuesday"]) == set()
