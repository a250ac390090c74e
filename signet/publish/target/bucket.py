"""Releasing to a bucket that keeps versions: safe to kill at any call, throttle or repeat.

Served objects are below one prefix, and what is kept of the releases below another. A release first
notes which paths it is going to change, then changes them in the safe order, and at last replaces
the one object that says which release stands. Whoever finds that it wasn't finished puts the old
versions back before beginning anew. The first release has nothing to go back to: what is there of
it stays, and isn't sent again.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from signet.publish.lookup.shards import is_shard
from signet.publish.target import lease as leases
from signet.publish.target import served
from signet.publish.target.bucket_state import Damaged, Kept, Manifest
from signet.publish.target.objects import ChangedMeanwhile, Listed, Object, Objects, Threads, code
from signet.publish.target.release import ReleaseError, in_safe_order, turn
from signet.publish.target.staging import Digest, Digests, Staging, digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCHEME = "s3://"
DEFAULT_PREFIX = "site"
IN_MEMORY = 8_000_000  # bytes of a file that are sent from memory; larger ones are read as sent
NOT_OURS = bytes(16)  # the digest of no content: what it stands for is always written anew

Result = TypeVar("Result")
Item = TypeVar("Item")


class BucketTarget:
    """A prefix of a bucket that a content network serves.

    `patience` is how many seconds to wait for another publisher to be done; `client` is one to use
    instead of a new one. What was read of the
    look-up is remembered, so that a target that is used again needn't read it again.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = DEFAULT_PREFIX,
        *,
        patience: float = 0.0,
        client: S3Client | None = None,
    ) -> None:
        self.bucket, self.prefix, self.patience = bucket, prefix.strip("/"), patience
        self.place = f"{SCHEME}{bucket}/{self.prefix}"
        self._site = f"{self.prefix}/"
        self._objects = Objects(bucket, client)
        self._shards: dict[Digest, bytes] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other builds away, and mend what a killed one left behind.

        Raises ReleaseError when another build is at work, the bucket can't be used or keeps no
        versions, or the prefix holds objects that no build has put there.
        """
        with ExitStack() as held:
            self._lease = held.enter_context(
                leases.held(self.place, uuid.uuid4().hex, self.patience)
            )
            self._scratch = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="signet-")))
            self._threads = Threads()
            held.callback(self._threads.close)
            with self._telling():
                self._begin()
            yield

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What AWS refuses, in words that say where the site stands."""
        try:
            yield
        except (BotoCoreError, ClientError, OSError) as error:
            said = code(error) or type(error).__name__
            raise ReleaseError(
                f"{self.place} can't be used: {said}. The last release stands; "
                "the next run mends what is unfinished"
            ) from error
        except ChangedMeanwhile:
            raise ReleaseError(f"another build is writing to {self.place}") from None
        except Damaged as damage:
            raise ReleaseError(f"{damage} of {self.place} is damaged; build with --full") from None

    def _begin(self) -> None:
        self._past = Kept(self._objects, f"{self.prefix}.state/", self._lease)
        self._manifest = Manifest()
        self._is_manifest_kept = False
        self._looked_up: dict[str, bytes] = {}
        if not self._past.is_there:
            self._check_usable()
        elif self._past.state.unfinished and self._past.state.standing:
            try:
                self._mend()
            except Damaged:
                self._adopt()

    def _adopt(self) -> None:
        """Take what is there as the standing release: what could be mended by is lost."""
        self.read_back()
        name = self._past.next_name()
        self._past.write_manifest(name, self._manifest)
        self._past.replace(standing=name, previous="", changes="", unfinished="")

    def _check_usable(self) -> None:
        if not self._objects.keeps_versions():
            raise ReleaseError(f"{self.bucket} keeps no versions; turn versioning on")
        if any(self._objects.listed(self._site, 1)):
            raise ReleaseError(
                f"{self.place} holds objects that no build has put there; name another prefix"
            )

    # What is there.

    def published(self) -> Digests:
        """What the manifest of the last release says. Raises ReleaseError when it is damaged."""
        with self._telling():
            self._manifest = self._past.manifest(self._past.state.standing)
            self._is_manifest_kept = True
        return self._manifest.digests

    def read_back(self) -> Digests:
        """The digests of the objects that are there now, whatever the manifest says.

        One that is served in another way than it should be counts as another.
        """
        with self._telling():
            keys = [one.key for one in self._objects.listed(self._site)]
            self._manifest, self._is_manifest_kept = Manifest(), False
            for key, found in zip(keys, self._each(self._objects.get, keys), strict=True):
                if found is not None:
                    path = key.removeprefix(self._site)
                    self._manifest.digests[path] = _stands_for(path, found)
                    self._manifest.versions[path] = found.version
        return self._manifest.digests

    def read(self, path: str) -> bytes:
        """One published file. Reading one shard of the look-up reads them all, side by side."""
        with self._telling():
            if not is_shard(path):
                return self._content(path)
            if not self._looked_up:
                self._look_up()
            return self._looked_up[path]

    def _look_up(self) -> None:
        shards = {path: d for path, d in self._manifest.digests.items() if is_shard(path)}
        unread = [path for path, found in shards.items() if found not in self._shards]
        read = dict(zip(unread, self._each(self._content, unread), strict=True))
        self._looked_up = {p: read[p] if p in read else self._shards[d] for p, d in shards.items()}
        self._shards = {digest(content): content for content in self._looked_up.values()}

    def _content(self, path: str) -> bytes:
        found = self._objects.get(self._site + path)
        if found is None:
            raise ReleaseError(f"{path} is missing in {self.place}; build with --full")
        return found.content

    # Making a release.

    def staging(self, published: Mapping[str, bytes] | None = None) -> Staging:
        """An empty place for the next release; `published` stands for what is there."""
        folder = self._scratch / "staged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return Staging(folder, self.published() if published is None else published)

    def release(self, staging: Staging) -> Sequence[str]:
        """Publish what is staged; gives back the paths that were deleted."""
        past = self._past
        with self._telling():
            there = {} if past.state.standing else self._there()
            deleted = sorted({*staging.deleted(), *(there.keys() - staging.digests.keys())})
            changed = sorted(set(staging.changed))
            name = past.next_name()
            if changed or deleted:
                past.write_changes(name, changed + deleted)
                past.replace(unfinished=name)
                with self._taking_back():
                    self._change(staging, changed, deleted, there)
                    self._write_manifest(name, staging.digests)
                    before = past.state.standing
                    past.replace(standing=name, previous=before, changes=name, unfinished="")
                past.tidy()
            elif past.state.standing and not self._is_manifest_kept:
                self._write_manifest(name, staging.digests)
                past.replace(standing=name)
                past.tidy()
        return deleted

    def _there(self) -> dict[str, Listed]:
        """What a first release left behind when it was killed."""
        found = self._objects.listed(self._site)
        return {one.key.removeprefix(self._site): one for one in found}

    @contextmanager
    def _taking_back(self) -> Iterator[None]:
        """A release that fails half way is taken back; where even that fails, the next run does."""
        try:
            yield
        except BaseException:
            if self._past.state.standing and self._past.state.unfinished:
                with suppress(Exception):
                    self._mend()
            raise

    def _change(
        self,
        staging: Staging,
        changed: Sequence[str],
        deleted: Sequence[str],
        there: Mapping[str, Listed],
    ) -> None:
        """Write in the safe order, each turn after the one before, and delete at last."""

        def send(path: str) -> str:
            return self._send(path, staging.folder / path, there.get(path))

        for _, turned in groupby(in_safe_order(changed), turn):
            paths = list(turned)
            for path, version in zip(paths, self._each(send, paths), strict=True):
                self._manifest.versions[path] = version
        self._lease.check()
        self._objects.delete([self._site + path for path in deleted])

    def _send(self, path: str, file: Path, there: Listed | None) -> str:
        if there is not None and _is_already(file, there):
            return there.version
        media, caching = served.content_type(path), served.caching(path)
        with open(file, "rb") as opened:
            body = opened if file.stat().st_size > IN_MEMORY else opened.read()
            return self._objects.put(self._site + path, body, media, caching)

    def _write_manifest(self, name: str, digests: Mapping[str, Digest]) -> None:
        versions = self._manifest.versions
        self._manifest = Manifest(dict(digests), {path: versions[path] for path in digests})
        self._past.write_manifest(name, self._manifest)

    # Going back.

    def restore(self) -> int:
        """Put the release before back; gives how many files changed. Raises ReleaseError."""
        past, state = self._past, self._past.state
        if not state.previous:
            raise ReleaseError(f"no earlier release of {self.place} is kept")
        with self._telling():
            past.manifest(state.previous)  # damaged, it would stand in the way ever after
            past.replace(standing=state.previous, previous="", changes="", unfinished=state.changes)
            return self._mend()

    def _mend(self) -> int:
        """Make every path in doubt what the standing release has there; how many weren't."""
        past, state = self._past, self._past.state
        manifest = past.manifest(state.standing)
        moved: dict[str, str] = {}
        for _, turned in groupby(in_safe_order(past.changes(state.unfinished)), turn):
            done = self._each(self._put_back(manifest), turned)
            moved |= {path: now for path, before, now in done if before != now}
        self._lease.check()
        gone = {path for path, version in moved.items() if not version}
        self._objects.delete([self._site + path for path in sorted(gone)])
        manifest.versions.update(moved)
        name = state.standing
        if moved:
            name, self._manifest = past.next_name(), manifest.without(gone)
            past.write_manifest(name, self._manifest)
        past.replace(standing=name, unfinished="")
        return len(moved)

    def _put_back(self, manifest: Manifest) -> Callable[[str], tuple[str, str, str]]:
        """How a path gets its version back: gives the path, its version before and now."""

        def put_back(path: str) -> tuple[str, str, str]:
            before = self._objects.version(self._site + path)
            wanted = manifest.versions.get(path, "")
            if before == wanted or not wanted:
                return path, before, wanted
            # One that was removed for good counts as missing: the next whole build writes it.
            return path, before, self._objects.put_back(self._site + path, wanted)

        return put_back

    def _each(
        self, act: Callable[[Item], Result], items: Sequence[Item] | Iterator[Item]
    ) -> Iterator[Result]:
        """What `act` gives for each, many at a time, for as long as nobody else may write."""

        def checked(item: Item) -> Result:
            self._lease.check()
            return act(item)

        return self._threads.each(checked, items)


def target(address: str, *, patience: float = 0.0) -> BucketTarget:
    """The target of s3://BUCKET/PREFIX, or of a bucket's name alone."""
    bucket, _, prefix = address.removeprefix(SCHEME).strip("/").partition("/")
    return BucketTarget(bucket, prefix or DEFAULT_PREFIX, patience=patience)


def _stands_for(path: str, found: Object) -> Digest:
    as_it_should = (served.content_type(path), served.caching(path))
    return digest(found.content) if (found.media, found.caching) == as_it_should else NOT_OURS


def _is_already(file: Path, there: Listed) -> bool:
    """Whether an object is the file. Where keys encrypt the bucket its tag tells nothing: no."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, _md5).hexdigest() == there.tag.strip('"')


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)
