"""Reproducible zip archives of folders, as small as possible.

Python's own zip files are compressed by zlib, which makes them a thirtieth larger than necessary.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import deflate

HARDEST = 12
Packed = dict[tuple[bytes, int], bytes]  # by the hash of a content and the level
_DATE = 0x21  # 1980-01-01, the earliest date in a zip file
_VERSION, _UNIX, _DEFLATED, _UTF8 = 20, 3 << 8, 8, 0x800
_READABLE = 0o100644 << 16
_ABOUT = struct.Struct("<5H3L2H")  # the header fields of a file, repeated in the directory
_DIRECTORY = struct.Struct("<3H2L")
_END = struct.Struct("<4s4H2LH")


def write(folder: Path, archive: Path, level: int = HARDEST, packed: Packed | None = None) -> str:
    """Write all files of a folder into an archive, atomically; return its SHA-256.

    `level` is how hard to pack, up to HARDEST. What was packed for another archive is taken from
    `packed`, which keeps what is packed for this one.
    """
    content = _archive(folder, level, {} if packed is None else packed)
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f"{archive.name}.part")
    part.write_bytes(content)
    os.replace(part, archive)
    return hashlib.sha256(content).hexdigest()


def _archive(folder: Path, level: int, known: Packed) -> bytes:
    body, directory = bytearray(), bytearray()
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    for file in files:
        name, content = file.relative_to(folder).as_posix().encode(), file.read_bytes()
        key = hashlib.sha256(content).digest(), level
        if key not in known:
            known[key] = bytes(deflate.deflate_compress(content, level))
        packed = known[key]
        sizes = (zlib.crc32(content), len(packed), len(content), len(name), 0)
        about = _ABOUT.pack(_VERSION, _UTF8, _DEFLATED, 0, _DATE, *sizes)
        made_on = struct.pack("<H", _UNIX | _VERSION)
        where = _DIRECTORY.pack(0, 0, 0, _READABLE, len(body))
        directory += b"PK\x01\x02" + made_on + about + where + name
        body += b"PK\x03\x04" + about + name + packed
    count = len(files)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + end
