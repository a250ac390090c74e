"""`build.py` as an operator runs it: what it says, its exit status, its report."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signet.cli.build import main
from signet.publish import workers
from signet.publish.render import shell
from signet.publish.target.release import FolderTarget
from tests.built_site import DAY, SITE, Ledger, made_shell, sample, tree

ROOT = Path(__file__).parents[3]
BUILD_PY = ROOT / "build.py"
Run = Callable[..., int]


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.practitioner("1", "One")
    made.member("2", "Two")
    made.permit("P-1", "Firm Ltd.", "1")
    return made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Run:
    """Run the command on the ledger's records; MkDocs' part, the same each time, is made once."""
    monkeypatch.setenv("SIGNET_SITE_URL", SITE.url)
    monkeypatch.delenv("SIGNET_NOTICE", raising=False)
    ready = made_shell()
    monkeypatch.setattr(shell, "build", lambda policy, site: ready)
    ledger.write(tmp_path / "records")

    def command(*arguments: str, source: str = "records") -> int:
        given = ["--source", str(tmp_path / source), "--out", str(tmp_path / "site")]
        given += [] if "--as-of" in arguments else ["--as-of", DAY.isoformat()]
        return main([*given, *arguments])

    return command


def test_a_build_publishes_and_says_what_it_did(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert (tmp_path / "site/register/members/1/index.html").exists()
    said = capsys.readouterr().err
    assert f"register as of {DAY}" in said
    assert "published 2 members and 1 permits on" in said
    assert "0 unchanged, 0 deleted" in said
    assert "\r" not in said  # plain lines where there is no terminal


def test_a_quiet_build_says_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_the_report_has_the_keys_that_others_rely_on(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "reports" / "nightly.json"
    assert run("--report", str(file)) == 0
    report = json.loads(file.read_text("utf-8"))
    assert list(report) == [
        *("members", "permits", "jobs", "pages", "written", "unchanged", "deleted"),
        *("left_out", "disputed", "seconds", "peak_rss_mb"),
    ]
    files = tree(tmp_path / "site")
    assert (report["members"], report["permits"]) == (2, 1)
    assert report["pages"] == sum(path.endswith(".html") for path in files)
    assert (report["written"], report["unchanged"], report["deleted"]) == (len(files), 0, 0)
    assert report["peak_rss_mb"] > 10
    stages = dict(report["seconds"])
    assert stages.pop("total") == pytest.approx(sum(stages.values()), abs=0.01)
    assert {"shell", "members", "lookup", "verify", "release"} <= stages.keys()
    assert run("--report", str(file)) == 0
    assert json.loads(file.read_text("utf-8"))["written"] == 0


def test_a_build_that_fails_verification_ends_with_1_and_publishes_nothing(
    run: Run, ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--quiet")
    before = tree(tmp_path / "site")
    ledger.add("2", "name_changed", "2026-10-01", family="two@example.org")
    ledger.write(tmp_path / "records")
    assert run("--quiet", "--report", str(tmp_path / "report.json")) == 1
    said = capsys.readouterr().err
    assert "nothing was published; the last release stands" in said
    assert "register/members/2/index.html: holds an e-mail address" in said
    assert tree(tmp_path / "site") == before
    assert not (tmp_path / "report.json").exists()


def test_the_previous_release_is_put_back_and_a_second_time_is_refused(
    run: Run, ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--quiet")
    before = tree(tmp_path / "site")
    ledger.suspend("1", "2026-10-01")
    ledger.write(tmp_path / "records")
    run("--quiet")
    assert tree(tmp_path / "site") != before
    assert run("--restore") == 0
    assert "previous release restored" in capsys.readouterr().out
    assert tree(tmp_path / "site") == before
    assert run("--restore") == 2
    assert "no earlier release" in capsys.readouterr().err
    assert tree(tmp_path / "site") == before


def test_full_mends_what_somebody_changed(run: Run, tmp_path: Path) -> None:
    run("--quiet")
    before = tree(tmp_path / "site")
    (tmp_path / "site/index.html").write_text("defaced")
    (tmp_path / "site/register/members/1/index.html").unlink()
    assert run("--quiet", "--full") == 0
    assert tree(tmp_path / "site") == before


def test_a_second_build_at_once_says_so_and_ends_with_2(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--quiet")
    before = tree(tmp_path / "site")
    with FolderTarget(tmp_path / "site").locked():
        assert run("--quiet") == 2
    assert "another build is writing to" in capsys.readouterr().err
    assert tree(tmp_path / "site") == before


def test_a_folder_of_somebody_else_s_is_refused_with_2(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("precious")
    assert run("--quiet") == 2
    assert "name an empty folder" in capsys.readouterr().err
    assert tree(tmp_path / "site") == {"thesis.txt": b"precious"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-02-30"], "'2026-02-30' is not a date that exists, as YYYY-MM-DD"),
        (["--as-of", "yesterday"], "'yesterday' is not a date that exists"),
        (["--from", "x"], "unrecognized arguments"),
        (["--out"], "expected one argument"),
    ],
)
def test_bad_usage_ends_with_2_and_says_what_is_right(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_source_that_isn_t_there_ends_with_2(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--quiet", source="nowhere") == 2
    assert "expected a folder with members.csv or permits.csv" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def spoil(file: Path, line: int, column: str, value: str) -> None:
    """Put a value in a cell; lines are counted as in the file, the header first."""
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.reader(read))
    rows[line - 1][rows[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "said"),
    [
        ("entries", 4, "effective_on", "2026-13-01", "a date that exists"),
        ("entries", 5, "recorded_at", "soon", "a moment with its zone"),
        ("entries", 6, "kind", "knighted", "one of "),
        ("members", 3, "status", "suspended", "'registered', which is what entries.csv amounts to"),
        ("members", 2, "number", "../../etc", ""),
        ("permits", 2, "legal_name", "Other Ltd.", "which is what entries.csv amounts to"),
    ],
)
def test_bad_input_ends_with_2_and_names_file_line_and_column(
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    line: int,
    column: str,
    value: str,
    said: str,
) -> None:
    run("--quiet")
    before = tree(tmp_path / "site")
    spoil(tmp_path / "records" / f"{file}.csv", line, column, value)
    assert run("--quiet") == 2
    told = capsys.readouterr().err
    assert f"{file}.csv:{line}" in told or column == "number"
    if column != "number":
        assert f"column {column}" in told
    assert said in told
    assert "nothing was changed" in told
    assert tree(tmp_path / "site") == before


def test_bad_input_is_told_the_same_when_several_processes_read_it(
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample(tmp_path / "many", members=40, permits=3)
    spoil(tmp_path / "many" / "members.csv", 30, "status", "knighted")
    assert run("--quiet", source="many") == 2
    alone = capsys.readouterr().err
    monkeypatch.setattr(workers, "FEWEST", 10)
    monkeypatch.setattr(workers, "BATCH", 5)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert run("--quiet", source="many") == 2
    assert capsys.readouterr().err == alone
    assert "members.csv:30, column status: 'knighted'" in alone
    assert not (tmp_path / "site").exists()


def test_build_py_itself_builds_and_passes_the_status_on(tmp_path: Path, ledger: Ledger) -> None:
    records = ledger.write(tmp_path / "records")
    command = [sys.executable, str(BUILD_PY), "--source", str(records), "--quiet"]
    command += ["--out", str(tmp_path / "site"), "--as-of", DAY.isoformat()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "site/register/members/1/index.html").exists()
    refused = subprocess.run([*command, "--as-of", "never"], capture_output=True, check=False)
    assert refused.returncode == 2


def test_the_database_out_of_reach_ends_with_2_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = made_shell()
    monkeypatch.setattr(shell, "build", lambda policy, site: ready)
    monkeypatch.setenv("SIGNET_SITE_URL", SITE.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")  # nobody listens there
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-west-1")
    assert main(["--out", str(tmp_path / "site"), "--quiet"]) == 2
    assert "database" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_report_that_cannot_be_written_is_told_before_anything_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sample(tmp_path / "records", members=5, permits=1)
    (tmp_path / "file").write_text("")
    report = tmp_path / "file" / "report.json"
    told = ["--source", str(folder), "--out", str(tmp_path / "site"), "--report", str(report)]
    assert main(told) == 2
    assert "report can't be written" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
