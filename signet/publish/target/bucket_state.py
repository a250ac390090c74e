"""The release state stored beside a site in a bucket: the current release, and the manifests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

from botocore.exceptions import BotoCoreError, ClientError

from signet.publish.target.lease import Lease
from signet.publish.target.objects import Objects
from signet.publish.target.release import ReleaseError
from signet.publish.target.staging import Digests

STATE = "state.json"
MANIFEST = "manifest-"
CHANGES = "changes-"


class Damaged(Exception):
    """A stored state object isn't what a release wrote; the message names it."""


@dataclass(frozen=True, slots=True)
class State:
    """Which release is current. Replacing this one small object is what makes a release.

    `changes` names the list of paths in which the current (`standing`) release differs from the
    `previous` one; `unfinished` names a list of paths that may differ from the current release.
    """

    standing: str = ""
    previous: str = ""
    changes: str = ""
    unfinished: str = ""
    count: int = 0

    def as_json(self) -> bytes:
        """Return the state as it is stored."""
        return json.dumps(asdict(self)).encode()

    def kept(self) -> set[str]:
        """Return the names of the objects that this state refers to."""
        manifests = {f"{MANIFEST}{name}" for name in (self.standing, self.previous) if name}
        changes = {f"{CHANGES}{name}" for name in (self.changes, self.unfinished) if name}
        return {STATE} | manifests | changes


def read_state(content: bytes) -> State:
    """Return the state from its JSON. Raises ReleaseError when it isn't a state."""
    try:
        return State(**json.loads(content))
    except (ValueError, TypeError):
        raise ReleaseError(f"{STATE} is damaged; publish to another prefix") from None


@dataclass(slots=True)
class Manifest:
    """The files of a release: each one's digest, and the version of its object."""

    digests: Digests = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def listed(self) -> bytes:
        """Return the manifest as text, a line for each file."""
        lines = (
            f"{self.digests[path].hex()} {self.versions[path]} {path}\n"
            for path in sorted(self.digests)
        )
        return "".join(lines).encode()

    def without(self, gone: set[str]) -> Manifest:
        """Return the manifest without some files."""
        digests = {path: digest for path, digest in self.digests.items() if path not in gone}
        return Manifest(digests, {path: self.versions[path] for path in digests})


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest from its lines. Raises Damaged."""
    manifest = Manifest()
    try:
        for line in content.decode().splitlines():
            digest, version, path = line.split(" ", 2)
            manifest.digests[path] = bytes.fromhex(digest)
            manifest.versions[path] = version
    except ValueError:
        raise Damaged("the manifest") from None
    return manifest


class StoredState:
    """The release state below one prefix, read and written by the holder of the lease.

    Its methods raise Damaged, ReleaseError when the lease expired, ChangedMeanwhile when another
    process has replaced the state, and what boto3 raises.
    """

    def __init__(self, objects: Objects, prefix: str, lease: Lease) -> None:
        self._objects, self._prefix, self._lease = objects, prefix, lease
        stored = objects.get(prefix + STATE)
        self.is_there = stored is not None
        self._tag = stored.tag if stored else ""
        self.state = read_state(stored.content) if stored else State()

    def replace(self, **changes: str) -> None:
        """Replace the state, unless another process has replaced it."""
        self._lease.check()
        state = replace(self.state, count=self.state.count + 1, **changes)
        self._tag = self._objects.put_if(self._prefix + STATE, state.as_json(), self._tag)
        self.state = state

    def next_name(self) -> str:
        """Return a name for a release that no other publisher ever gives."""
        return f"{self.state.count + 1:08d}-{self._lease.term}"

    def manifest(self, release: str) -> Manifest:
        """Return the manifest of a release; an empty one for the empty name."""
        return read_manifest(self._read(MANIFEST + release)) if release else Manifest()

    def write_manifest(self, name: str, manifest: Manifest) -> None:
        """Store the manifest of a release."""
        self._write(MANIFEST + name, manifest.listed())

    def changes(self, name: str) -> list[str]:
        """Return the paths that a release was going to change."""
        return self._read(CHANGES + name).decode().splitlines()

    def write_changes(self, name: str, paths: Iterable[str]) -> None:
        """Store the paths that a release is going to change."""
        self._write(CHANGES + name, "".join(f"{path}\n" for path in paths).encode())

    def tidy(self) -> None:
        """Delete what no release needs any more; if that fails, a later run does it."""
        needed = {self._prefix + name for name in self.state.kept()}
        with suppress(BotoCoreError, ClientError):
            keys = [one.key for one in self._objects.listed(self._prefix)]
            self._objects.delete([key for key in keys if key not in needed])

    def _read(self, name: str) -> bytes:
        stored = self._objects.get(self._prefix + name)
        if stored is None:
            raise Damaged(name)
        return stored.content

    def _write(self, name: str, content: bytes) -> None:
        self._lease.check()
        self._objects.put(self._prefix + name, content, "text/plain; charset=utf-8", "no-store")
