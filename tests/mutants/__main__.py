"""Mutate the rules: `python -m tests.mutants [GROUP]`; 1 for a survivor that nobody explained."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.mutants.faults import faults, summary
from tests.mutants.groups import LIST, Group, Known, read
from tests.mutants.judged import Judged, judged
from tests.mutants.workspace import mutated


def main(names: Sequence[str]) -> int:
    """Mutate the named groups, or all; print what came out; return the exit code."""
    mutants = read(LIST.read_text(encoding="utf-8"))
    groups = {group.name: group for group in mutants.groups}
    if unknown := set(names) - set(groups):
        print(f"mutants: no group {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
        return 2
    told = [_run(groups[name], mutants.of(groups[name])) for name in names or groups]
    print("\n".join(line for line, _ in told))
    return int(any(wrong for _, wrong in told))


def _run(group: Group, known: Sequence[Known]) -> tuple[str, bool]:
    begun = time.monotonic()
    found: list[Judged] = list(judged(mutated(group), group))
    wrong = faults(found, known)
    print("\n".join(wrong))
    return f"{summary(group, found)}, in {time.monotonic() - begun:.0f} s", bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
