"""The bench's own arithmetic: what it writes, what it changes, and what it gives to Hugo."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from signet import policy as policies
from signet.demo import generate
from signet.register import fold
from signet.register.exchange import decode
from signet.register.exchange.read import Folder
from signet.register.exchange.write import write_folder
from tests.bench import hugo, queries, suspending, tables
from tests.bench.commands import BenchError, run
from tests.bench.tables import Row
from tests.built_site import Ledger, build

if TYPE_CHECKING:
    from pathlib import Path

DATED = date(2026, 11, 1)
POLICY = policies.load()
DOCUMENT = """Before.

<!-- bench:one -->
<!-- /bench:one -->

Between.

<!-- bench:two -->
| What | Measured | Limit | Holds | On |
| --- | --- | --- | --- | --- |
| kept | 4 |  |  | 2026-01-01 |
| renewed | 5 |  |  | 2026-01-01 |
<!-- /bench:two -->
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    sample = generate(400, 12, 1, DATED, POLICY)
    write_folder(tmp_path, DATED, sample.permits, sample.members, None, POLICY)
    return tmp_path


def test_a_step_replaces_its_own_figures_and_leaves_the_others(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(DOCUMENT)
    rows = [Row("two", "renewed", "6"), tables.at_most("two", "added", 3, 2, "files")]
    tables.write(document, rows, "2026-02-02")
    text = document.read_text()
    assert text.startswith("Before.\n\n<!-- bench:one -->\n<!-- /bench:one -->\n\nBetween.")
    assert "| kept | 4 |  |  | 2026-01-01 |\n| renewed | 6 |  |  | 2026-02-02 |\n" in text
    assert "| added | 3 files | 2 files | **no** | 2026-02-02 |\n<!-- /bench:two -->" in text


def test_a_table_without_markers_is_an_error(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(DOCUMENT)
    with pytest.raises(BenchError, match="three"):
        tables.write(document, [Row("three", "x", "1")], "2026-02-02")


def test_a_failing_command_is_an_error_with_its_last_words() -> None:
    with pytest.raises(BenchError, match="no such page"):
        run(["sh", "-c", "echo no such page >&2; exit 3"])


def test_suspended_members_are_suspended_and_nobody_else(records: Path) -> None:
    chosen = suspending.candidates(records)
    assert len(chosen) == len(set(chosen.values())) >= 5
    before = _statuses(records)
    for number in chosen.values():
        suspending.suspend(records, number, DATED, date(2026, 11, 3))
    after = _statuses(records)  # decoding also checks that files and entries agree
    changed = {number for number, status in after.items() if before[number] != status}
    assert changed == set(chosen.values())
    assert {after[number] for number in changed} == {"suspended"}


def test_a_quiet_day_is_named_nowhere_in_the_records(records: Path) -> None:
    day = suspending.quiet_day(records, DATED)
    assert day > DATED
    assert not any(day.isoformat() in path.read_text("utf-8") for path in records.glob("*.csv"))


def _statuses(folder: Path) -> dict[str, str]:
    source = Folder(folder)
    list(source.permits())
    found = {}
    for raw in source.members():
        record = fold.member(decode.entries(raw, DATED, POLICY), DATED)
        if record is not None:
            found[raw.number] = record.status
    return found


def test_queries_are_made_of_a_site_s_own_downloads(tmp_path: Path) -> None:
    """Downloads begin with a mark for spreadsheets, which is no part of the first column's name."""
    ledger = Ledger()
    ledger.practitioner("100001", "Marin")
    ledger.permit("P-1001", "Firm Ltd.", "100001")
    build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    asked = queries.of(out)
    assert {"100001", "Marin", "Firm Ltd."} <= set(asked.right)


def test_a_page_gives_back_what_filled_the_shell() -> None:
    blocks = dict.fromkeys(hugo.BLOCKS, "")
    shell = "".join(f"<{name}>{{% block {name} %}}…{{% endblock %}}</{name}>\n" for name in blocks)
    page = shell
    for name in blocks:
        blocks[name] = f"what is in {name}"
        page = page.replace(f"{{% block {name} %}}…{{% endblock %}}", blocks[name])
    assert hugo.BlockReader(shell).blocks(page) == blocks


def test_the_shell_is_hugos_base_template_with_the_same_defaults() -> None:
    shell = "<a>{% block title %}Register{% endblock %}</a>{{ '{' }}% x %}"
    assert hugo.go_template(shell) == '<a>{{ block "title" . }}Register{{ end }}</a>{% x %}'
