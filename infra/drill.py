"""`python -m infra.drill EXPORT`: is the register's backup good? Restores it, builds, compares.

EXPORT is a folder with what DynamoDB exported of the register's table (DynamoDB JSON). It is put
into a table of a new name, beside the one that SIGNET_TABLES names; a site is built from each, as
at the same day; and no byte may differ but for what was entered since the export.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.exceptions import BotoCoreError, ClientError

from signet import tables
from signet.register.tables import RegisterRow

ROOT = Path(__file__).resolve().parents[1]
INTO = "signet-drill-"
AT_ONCE = 25  # rows that BatchWriteItem takes in one call
EXIT_DIFFERS, EXIT_REFUSED = 1, 2
SHOWN = 50


class Refused(Exception):
    """The drill can't be run; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the drill; return 0 when both sites are the same, 1 when they differ, 2 when refused."""
    options = _parser().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="signet-drill-") as folder:
            different = drill(options.export, options.into, options.as_of, Path(folder))
    except (Refused, BotoCoreError, ClientError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"drill: {error}\n")
        return EXIT_REFUSED
    for path in different[:SHOWN]:  # a few are enough to start looking for the cause
        sys.stdout.write(f"  {path}\n")
    sys.stdout.write(f"{len(different)} files differ\n" if different else "no byte differs\n")
    return EXIT_DIFFERS if different else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument("export", type=Path, metavar="EXPORT")
    parser.add_argument("--into", default=INTO, metavar="PREFIX", help="default: %(default)s")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, required=True, help="the day both sites are built for"
    )
    return parser


def drill(export: Path, into: str, as_of: date, folder: Path) -> list[str]:
    """Restore an export under the prefix `into`, build both sites, and return the differing files.

    The restored table is deleted at the end. Raises Refused, and what building and AWS raise.
    """
    live = os.environ.get("SIGNET_TABLES", "signet-")
    if into == live:
        raise Refused(f"{into} is where the register itself is; name another place with --into")
    rows = list(exported(export))
    if not rows:
        raise Refused(f"{export} holds no rows of an export (data/*.json.gz, DynamoDB JSON)")
    restored = _restore(rows, into)
    try:
        sites = [_build(prefix, as_of, folder / prefix) for prefix in (into, live)]
    finally:
        restored.delete_table()
    sys.stdout.write(f"{len(rows)} rows restored, two sites built as at {as_of}\n")
    return differing(*sites)


def exported(export: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of an export, in DynamoDB JSON."""
    for file in sorted(export.rglob("*.json.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["Item"]


def _restore(rows: list[dict[str, Any]], into: str) -> type[RegisterRow]:
    tables.bind([RegisterRow], into)
    if RegisterRow.exists():
        raise Refused(f"{RegisterRow.Meta.table_name} is there already; delete it, or use --into")
    tables.create_missing([RegisterRow])
    client = Session().client("dynamodb", region_name=os.environ.get("AWS_REGION", "ca-central-1"))
    name = RegisterRow.Meta.table_name
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        left: Any = {name: [{"PutRequest": {"Item": row}} for row in some]}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
    return RegisterRow


def _build(prefix: str, as_of: date, folder: Path) -> Path:
    site = folder / "site"
    folder.mkdir()
    command = [sys.executable, "build.py", "--quiet", "--register-only"]
    command += ["--out", str(site), "--as-of", str(as_of)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "SIGNET_TABLES": prefix}, check=True)
    return site


def differing(one: Path, other: Path) -> list[str]:
    """Return the files that aren't in both folders with the same content."""
    sites = [
        {str(file.relative_to(site)): file for file in site.rglob("*") if file.is_file()}
        for site in (one, other)
    ]
    first, second = sites
    return sorted(
        path
        for path in first.keys() | second.keys()
        if path not in first
        or path not in second
        or first[path].read_bytes() != second[path].read_bytes()
    )


if __name__ == "__main__":
    raise SystemExit(main())
