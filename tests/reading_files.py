"""Reading people's files in the tests' own process, where how they are read isn't what is tested.

The process of its own costs a third of a second a file; tests/unit/uploads, tests/infra and the
browser tests start it as the functions do.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from signet.uploads.content import Bounds, Clean, Kind, cleaning, worker


@pytest.fixture(autouse=True, scope="module")
def files_read_here() -> Iterator[None]:
    """Write files anew in this process."""

    def here(kind: Kind, data: bytes, bounds: Bounds, _seconds: float) -> Clean:
        return worker.written_anew(kind, data, bounds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "_written_anew", here)
        yield
