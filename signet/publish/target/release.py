"""The last stage: publishing a verified build as the site, and keeping the previous release.

A release to a folder is safe to kill at any moment: the first one is a single rename, and each
later one keeps the files that it replaces and a journal, from which the next run restores the old
release before it starts again. Everything but the site itself is in a folder beside it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from signet.publish.target.staging import Digests, Staging, digest

LAST = (
    "register/lookup/manifest.json",
    "register/who/manifest.json",
    "jobs/search.json",
    "jobs/search-words.json",
    "register/current.css",
    "register/current.json",
)
BETWEEN_TRIES = 0.1  # seconds


class ReleaseError(Exception):
    """The release target can't be used; the message says why and what to do."""


class Target(Protocol):
    """Where a site is published to: all that a build needs of it."""

    def locked(self) -> AbstractContextManager[None]:
        """Keep other builds out while the block runs, and repair what a killed one left."""
        ...

    def published(self) -> Digests:
        """Return the digests of the files of the last release."""
        ...

    def read_back(self) -> Digests:
        """Return the digests of the files that are there now, whatever the last release wrote."""
        ...

    def read(self, path: str) -> bytes:
        """Return one published file."""
        ...

    def staging(self, published: Mapping[str, bytes] | None = None) -> Staging:
        """Return an empty staging area for the next release; `published` overrides the manifest."""
        ...

    def release(self, staging: Staging) -> Sequence[str]:
        """Publish what is staged, and return the paths that were deleted."""
        ...

    def restore(self) -> int:
        """Restore the release before the last one; return the number of files that changed."""
        ...


def in_safe_order(paths: Iterable[str]) -> list[str]:
    """Sort paths: assets and data first, then pages, last the small files that lead to the others.

    So a page never asks for a file that isn't there yet.
    """

    return sorted(paths, key=lambda path: (turn(path), path))


def turn(path: str) -> int:
    """Return a file's turn in the safe order; the order within a turn doesn't matter."""
    if path in LAST:
        return LAST.index(path) + 2
    return int(path.endswith((".html", ".xml")))


