"""Plain MkDocs Material on the same records: a Markdown file a member, outside the navigation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench import registers
from tests.bench.commands import Spent, run
from tests.bench.registers import Size
from tests.bench.tables import Row

TABLE = "full"
SAMPLE = 2_000
PATIENCE_SECONDS = 180
SETTINGS = """\
site_name: Register
site_url: http://127.0.0.1:8000/
theme:
  name: material
nav:
  - index.md
not_in_nav: |
  members/
validation:
  omitted_files: ignore
"""


def measured(size: Size) -> Iterator[Row]:
    """Build some pages, and all of them when that takes less than three minutes."""
    site = registers.built(size).site
    count = min(SAMPLE, size.members)
    spent = _build(site, count)
    whole = spent.seconds / count * size.members
    if count < size.members and whole < PATIENCE_SECONDS:
        count, spent = size.members, _build(site, size.members)
        whole = spent.seconds
    how = "measured" if count == size.members else f"extrapolated from {count:,} pages"
    yield Row(
        TABLE,
        f"Plain MkDocs Material, {size}, a page each",
        f"{whole:.0f} s, {how}; {1000 * spent.seconds / count:.1f} ms a page, {spent.peak_mb:.0f} "
        "MB of memory; no lists, permits, data or checks",
    )


def _build(site: Path, count: int) -> Spent:
    project, out = registers.fresh("mkdocs-project"), registers.fresh("mkdocs-site")
    (project / "docs" / "members").mkdir(parents=True)
    (project / "mkdocs.yml").write_text(SETTINGS)
    (project / "docs" / "index.md").write_text("# Register\n")
    records = sorted((site / "register" / "members").glob("*/index.json"))
    for place in islice(records, count):
        page = project / "docs" / "members" / f"{place.parent.name}.md"
        page.write_text(_markdown(json.loads(place.read_text("utf-8"))), encoding="utf-8")
    mkdocs: list[str | Path] = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--site-dir",
        out,
    ]
    return run(mkdocs, cwd=project, environment={"NO_MKDOCS_2_WARNING": "true"})


def _markdown(record: dict[str, Any]) -> str:
    """Return a member's facts as one would write them in Markdown."""
    headline = record["headline"]
    lines = [f"# {record['name']}", "", f"**{headline['words']}** since {headline['since']}", ""]
    lines += [f"- Registration number: {record['number']}", f"- Place: {record['city']}"]
    lines += [f"- {held['code']}: {held['name']}" for held in record["designations"]]
    lines += [f"- Discipline: {name}" for name in record["disciplines"]]
    for scope in record["scopes"]:
        lines += ["", "## Scope of practice", "", scope["text"], "", f"Limits: {scope['limits']}"]
    lines += ["", "## History", ""]
    lines += [
        f"1. {act['effective_on']}: {act['what']} {act['detail']}" for act in record["history"]
    ]
    return "\n".join(lines) + "\n"
