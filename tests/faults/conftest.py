"""Where these tests work: in memory if they can, as each release waits for the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reading_files import files_read_here

__all__ = ["files_read_here"]
MEMORY = "/dev/shm"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Give an empty folder, in memory where the machine has such a place."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)
