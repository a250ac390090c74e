"""The process that reads one file and re-encodes it, within limits that the system enforces.

Its input is a line of JSON about the file, followed by the file. It answers with a line
of JSON, followed by what was written.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from signet.uploads.content.found import Bounds, Clean, Kind, Reason, Unfit


def main() -> None:
    """Answer for the file on the standard input."""
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(asked["processor"], asked["memory"])
    data = sys.stdin.buffer.read()
    answer: Mapping[str, Any]
    kind, bounds = Kind(asked["kind"]), Bounds(asked["pixels"], asked["unpacked"])
    try:
        result = written_anew(kind, data, bounds)
        answer = {"reason": "", "width": result.width, "height": result.height}
        content = result.content
    except Unfit as unfit:
        answer, content = {"reason": unfit.reason}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)


def written_anew(kind: Kind, data: bytes, bounds: Bounds) -> Clean:
    """Return a re-encoded file of a kind. Raises Unfit, and ImportError without the libraries."""
    write = _writer(kind)
    try:
        return write(data, bounds)
    except Unfit:
        raise
    except (MemoryError, RecursionError):
        raise Unfit(Reason.BOMB) from None
    except Exception:  # noqa: BLE001 - whatever libraries meet in a stranger's file
        raise Unfit(Reason.BROKEN) from None


def _writer(kind: Kind) -> Callable[[bytes, Bounds], Clean]:
    # Imported here: each of the two is needed for some files only, and takes a while to load.
    if kind is Kind.PDF:
        from signet.uploads.content import documents

        return documents.written_anew
    from signet.uploads.content import pictures

    return partial(pictures.written_anew, kind)


def _limit(processor: int, memory: int) -> None:
    """Limit this process: seconds of the processor, bytes of memory, no files written."""
    limits = (
        # The system says so by a signal, and ends the process a second later.
        (resource.RLIMIT_CPU, processor, processor + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),  # what people send isn't dumped either
    )
    for which, soft, hard in limits:
        try:
            resource.setrlimit(which, (soft, hard))
        except (OSError, ValueError):
            # A developer's system may not know a limit; where functions run, all are known.
            if sys.platform == "linux":
                raise
