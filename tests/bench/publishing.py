"""What publishing to a bucket takes, the emulator standing for it; how large the bundle is, and how
long the synthesis of the stacks takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from infra.bundle.__main__ import build as build_bundles
from infra.bundle.settings import Target
from infra.bundle.wheels import NEEDS
from infra.functions import BUNDLES
from infra.functions.model import Bundle
from infra.local import dynamodb, emulator
from signet import tables
from signet.publish import pipeline, urgent
from signet.publish.report import Report
from signet.publish.steps import Build
from signet.publish.tables import MODELS
from signet.publish.target import bucket
from tests.bench import registers, suspending
from tests.bench.commands import ROOT, BenchError
from tests.bench.registers import Size
from tests.bench.tables import Row, at_most
from tests.bucket_place import new_bucket
from tests.built_site import prepared
from tests.faults.aws_calls import Call, heard

TABLE = "publishing"
CDK_PYTHON = ROOT / ".venv-aws" / "bin" / "python"
# Beside the objects: the lease, the state, and a listing for each thousand.
MOST_CALLS_AN_OBJECT = 1.05
MOST_WRITTEN = 30
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, and the calls that it made."""

    report: Report
    calls: list[Call]
    seconds: float

    def __str__(self) -> str:
        kinds = sorted({verb for verb, _ in self.calls})
        counts = (f"{sum(v == kind for v, _ in self.calls):,} {kind}" for kind in kinds)
        return f"{self.seconds:.1f} s; {', '.join(counts)}"


def measured(size: Size) -> Iterator[Row]:
    """Publish a register for the first time, again, and one suspension; then make the bundles."""
    with ExitStack() as running:
        _settle(running)
        source = registers.fresh("records-for-a-bucket")
        shutil.copytree(registers.records(size), source)
        yield from _published(source, size)
    yield from map(_bundle, BUNDLES)
    yield _synthesis()


def _published(source: Path, size: Size) -> Iterator[Row]:
    day = suspending.quiet_day(source, registers.DATED)
    target = bucket.target(new_bucket())

    def build() -> Build:
        return replace(prepared(source, Path(), day), target=target)

    first = _measured(lambda: pipeline.run(build()))
    calls = len(first.calls) / first.report.written
    what = f"First publishing, {size}: calls for each object"
    told = f"{first.report.written:,} objects, {first}"
    yield at_most(TABLE, what, calls, MOST_CALLS_AN_OBJECT, "", told)
    again = _measured(lambda: pipeline.run(build()))
    what = f"The same again, {size}: objects written"
    yield at_most(TABLE, what, again.report.written, 0, "", str(again))
    what, number = next(iter(suspending.candidates(source).items()))
    suspending.suspend(source, number, registers.DATED, day)
    one = _measured(lambda: urgent.publish(build(), frozenset({number}), frozenset()))
    what = f"One suspended and published alone, {size}, {what}: objects written"
    yield at_most(TABLE, what, one.report.written, MOST_WRITTEN, "", str(one))


def _measured(act: Callable[[], Report]) -> Published:
    started = time.perf_counter()
    with heard() as calls:
        report = act()
    return Published(report, calls, time.perf_counter() - started)


def _bundle(name: Bundle) -> Row:
    out = registers.fresh("bundle").with_suffix(".zip")
    build_bundles(Target(), {name: out})
    size, most = out.stat().st_size / MEGABYTE, NEEDS[name].most / MEGABYTE
    return at_most(TABLE, f"The bundle {name}", size, most, "MB")


def _synthesis() -> Row:
    """Raise BenchError where `make setup-aws` hasn't been run: CDK is in no other environment."""
    if not CDK_PYTHON.exists():
        raise BenchError("the synthesis needs: make setup-aws")
    command = [str(CDK_PYTHON), "-m", "tests.aws.synthesis"]
    said = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    what = "Synthesis of all stacks, looked at by cdk-nag"
    return Row(TABLE, what, f"{said['seconds']:.1f} s, {said['resources']} resources")


def _settle(running: ExitStack) -> None:
    database = running.enter_context(dynamodb.running())
    store = running.enter_context(emulator.running())
    os.environ.update(dynamodb.environment(database.endpoint))
    os.environ["AWS_ENDPOINT_URL_S3"] = store.endpoint
    tables.bind(MODELS)
    tables.create_missing(MODELS)
