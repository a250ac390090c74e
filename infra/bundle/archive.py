"""Folders as archives that are the same whenever and wherever they are made."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier moment
READABLE = 0o100644 << 16


def write(folder: Path, archive: Path) -> str:
    """Write all files of a folder into an archive, whole or not at all; gives its SHA-256."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f"{archive.name}.part")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            made.writestr(entry, file.read_bytes(), compresslevel=9)
    os.replace(part, archive)
    return hashlib.sha256(archive.read_bytes()).hexdigest()
