"""The house: its map is whole and true, and no module outgrows a reader."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "house.md").read_text("utf-8")
MOST_LINES = 300
MAPPED = ("signet", "lambdas", "site", "infra", "tests")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
NOT_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def paths(text: str) -> Iterator[str]:
    """Yield what a text names that looks like a path of the tree."""
    for name in re.findall(r"`([\w./-]+)`|\]\((?!https?:)([\w./-]+)[)#]", text):
        one = name[0] or f"docs/{name[1]}"
        if one.partition("/")[0] in (*MAPPED, "docs") or one.endswith((".md", ".toml")):
            yield one


def documents() -> list[Path]:
    """Return the documents that lead through the code."""
    return [ROOT / "docs" / name for name in ("house.md", "glossary.md")] + [
        ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")
    ]


@pytest.mark.parametrize("document", documents(), ids=lambda one: one.name)
def test_every_path_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    base = document.parent
    for one in paths(text):
        there = (ROOT / one).exists() or (base / one.removeprefix("docs/")).exists()
        assert there, f"{document.name} names {one}"
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (base / link).exists(), f"{document.name} leads to {link}"


def test_the_map_has_every_folder() -> None:
    """One line each: the packages of signet, and the folders of what stands around it."""
    named = set(re.findall(r"^\| `([\w/]+)` \|", DOC, re.MULTILINE))
    folders = {
        f"{top}/{one.name}"
        for top in MAPPED
        if top != "lambdas"
        for one in (ROOT / top).iterdir()
        if one.is_dir() and any(file.is_file() for file in one.rglob("*[!c]"))
        if one.name != "__pycache__"
    }
    assert folders | {"lambdas"} == named


def lines_of_code(text: str) -> int:
    """Count the lines that hold code: not blank, not only a comment, not a docstring."""
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NOT_CODE:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and (ast.get_docstring(node) is not None):
            said = node.body[0]
            held -= set(range(said.lineno, (said.end_lineno or said.lineno) + 1))
    return len(held)


def test_what_is_counted_is_code() -> None:
    text = "\n".join(
        (
            '"""Said.',
            "",
            'More."""',
            "# why",
            "x = (",
            "    1,  # one",
            ")",
            "def f() -> str:",
            '    """Say."""',
            '    return """a',
            '    b"""',
        )
    )
    assert lines_of_code(text) == 6


@pytest.mark.parametrize("top", ["signet", "lambdas", "infra"])
def test_no_module_has_more_than_300_lines_of_code(top: str) -> None:
    counted = {
        str(file.relative_to(ROOT)): lines_of_code(file.read_text("utf-8"))
        for file in (ROOT / top).rglob("*.py")
    }
    assert not {name: number for name, number in counted.items() if number > MOST_LINES}


def test_ci_runs_actions_by_their_commit_and_asks_for_advisories() -> None:
    workflows = [path.read_text("utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")]
    used = [one for text in workflows for one in re.findall(r"uses:\s*(\S+)", text)]
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    assert any("make advisories" in text for text in workflows)
