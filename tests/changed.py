"""Which tests a change calls for: `python -m tests.changed [BRANCH]` prints what pytest is to run.

First the test files that were changed themselves, then all unit tests, then tests of services that
import a changed module by its name. What reaches a module by way of others is `make test`'s.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BRANCH = "main"
ALWAYS = "tests/unit"
IMPORTING = "tests/service"


def main() -> int:
    """Print them, one a line; return the exit code."""
    changed = {*changed_since(sys.argv[1] if len(sys.argv) > 1 else BRANCH)}
    print("\n".join(wanted(changed)))
    return 0


def changed_since(branch: str) -> Iterator[str]:
    """Every file that differs from where the work left a branch, or is new, by its path."""
    where = _git("rev-parse", "--verify", "--quiet", branch) or ["HEAD"]
    base = _git("merge-base", "HEAD", where[0]) or ["HEAD"]
    for path in (
        *_git("diff", "--name-only", "--diff-filter=d", base[0]),
        *_git("ls-files", "--others", "--exclude-standard"),
    ):
        if path.endswith(".py"):
            yield path


def wanted(changed: set[str]) -> list[str]:
    """Return what to run, in this order."""
    own = sorted(one for one in changed if Path(one).name.startswith("test_"))
    modules = {one.removesuffix(".py").replace("/", ".") for one in changed - {*own}}
    found = sorted(str(one.relative_to(ROOT)) for one in (ROOT / IMPORTING).rglob("test_*.py"))
    more = [one for one in found if one not in own and modules & {*_imported(ROOT / one)}]
    apart = [one for one in own if not one.startswith((f"{ALWAYS}/", "tests/aws/"))]
    return [*apart, ALWAYS, *more]


def _imported(file: Path) -> Iterable[str]:
    """Yield the modules that a file imports, by full name, and what it takes out of them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


if __name__ == "__main__":
    raise SystemExit(main())
