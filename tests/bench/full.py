"""The full build, against Hugo and against itself on a register eleven times as large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from tests.bench import hugo, registers
from tests.bench.commands import BenchError, Spent
from tests.bench.registers import Built, Output, Size
from tests.bench.tables import Row, at_most

TABLE = "full"
MOST_TIMES_HUGO = 0.7  # of processor time: other work on the machine makes seconds longer
MOST_TIMES_SMALL = 11.5
MOST_MEMORY_MB = 700


@dataclass(slots=True)
class Race:
    """Runs of both, taken in turn."""

    ours: list[Spent] = field(default_factory=list)
    hugos: list[Spent] = field(default_factory=list)


def against_hugo(size: Size, runs: int) -> Iterator[Row]:
    """Build with both in turn, each time into a new folder on the same disk."""
    source = registers.records(size)
    version = hugo.version()
    project = registers.fresh("hugo-project")
    if version:
        hugo.prepare(project, registers.built(size).site)
    race = Race()
    for turn in range(runs):
        built = registers.build(source, registers.fresh(f"site-{size.members}"))
        race.ours.append(built.spent)
        print(f"  {turn + 1} signet  {built.spent}", flush=True)
        if version:
            other = registers.fresh("hugo-site")
            race.hugos.append(hugo.build(project, other))
            print(f"  {turn + 1} hugo    {race.hugos[-1]}", flush=True)
    registers.keep(size, built)
    yield from _our_rows(size, built, race)
    if version:
        alike = registers.output(built.site), registers.output(other)
        yield from _hugo_rows(size, version, race, *alike)
    else:
        yield Row(TABLE, f"Hugo, {size}", "not measured: this machine has no hugo")


def _our_rows(size: Size, built: Built, race: Race) -> Iterator[Row]:
    pages = built.report["pages"]
    best = _best(race.ours)
    yield Row(
        TABLE,
        f"Signet, {size}, everything",
        f"{best:.2f} s best, {_median(race.ours):.2f} s median of {len(race.ours)}; "
        f"{1000 * best / pages:.2f} ms a page",
    )
    stages = ", ".join(f"{name} {took:.2f}" for name, took in built.report["seconds"].items())
    yield Row(TABLE, f"Signet, {size}, seconds by stage in the last run", stages)
    yield Row(TABLE, f"Signet, {size}, output", str(registers.output(built.site)))


def _hugo_rows(size: Size, version: str, race: Race, ours: Output, theirs: Output) -> Iterator[Row]:
    _check_alike(ours, theirs)
    best = _best(race.hugos)
    yield Row(
        TABLE,
        f"Hugo {version}, {size}, as many pages and documents",
        f"{best:.2f} s best, {_median(race.hugos):.2f} s median of {len(race.hugos)}; "
        f"{1000 * best / theirs.pages:.2f} ms a page; {race.hugos[-1].peak_mb:.0f} MB of memory",
    )
    yield Row(TABLE, f"Hugo {version}, {size}, output", str(theirs))
    ours_busy, theirs_busy = (min(s.processor for s in runs) for runs in (race.ours, race.hugos))
    yield at_most(
        TABLE,
        f"Signet to Hugo, {size}, time on the processors",
        round(ours_busy / theirs_busy, 2),
        MOST_TIMES_HUGO,
        "times",
        f"{ours_busy:.1f} s to {theirs_busy:.1f} s, best to best",
    )
    ratio = _median(race.ours) / _median(race.hugos)
    yield Row(
        TABLE,
        f"Signet to Hugo, {size}",
        f"{_best(race.ours) / best:.2f} times (best to best; medians {ratio:.2f})",
    )


def _check_alike(ours: Output, theirs: Output) -> None:
    """Raise BenchError unless both wrote as many files, of about the same size."""
    alike = (
        (ours.pages, ours.documents) == (theirs.pages, theirs.documents)
        and 0.95 < theirs.page_bytes / ours.page_bytes < 1.05
        and 0.95 < theirs.document_bytes / ours.document_bytes < 1.05
    )
    if not alike:
        raise BenchError(f"Hugo's output isn't comparable.\n  ours: {ours}\n  Hugo's: {theirs}")


def against_itself(small: Size, large: Size) -> Iterator[Row]:
    """Build the large register between two builds of the small one."""
    runs = []
    for size in (small, large, small):
        source, site = registers.records(size), registers.fresh(f"site-{size.members}")
        built = registers.build(source, site, watch_memory=size == large)
        registers.keep(size, built)
        print(f"  {size}: {built.spent}", flush=True)
        runs.append(built)
    before, grown, after = runs
    least = min(before.spent.seconds, after.spent.seconds)
    yield Row(
        TABLE,
        f"{large} to {small}",
        f"{grown.spent.seconds / least:.2f} times ({grown.spent.seconds:.1f} s to {least:.1f} s; "
        f"{large.members / small.members:.1f} times as many members)",
    )
    busy, least_busy = grown.spent.processor, min(b.spent.processor for b in (before, after))
    yield at_most(
        TABLE,
        f"{large} to {small}, time on the processors",
        round(busy / least_busy, 2),
        MOST_TIMES_SMALL,
        "times",
        f"{busy:.1f} s to {least_busy:.1f} s",
    )
    yield at_most(
        TABLE,
        f"{large}, peak memory by the report",
        grown.report["peak_rss_mb"],
        MOST_MEMORY_MB,
        "MB",
    )
    yield Row(TABLE, f"{large}, peak memory of all processes together", _memory(grown))
    yield Row(TABLE, f"{large}, output", str(registers.output(grown.site)))


def _memory(built: Built) -> str:
    return f"{built.spent.peak_mb:.0f} MB, seen from outside twice a second"


def _best(runs: list[Spent]) -> float:
    return min(spent.seconds for spent in runs)


def _median(runs: list[Spent]) -> float:
    return median(spent.seconds for spent in runs)
