"""What a document costs: cold, warm, by itself and from the desk's request to the printed notice.

Warm figures are of the whole way that a document takes on AWS, but for the network: the caller's
boto3, HTTP, the function that renders, and back.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from signet.letters import documents
from tests import rendering_service
from tests.bench.commands import ROOT
from tests.bench.tables import Row, at_most
from tests.entries import POLICY
from tests.letter_samples import NOTICE, SAMPLES

TABLE = "documents"
WARM_MS = 100.0
TIMES = 60
SEVERAL = 100
COLD = (
    "import time; now = time.process_time; begun = now(); from lambdas import documents; "
    "loaded = now(); from signet.letters import documents as d; "
    "from tests.letter_samples import LETTER, POLICY; ready = now(); "
    "d.render([LETTER], POLICY.regulator); done = now(); "
    "print((loaded - begun) * 1000, (done - ready) * 1000)"
)


def measured() -> Iterator[Row]:
    """Yield a row for each kind of document, for many in one file, and for a cold start."""
    yield cold()
    with rendering_service.running() as service, pytest.MonkeyPatch.context() as patch:
        for name, value in service.settings.items():
            patch.setenv(name, value)
        documents.render([NOTICE], POLICY.regulator)
        for sample in SAMPLES:
            yield _warm(sample)
        started = time.process_time()
        notices = [replace(NOTICE, name=f"Ana Lee {at}") for at in range(SEVERAL)]
        made = documents.render(notices, POLICY.regulator, "Notices")
        taken = time.process_time() - started
        told = f"{len(made) / 1000:,.0f} kB"
        yield Row(TABLE, f"{SEVERAL} notices in one file: processor", f"{taken:.2f} s ({told})")


def cold() -> Row:
    """Return how long a new process takes for its first letter: typesetter and fonts, then it."""
    taken = []
    for _ in range(5):
        command = [sys.executable, "-c", COLD]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=os.environ, check=True
        )
        taken.append([float(one) for one in done.stdout.split()])
    loading, first = (statistics.median(one) for one in zip(*taken, strict=True))
    told = f"{loading:.0f} ms for the typesetter and the fonts, {first:.0f} ms for the letter"
    return Row(
        TABLE, "A first letter in a new process: processor", f"{loading + first:.0f} ms ({told})"
    )


def _warm(sample: documents.Document) -> Row:
    def make(at: int) -> bytes:
        return documents.render([replace(sample, reference=f"No. {at}")], POLICY.regulator)

    taken = [_timed(make, at) for at in range(TIMES)]
    processor, clock = (sorted(one) for one in zip(*taken, strict=True))
    middle, size = clock[TIMES // 2], len(make(0)) / 1000
    what = f"`{sample.template}`, warm, caller and function: processor, 19 of 20 within"
    told = f"by the clock, median {middle:.0f} ms; {size:.0f} kB"
    return at_most(TABLE, what, round(processor[TIMES * 95 // 100], 1), WARM_MS, "ms", told)


def _timed(make: Callable[[int], bytes], at: int) -> tuple[float, float]:
    """Return the milliseconds that one took: of processor, whatever else runs, and by the clock."""
    began = time.process_time(), time.perf_counter()
    make(at)
    return (time.process_time() - began[0]) * 1000, (time.perf_counter() - began[1]) * 1000
