"""What importing takes onto disk, beside writing as many rows of the same size by boto3.

Each run has a database of its own: two sets of tables in one file make DynamoDB Local many times
slower. So do the streams of two tables, so both sides write to tables without.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.local import dynamodb
from tests.bench import registers
from tests.bench.commands import ROOT, BenchError
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most

TABLE = "importing"
WRITERS, BATCH = 8, 25  # of the peer; a batch takes no more
SMALL, CHANGED = 400, 40
MOST, MOST_CHANGED = 1.5, 3.0
PREFIX = "bench-"
TABLES = f"""
from signet.register.tables import MODELS
from tests.bench.handlers import create_without_streams
create_without_streams(MODELS, {PREFIX!r})
"""
SIGNET = Path(sys.executable).with_name("signet")


def measured(size: Size) -> Iterator[Row]:
    """Import a register, then a file that changes forty of its members; the same of a small one."""
    first, changed = _imported(size, peer=True)
    _, little = _imported(Size(SMALL), peer=False)
    name = f"Import of {size.members:,} members onto disk"
    told = f"{first.seconds:.1f} s beside {first.peer:.1f} s, {first.rows:,} rows"
    yield at_most(TABLE, f"{name}, to boto3 with {WRITERS} writers", first.ratio, MOST, "×", told)
    told = f"{changed:.1f} s beside {little:.1f} s"
    what = f"{CHANGED} changed among {size.members:,}, to {CHANGED} among {SMALL}"
    yield at_most(TABLE, what, round(changed / little, 2), MOST_CHANGED, "×", told)


class First:
    """A first import: its seconds, those of the peer, and how many rows either wrote."""

    def __init__(self, seconds: float, peer: float, rows: int) -> None:
        self.seconds, self.peer, self.rows = seconds, peer, rows

    @property
    def ratio(self) -> float:
        """How many times as long as the peer it took."""
        return round(self.seconds / self.peer, 2) if self.peer else 0


def _imported(size: Size, *, peer: bool) -> tuple[First, float]:
    """Return a first import, and after it the seconds that a file with a few changes takes."""
    folder = registers.records(size)
    with _database("importing") as env:
        subprocess.run([sys.executable, "-c", TABLES], env=env, cwd=ROOT, check=True)
        seconds = _timed(env, "import", folder)
        held = rows_of(env) if peer else []
        changed = _timed(env, "import", _changes(folder), "--delta", "--dated", "2030-01-01")
    if not peer:
        return First(seconds, 0, 0), changed
    with _database("importing-peer") as env:
        return First(seconds, written(env, held), sum(len(rows) for _, rows in held)), changed


@contextmanager
def _database(name: str) -> Iterator[dict[str, str]]:
    """Yield a database of its own on disk; gives the variables of commands that use it."""
    folder = registers.fresh(name)
    with dynamodb.running(folder) as database:
        yield {**os.environ, **dynamodb.environment(database.endpoint), "SIGNET_TABLES": PREFIX}


def _timed(env: dict[str, str], *arguments: object) -> float:
    started = time.perf_counter()
    command = [str(SIGNET), *map(str, arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{' '.join(command)}: {done.stderr[-500:]}")
    return time.perf_counter() - started


def _changes(folder: Path) -> Path:
    """Return a file in the exchange format in which some members have moved."""
    target = registers.fresh("importing-changes") / "members.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with (folder / "members.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for _, row in zip(range(CHANGED), csv.DictReader(lines), strict=False)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["number", "given", "family", "city"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, "city": "Vulcan"} for row in rows)
    return target


Held = list[tuple[dict[str, Any], list[dict[str, Any]]]]


def rows_of(env: Mapping[str, str]) -> Held:
    """Every table that was written to, with its rows."""
    client = _client(env)
    found = []
    for name in client.list_tables()["TableNames"]:
        pages = client.get_paginator("scan").paginate(TableName=name)
        if rows := [item for page in pages for item in page["Items"]]:
            found.append((client.describe_table(TableName=name)["Table"], rows))
    return found


def written(env: Mapping[str, str], held: Held) -> float:
    """Write rows as boto3's users do, in batches by several writers; gives the seconds."""
    client = _client(env)
    for table, _ in held:
        client.create_table(
            TableName=table["TableName"],
            KeySchema=table["KeySchema"],
            BillingMode="PAY_PER_REQUEST",
            **_indexed(table),
        )
    started = time.perf_counter()
    batches = [
        {table["TableName"]: [{"PutRequest": {"Item": row}} for row in rows[at : at + BATCH]]}
        for table, rows in held
        for at in range(0, len(rows), BATCH)
    ]
    with ThreadPoolExecutor(WRITERS) as pool:
        for left in pool.map(lambda batch: client.batch_write_item(RequestItems=batch), batches):
            if left["UnprocessedItems"]:
                raise BenchError("the database left rows unwritten")
    return time.perf_counter() - started


def _indexed(table: dict[str, Any]) -> dict[str, Any]:
    indexes = [
        {name: one[name] for name in ("IndexName", "KeySchema", "Projection")}
        for one in table.get("GlobalSecondaryIndexes", ())
    ]
    told: dict[str, Any] = {"AttributeDefinitions": table["AttributeDefinitions"]}
    return told | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def _client(env: Mapping[str, str]) -> Any:
    endpoint = env["AWS_ENDPOINT_URL_DYNAMODB"]
    return boto3.client("dynamodb", endpoint_url=endpoint, **dynamodb.credentials())
