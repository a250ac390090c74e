"""A new domain, made from the snippets of docs/new-domain.md, is found wherever it has to be."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.dynamodb import ROOT

DOC = (ROOT / "docs" / "new-domain.md").read_text("utf-8")
COPIED = ("signet", "lambdas", "infra", "site", "tests", "docs", "pyproject.toml", "mkdocs.yml")
LINKED = (".venv", "node_modules")
# A path by itself on a line, then one block or several.
SNIPPET = re.compile(r"^`([\w./-]+)`\n((?:\n```\w+\n.*?^```\n)+)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FOUND = """
import json
from pathlib import Path
from infra.bundle import reached
from infra.functions import FUNCTIONS
from infra.local.functions import ROUTES, load
from infra.local.streams import SCHEDULED
from infra.tables import tables
from lambdas.index import SERVICES
from signet.transactions import mailer
home = next(one for one in FUNCTIONS if one.name == "home")
print(json.dumps({
    "route": ROUTES["/services/loans"],
    "callable": callable(load(ROUTES["/services/loans"])),
    "scheduled": [name for name, _ in SCHEDULED if "loans" in name],
    "table": [one.encrypted_with for one in tables() if one.name == "loans"],
    "index": [str(one.audience) for one in SERVICES if one.address == "/services/loans/"],
    "counted": [home.whose["loans/by_state"], sorted(home.indexes["loans/by_state"])],
    "mail": (mailer.TEXTS / "loan_due.txt").exists(),
    "modules": sorted(
        name
        for name in reached._reached(
            dict(reached._modules(Path.cwd())), [home.module]
        )
        if "loans" in name
    ),
}))
"""
OPENED = """
import json, tempfile
from pathlib import Path
from lambdas.loans.desk import app
from signet.accounts.model import Principal, Role
from signet.loans import store
from tests.authorization_rows import ROWS
from tests.events import ask, get
from tests.example_service import SIGNED_IN_TOKEN, environment
(row,) = [one for one in ROWS if one.route == "GET /services/loans/"]
store.out = lambda: ["L-1"]
found = {}
with tempfile.TemporaryDirectory() as folder, environment(Path(folder)):
    for role in Role:
        app.principal_of = lambda _token, _now, role=role: Principal(
            "a", "", None, frozenset({role}), "s"
        )
        answered = ask(app, get("/services/loans/", session=SIGNED_IN_TOKEN))
        assert (answered.status == 200) == (role in row.who), (role, answered.status)
        found[role] = [answered.status, "<li>L-1</li>" in answered.text]
print(json.dumps(found))
"""


def snippets() -> list[tuple[str, str, str]]:
    """Return each snippet's path, language and text."""
    return [
        (path, language, text)
        for path, blocks in SNIPPET.findall(DOC)
        for language, text in BLOCK.findall(blocks)
    ]


def existing() -> list[str]:
    """Return the files that the document's second table names."""
    table = DOC.partition("## The eight files that exist")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def edit(file: Path, diff: str) -> None:
    """Make the change that a snippet shows; what it is about has to be there, and once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text("utf-8")
    assert text.count(before) == 1, (file, before)
    file.write_text(text.replace(before, after), "utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tree with the domain that the document makes."""
    copy = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    for name in LINKED:
        (copy / name).symlink_to(ROOT / name)
    for path, language, text in snippets():
        if language == "diff":
            edit(copy / path, text)
        else:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, "utf-8")
    return copy


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=tree, env=settings, capture_output=True, text=True, check=False
    )


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return run(tree, str(ROOT / ".venv" / "bin" / "lint-imports"), "--no-cache")


def test_it_touches_eight_files_that_exist_and_every_other_is_its_own() -> None:
    assert len(existing()) == 8
    for path, language, _ in snippets():
        there = (ROOT / path).exists()
        assert there == (language == "diff"), path
        assert not there or path in existing(), f"{path} isn't among the eight"
        assert there or "loan" in path, f"{path} isn't the domain's own"
    assert all((ROOT / path).exists() for path in existing())


def test_gateway_scheduler_tables_index_rights_and_bundle_find_it(tree: Path) -> None:
    done = run(tree, sys.executable, "-c", FOUND)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "route": "lambdas.loans.desk:handler",
        "callable": True,
        "scheduled": ["lambdas.loans.work:handler"],
        "table": ["private"],
        "index": ["For the staff"],
        "counted": [["out"], ["Query"]],
        "mail": True,
        "modules": [
            "lambdas.index.loans",
            "signet.loans",
            "signet.loans.store",
            "signet.loans.tables",
        ],
    }


def test_its_imports_are_held_by_the_linter(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout
    store = tree / "signet" / "loans" / "store.py"
    text = store.read_text("utf-8")
    store.write_text(
        text.replace("from signet.tables", "import signet.web.app\nfrom signet.tables")
    )
    try:
        assert "signet.loans.store -> signet.web.app" in lint(tree).stdout
    finally:
        store.write_text(text)


def test_its_page_opens_for_its_officers_alone_as_its_row_says(tree: Path) -> None:
    done = run(tree, sys.executable, "-c", OPENED)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("loans-officer") == [200, True]
    assert len(found) > 7
    assert all(one == [403, False] for one in found.values())