def _write_durably(path: Path, text: str) -> None:
    """Replace a small file atomically, so that readers always see a whole file."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _listed(digests: Mapping[str, bytes]) -> str:
    return "".join(f"{digests[path].hex()} {path}\n" for path in sorted(digests))


def _unlisted(text: str) -> Digests:
    return {line[33:]: bytes.fromhex(line[:32]) for line in text.splitlines()}


def _system_start() -> str:
    """Return an id of this run of the operating system, or "" where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class FolderTarget:
    """A folder that a web server serves.

    State is stored in `<folder>.state`: the manifest, the previous release, and what is being
    staged. `started` is the id of this run of the operating system, by default the system's boot
    id. `patience` is how many seconds to wait for another build to finish.
    """

    patience = 0.0

    def __init__(self, folder: Path, started: str | None = None) -> None:
        self.folder = folder.resolve()  # follow a symlink: a rename works within one disk only
        self._started_now = _system_start() if started is None else started
        self.state = self.folder.with_name(f"{self.folder.name}.state")
        self._manifest = self.state / "manifest"
        self._started = self.state / "started"
        self._journal = self.state / "journal.json"
        self._staged = self.state / "staged"
        self._replaced = self.state / "replaced"
        self._previous = self.state / "previous"
        self._dropped = self.state / "dropped"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other builds out, and repair what a killed one left behind.

        Raises ReleaseError when another build is running, the path isn't a folder or holds files
        that no build wrote, or the system fails to read or write (a full disk).
        """
        with self._telling():
            self._check_ours()
            self.state.mkdir(parents=True, exist_ok=True)
            with open(self.state / "lock", "w", encoding="utf-8") as lock:
                self._take(lock)
                self._repair()
                yield

    def _take(self, lock: IO[str]) -> None:
        ends = time.monotonic() + self.patience
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= ends:
                    raise ReleaseError(f"another build is writing to {self.folder}") from None
            time.sleep(BETWEEN_TRIES)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise ReleaseError for system errors, saying what the site shows and what to do."""
        try:
            yield
        except OSError as error:
            reason = ": ".join(str(part) for part in (error.strerror, error.filename) if part)
            raise ReleaseError(
                f"{reason or error}. The last release of {self.folder} stands; "
                "the next run mends what is unfinished"
            ) from error

    def _check_ours(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise ReleaseError(f"{self.folder} is not a folder")
        if not (self._is_empty() or self._manifest.exists() or self._journal.exists()):
            raise ReleaseError(
                f"{self.folder} holds files that no build has put there; name an empty folder"
            )

    def published(self) -> Digests:
        """Return the digests in the last release's manifest, or {} when the site was removed.

        After a restart of the system the files themselves are read: a power cut loses what was
        written shortly before it. Raises ReleaseError when the manifest is damaged.
        """
        if self._is_empty() or not self._manifest.exists():
            return {}
        try:
            text = _unlisted(self._manifest.read_text(encoding="utf-8"))
        except ValueError:
            raise ReleaseError(f"{self._manifest} is damaged; build with --full") from None
        if self._started.exists() and self._started.read_text("utf-8") == self._started_now:
            return text
        return self._found(path for path in text if (self.folder / path).is_file())

    def _found(self, paths: Iterable[str]) -> Digests:
        return {path: digest((self.folder / path).read_bytes()) for path in paths}

    def read(self, path: str) -> bytes:
        """Return one published file."""
        return (self.folder / path).read_bytes()

    def read_back(self) -> Digests:
        """Return the digests of the files that are there now, whatever the manifest says."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return self._found(path.relative_to(self.folder).as_posix() for path in files)

    def staging(self, published: Mapping[str, bytes] | None = None) -> Staging:
        """Return an empty staging area for the next release; `published` overrides the manifest."""
        shutil.rmtree(self._staged, ignore_errors=True)
        self._staged.mkdir(parents=True)
        return Staging(self._staged, self.published() if published is None else published)

    def release(self, staging: Staging) -> Sequence[str]:
        """Publish what is staged, and return the paths that were deleted."""
        deleted = sorted(staging.deleted())
        try:
            if not staging.changed and not deleted:
                self._close(staging.digests)
            elif self._is_empty():
                self._release_first(staging)
            else:
                self._release_over(staging, deleted)
            _write_durably(self._started, self._started_now)
        except BaseException:
            with suppress(OSError):  # if even that fails, the next run does it
                self._repair()
            raise
        return deleted

    def _is_empty(self) -> bool:
        return not self.folder.exists() or not any(self.folder.iterdir())

    def _release_first(self, staging: Staging) -> None:
        self._drop_previous()  # it belonged to a site that has been removed
        _write_durably(self.state / "next", _listed(staging.digests))
        _write_durably(self._journal, json.dumps({"first": True}))
        os.replace(self._staged, self.folder)
        self._close(staging.digests)

    def _release_over(self, staging: Staging, deleted: Sequence[str]) -> None:
        before = staging.published_digests
        changed = in_safe_order(set(staging.changed))
        added = [path for path in changed if path not in before]
        self._replaced.mkdir(parents=True, exist_ok=True)
        _write_durably(self._replaced / "manifest", _listed(before))
        _write_durably(self._journal, json.dumps({"added": added}))
        for path in changed:
            self._keep(path)
            _move(self._staged / path, self.folder / path)
        for path in deleted:
            self._keep(path)
            _delete(self.folder, path)
        _write_durably(self._manifest, _listed(staging.digests))
        _write_durably(self._replaced / "added.json", json.dumps(added))
        self._drop_previous()
        os.replace(self._replaced, self._previous)  # from here on the new release is current
        self._tidy()

    def _drop_previous(self) -> None:
        """Move the previous release away with one rename; deleting it takes many calls."""
        shutil.rmtree(self._dropped, ignore_errors=True)
        if self._previous.exists():
            os.replace(self._previous, self._dropped)

    def _keep(self, path: str) -> None:
        """Keep the file as it is now by a hard link, without copying it."""
        stored = self._replaced / "files" / path
        if (self.folder / path).exists() and not stored.exists():
            stored.parent.mkdir(parents=True, exist_ok=True)
            os.link(self.folder / path, stored)

    def _close(self, digests: Mapping[str, bytes]) -> None:
        _write_durably(self._manifest, _listed(digests))
        self._tidy()

    def _tidy(self) -> None:
        self._journal.unlink(missing_ok=True)
        (self.state / "next").unlink(missing_ok=True)
        for leftover in (self._staged, self._replaced, self._dropped):
            shutil.rmtree(leftover, ignore_errors=True)

    def _repair(self) -> None:
        """Repair after a killed release: finish a first one, roll back a later one."""
        if not self._journal.exists():
            self._tidy()
            return
        journal = json.loads(self._journal.read_text(encoding="utf-8"))
        if journal.get("first"):
            done = self.folder.exists() and not self._staged.exists()
            self._close(_unlisted((self.state / "next").read_text("utf-8")) if done else {})
        elif self._replaced.exists():
            self._put_back(self._replaced, journal["added"])
        else:  # everything was in place: only the journal was left
            self._tidy()

    def _put_back(self, stored: Path, added: Iterable[str]) -> int:
        before = _unlisted((stored / "manifest").read_text(encoding="utf-8"))
        files = stored / "files"
        back = [f.relative_to(files).as_posix() for f in files.rglob("*") if f.is_file()]
        for path in in_safe_order(back):
            _move(files / path, self.folder / path)
        gone = [path for path in added if path not in before and (self.folder / path).exists()]
        for path in gone:
            _delete(self.folder, path)
        if self._dropped.exists():
            os.replace(self._dropped, self._previous)
        self._close(before)
        return len(back) + len(gone)

    def restore(self) -> int:
        """Restore the previous release; return how many files changed. Raises ReleaseError."""
        if not self._previous.exists():
            raise ReleaseError(f"no earlier release of {self.folder} is kept")
        added = json.loads((self._previous / "added.json").read_text(encoding="utf-8"))
        _write_durably(self._journal, json.dumps({"added": added}))
        os.replace(self._previous, self._replaced)
        return self._put_back(self._replaced, added)


def _move(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, place)


def _delete(folder: Path, path: str) -> None:
    """Delete a file, and the folders that it leaves empty."""
    place = folder / path
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()
