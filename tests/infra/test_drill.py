"""The restore drill: an export of the register is as good as the register, or it is said."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import drill
from signet import tables
from signet.register import store
from signet.register.actions import snapshot_body
from signet.register.tables import RegisterRow
from tests.entries import POLICY, registered

LIVE, INTO = "signet-live-", "signet-put-back-"
TODAY = date(2026, 11, 21)


def enter(*numbers: str) -> None:
    tables.bind([RegisterRow], LIVE)
    store.put_new(
        ("member", number, entries, snapshot_body("member", entries, TODAY, POLICY))
        for number in numbers
        for entries in ([registered(number=number)],)
    )


def export(folder: Path) -> Path:
    """Return what DynamoDB's own export of the table would hold."""
    data = folder / "AWSDynamoDB" / "0123" / "data"
    data.mkdir(parents=True)
    client: Any = boto3.Session().client("dynamodb")
    rows = client.scan(TableName=f"{LIVE}register")["Items"]
    lines = [json.dumps({"Item": row}) for row in rows]
    for part, some in enumerate((lines[::2], lines[1::2])):
        with gzip.open(data / f"{part}.json.gz", "wt", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in some))
    return folder


@pytest.fixture
def register(empty_database: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNET_TABLES", LIVE)
    tables.bind([RegisterRow], LIVE)
    tables.create_missing([RegisterRow])
    enter("100001", "100002", "100003")


def run(folder: Path) -> int:
    return drill.main([str(folder), "--into", INTO, "--as-of", "2026-11-21"])


@pytest.mark.usefixtures("register")
def test_a_site_built_from_the_export_is_the_same_to_the_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(export(tmp_path)) == 0
    assert "no byte differs" in capsys.readouterr().out
    tables.bind([RegisterRow], INTO)
    assert not RegisterRow.exists(), "what was restored is taken away"


@pytest.mark.usefixtures("register")
def test_what_the_export_lacks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = export(tmp_path)
    enter("100004")
    assert run(made) == drill.EXIT_DIFFERS
    assert "register/members/100004/index.html" in capsys.readouterr().out


@pytest.mark.usefixtures("register")
def test_the_registers_own_table_is_never_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = export(tmp_path)
    assert drill.main([str(made), "--into", LIVE, "--as-of", "2026-11-21"]) == drill.EXIT_REFUSED
    tables.bind([RegisterRow], INTO)
    tables.create_missing([RegisterRow])
    assert run(made) == drill.EXIT_REFUSED
    assert "is there already" in capsys.readouterr().err
    tables.bind([RegisterRow], INTO)
    assert RegisterRow.exists()
    assert run(tmp_path / "nothing") == drill.EXIT_REFUSED
