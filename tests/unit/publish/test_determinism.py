"""The same records and the same day give the same bytes, whatever way they are built."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from signet.cli.command import main as signet
from signet.publish import workers
from signet.publish.snapshot import StoreSource
from signet.register import tables
from tests.built_site import Ledger, build, differing, sample, tree


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("records"), members=90, permits=14)


@pytest.fixture(scope="module")
def expected(records: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("expected") / "site"
    build(records, out)
    return tree(out)


def shuffled(records: Path, folder: Path, seed: int) -> Path:
    """Return the same rows in another order, and a descriptor that promises none."""
    folder.mkdir()
    chance = random.Random(seed)
    for file in records.glob("*.csv"):
        header, *rows = _lines(file.read_text("utf-8"))
        chance.shuffle(rows)
        (folder / file.name).write_text("".join([header, *rows]), encoding="utf-8")
    described = json.loads((records / "datapackage.json").read_bytes())
    del described["sorted"]
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


def _lines(text: str) -> list[str]:
    """Return the rows of a CSV file; a quoted cell may hold line breaks."""
    rows = [""]
    for line in text.splitlines(keepends=True):
        rows[-1] += line
        if rows[-1].count('"') % 2 == 0:
            rows.append("")
    return rows[:-1]


def test_a_second_build_elsewhere_gives_the_same_bytes(
    records: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    build(records, tmp_path / "site")
    assert differing(expected, tree(tmp_path / "site")) == set()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_doesn_t_matter_where_none_is_promised(
    records: Path, expected: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    build(shuffled(records, tmp_path / "shuffled", seed), tmp_path / "site")
    assert differing(expected, tree(tmp_path / "site")) == set()


def test_the_order_of_rows_doesn_t_matter_where_they_have_no_entries(tmp_path: Path) -> None:
    """Then rows become entries, and the order of a person's names must not show."""
    ledger = Ledger()
    for number in ("1", "2", "3"):
        ledger.practitioner(number, f"Person{number}")
        for year in (2016, 2018, 2017):
            ledger.add(number, "other_name_added", f"{year}-01-01", name=f"Name {year}")
        ledger.add(number, "other_name_added", "2016-01-01", name="Alias", type="known_as")
    ledger.permit("P-1", "Firm Ltd.", "3", "1", "2")
    plain = ledger.write(tmp_path / "plain")
    (plain / "entries.csv").unlink()
    build(plain, tmp_path / "site")
    for seed in (1, 2, 3):
        mixed = shuffled(plain, tmp_path / f"shuffled{seed}", seed)
        build(mixed, tmp_path / f"site{seed}")
        assert differing(tree(tmp_path / "site"), tree(tmp_path / f"site{seed}")) == set()


@pytest.mark.parametrize("processors", [1, 2, 3])
def test_one_process_or_several_give_the_same_bytes(
    records: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    processors: int,
) -> None:
    """A large register is shared out among processes; here a small one is, in small parts."""
    monkeypatch.setattr(workers, "FEWEST", 14)
    monkeypatch.setattr(workers, "BATCH", 7)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    build(records, tmp_path / "site")
    assert differing(expected, tree(tmp_path / "site")) == set()


def test_the_database_and_the_folder_it_was_filled_from_give_the_same_bytes(
    records: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    empty_database: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert signet(["import", str(records)]) == 0
    tables.bind()
    build(StoreSource(), tmp_path / "site")
    assert differing(expected, tree(tmp_path / "site")) == set()


def test_a_full_build_over_an_old_site_gives_the_same_bytes_as_an_increment(
    records: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    other = sample(tmp_path / "other", members=60, permits=5, seed=8)
    for full in (False, True):
        out = tmp_path / f"site-{full}"
        build(other, out)
        build(records, out, full=full)
        assert differing(expected, tree(out)) == set()
