"""Re-encoding of files: only the content that was understood is kept.

The libraries that read strangers' files run in a process of their own, for one file each, with
limits of memory and processor time and without our settings and credentials.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection

from signet.uploads.content.found import Bounds, Clean, Kind, Reason, Unfit
from signet.uploads.content.mixed import refuse_archive
from signet.uploads.scanner import CannotScan

# Readers find a PDF that begins somewhat later too: some programs put a byte order mark first.
MARK = b"\xef\xbb\xbf"
STARTS = (
    (b"%PDF-", Kind.PDF),
    (MARK + b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
)
# Wall-clock time: the response has to be sent within 30, the gateway's limit.
SECONDS = 12.0
# What one file may use: seconds of the processor, and bytes of memory, since of 60 million pixels
# several copies are needed at a time.
LIMITS = {"processor": 10, "memory": 1_200_000_000}
# The child imports from where this process does, and nothing that a folder or a variable adds.
_STARTED = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from signet.uploads.content import cleaning; cleaning.answer()"
)
# Where Lambda's Python finds its own library.
_PASSED_ON = ("LD_LIBRARY_PATH",)


def clean(data: bytes, taken: Collection[Kind], bounds: Bounds, seconds: float = SECONDS) -> Clean:
    """Return a re-encoded file, judged only by its content.

    `taken` are the accepted kinds. Raises Unfit when it is none of them, isn't whole, is also
    something else, runs or carries anything, unpacks to more than `bounds`, or is slow to read.
    Raises CannotScan when it can't be checked now, or takes longer than `seconds`.
    """
    if not data:
        raise Unfit(Reason.EMPTY)
    kind = next((kind for start, kind in STARTS if data.startswith(start)), None)
    if kind not in taken or kind is None:
        raise Unfit(Reason.KIND)
    refuse_archive(data)
    return _written_anew(kind, data, bounds, seconds)


def answer() -> None:
    """Do the other process's part: read the one file, and answer on the standard output."""
    # Here, not above: this process loads none of it, and the import puts it into the bundle.
    from signet.uploads.content import worker

    worker.main()


def _written_anew(kind: Kind, data: bytes, bounds: Bounds, seconds: float) -> Clean:
    asked = json.dumps({"kind": kind, **bounds._asdict(), **LIMITS}).encode() + b"\n"
    command = [sys.executable, "-I", "-B", "-c", _STARTED, json.dumps(sys.path)]
    settings = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=asked + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=settings,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        # The machine is busy: a file that is slow by itself meets the limit of the processor first.
        raise CannotScan("too slow") from None
    if done.returncode > 0:
        raise CannotScan("what reads files doesn't run")  # that isn't the file's fault
    if done.returncode:  # ended by the system: at a limit, or by a fault in reading
        slow = -done.returncode in {signal.SIGXCPU, signal.SIGKILL}
        raise Unfit(Reason.TOO_SLOW if slow else Reason.BROKEN)
    head, _, content = done.stdout.partition(b"\n")
    result = json.loads(head)
    if result["reason"]:
        raise Unfit(Reason(result["reason"]))
    return Clean(kind, content, result["width"], result["height"])
