"""The staging area, where rendered files wait until the whole build is verified.

A file whose content the last release already published isn't written; the digest of every file is
stored, so that the next build can compare.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

Digest = bytes
Digests = dict[str, Digest]


def digest(content: bytes) -> Digest:
    """Return the digest (128 bits) that identifies a file's content in the manifest."""
    return hashlib.blake2b(content, digest_size=16).digest()


def _write(place: str, content: bytes) -> None:
    """Write a file with bare system calls, for speed: there are tens of thousands of files."""
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


class Staging:
    """A folder of files to be released, and the digests of all files of the site.

    `published` holds the digests of the last release. Several processes may stage into one folder,
    each file being staged by only one of them; `take` merges their digests.
    """

    def __init__(self, folder: Path, published: Mapping[str, Digest]) -> None:
        self.folder = folder
        self.published_digests = published
        self._made: set[str] = set()
        self.digests: Digests = {}
        self.changed: list[str] = []

    def add(self, path: str, content: bytes) -> None:
        """Stage one file; `path` is relative to the site's root, with forward slashes."""
        content_digest = digest(content)
        self.digests[path] = content_digest
        if self.published_digests.get(path) != content_digest:
            self.changed.append(path)
            _write(self._place(path), content)

    def keep(self, path: str, found: Digest) -> bool:
        """Keep a published file if its digest is `found`, and tell whether it was kept."""
        kept = self.published_digests.get(path) == found
        if kept:
            self.digests[path] = found
        return kept

    def _place(self, path: str) -> str:
        place = f"{self.folder}/{path}"
        parent = place.rpartition("/")[0]
        if parent not in self._made:
            try:
                os.mkdir(parent)  # nearly always enough, and cheapest
            except FileExistsError:
                pass
            except FileNotFoundError:
                os.makedirs(parent, exist_ok=True)
            self._made.add(parent)
        return place

    def take(self, digests: Mapping[str, Digest], changed: list[str]) -> None:
        """Merge what another process staged."""
        self.digests.update(digests)
        self.changed.extend(changed)

    def handed_over(self) -> tuple[Digests, list[str]]:
        """Return what was staged since the last call, for the collecting process, and reset it."""
        result = self.digests, self.changed
        self.digests, self.changed = {}, []
        self._made.clear()
        return result

    def stream(self, path: str) -> StagedStream:
        """Return a file to be written in parts; it is staged when it is closed."""
        return StagedStream(self, path)

    def close_stream(self, path: str, found: Digest, written: str) -> None:
        """Stage a file that was written in parts."""
        self.digests[path] = found
        if self.published_digests.get(path) == found:
            os.unlink(written)
        else:
            self.changed.append(path)
            os.replace(written, self._place(path))

    def open_part(self, path: str) -> tuple[str, BinaryIO]:
        """Open a file to be written in parts, and return its path and the file."""
        place = f"{self._place(path)}.part"
        return place, open(place, "wb")

    def deleted(self) -> Iterator[str]:
        """Return the paths that the last release published and this build doesn't have."""
        return (path for path in self.published_digests if path not in self.digests)


class StagedStream:
    """A large file that is written in parts."""

    def __init__(self, staging: Staging, path: str) -> None:
        self._staging, self._path = staging, path
        self._hash = hashlib.blake2b(digest_size=16)
        self._public_hash = hashlib.sha256()
        self._place, self._file = staging.open_part(path)
        self.size = 0

    def write(self, content: bytes) -> None:
        """Add to the end of the file."""
        self._hash.update(content)
        self._public_hash.update(content)
        self._file.write(content)
        self.size += len(content)

    def sha256(self) -> str:
        """Return the published hash of the file, which anyone who downloads it can check."""
        return self._public_hash.hexdigest()

    def __enter__(self) -> StagedStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if kind is None:
            self._staging.close_stream(self._path, self._hash.digest(), self._place)
