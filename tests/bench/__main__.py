"""The bench's command: `python -m tests.bench [STEP …] [--members N] [--large N] [--runs N]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.bench import (
    desks,
    documents,
    full,
    importing,
    increments,
    lookup,
    machine,
    pagefind,
    plain_mkdocs,
    postings,
    publishing,
    registers,
    scope_search,
    searching,
    services,
    tables,
    weight,
)
from tests.bench.commands import ROOT, USUAL_WORK, WORK, BenchError
from tests.bench.registers import Size
from tests.bench.tables import Row

DOCUMENT = ROOT / "docs" / "benchmarks.md"
MEMBERS = 18_000
LARGE = 200_000
RUNS = 5
STEPS = (
    "full",
    "large",
    "increments",
    "lookup",
    "scopes",
    "weight",
    "peers",
    "starting",
    "services",
    "searching",
    "desks",
    "publishing",
    "jobs",
    "importing",
    "documents",
)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure speed and size, and write docs/benchmarks.md. Figures of another "
        "size, or from another folder, are printed and not written.",
    )
    made.add_argument("steps", nargs="*", choices=[*STEPS, []], metavar="STEP", help=str(STEPS))
    made.add_argument("--members", type=int, default=MEMBERS, metavar="N")
    made.add_argument("--large", type=int, default=None, metavar="N", help=f"default {LARGE}")
    made.add_argument("--runs", type=int, default=RUNS, metavar="N", help="of each build")
    made.add_argument("--keep", action="store_true", help="keep the sites that were built")
    return made


def _steps(options: argparse.Namespace) -> dict[str, Callable[[], Iterator[Row]]]:
    """Return what each step does, in the order they are done."""
    size = Size(options.members)
    grown = options.large or (LARGE if options.members == MEMBERS else 0)
    large = Size(grown) if grown else None

    def look_up() -> Iterator[Row]:
        yield from lookup.measured(size)
        if large:
            yield from lookup.measured(large)

    def scopes() -> Iterator[Row]:
        yield from scope_search.measured(size)
        if large:
            yield from scope_search.measured(large)

    def peers() -> Iterator[Row]:
        yield from plain_mkdocs.measured(size)
        yield from pagefind.measured(size)

    return {
        "full": lambda: full.against_hugo(size, options.runs),
        "large": lambda: full.against_itself(size, large) if large else iter(()),
        "increments": lambda: increments.measured(size),
        "lookup": look_up,
        "scopes": scopes,
        "weight": lambda: weight.measured(size),
        "peers": peers,
        "starting": services.starting,
        "services": lambda: services.measured(options.members),
        "searching": lambda: searching.measured(options.members),
        "desks": lambda: desks.measured([desks.SMALL, options.members, grown or options.members]),
        "publishing": lambda: publishing.measured(size),
        "jobs": postings.measured,
        "importing": lambda: importing.measured(size),
        "documents": documents.measured,
    }


def main() -> int:
    """Run the steps; 0 when every limit held, 1 when one didn't, 2 when one can't be measured."""
    options = parser().parse_args()
    standard = options.members == MEMBERS and options.large in (None, LARGE)
    writes = standard and WORK == USUAL_WORK
    broken: list[str] = []
    print(machine.described())
    try:
        for name, step in _steps(options).items():
            if not options.steps or name in options.steps:
                broken += _run(name, step, options, writes)
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        if not options.keep:
            registers.clear()
    for what in broken:
        print(f"not held: {what}", file=sys.stderr)
    return 1 if broken else 0


def _run(
    name: str, step: Callable[[], Iterator[Row]], options: argparse.Namespace, writes: bool
) -> list[str]:
    """Do one step, print and write its figures; gives those that don't hold."""
    before = machine.load()
    busy = before > machine.BUSY
    print(f"{name} (load {before:.1f}{', the machine is busy' if busy else ''})", flush=True)
    rows = []
    for row in step():
        print(tables.printed([row]), flush=True)
        rows.append(row)
    if writes and rows:
        day = f"{datetime.now(UTC).date()}{' (busy)' if busy else ''}"
        tables.write(DOCUMENT, rows, day)
        tables.write_note(DOCUMENT, "machine", f"{machine.described()}.\n")
    return [row.what for row in rows if row.holds is False]


if __name__ == "__main__":
    raise SystemExit(main())
