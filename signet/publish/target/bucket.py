"""Releasing to a bucket with versioning: safe to kill at any call, throttle or repeat.

Served objects are below one prefix, and the state of the releases is below another. A release first
records which paths it is going to change, then changes them in the safe order, and finally replaces
the one object that says which release is current. A run that finds a release unfinished puts the
old versions back before it starts. The first release has nothing to go back to: what it uploaded
stays, and isn't sent again.
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
from signet.publish.scope_search import FOLDER as SCOPE_SEARCH
from signet.publish.target import lease as leases
from signet.publish.target import served
from signet.publish.target.bucket_state import Damaged, Manifest, StoredState
from signet.publish.target.objects import ChangedMeanwhile, Listed, Object, Objects, Threads, code
from signet.publish.target.release import ReleaseError, in_safe_order, turn
from signet.publish.target.staging import Digest, Digests, Staging, digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCHEME = "s3://"
DEFAULT_PREFIX = "site"
IN_MEMORY = 8_000_000  # bytes; a larger file is read while it is sent
NOT_OURS = bytes(16)  # a digest that no content has: the file is always written again

Result = TypeVar("Result")
Item = TypeVar("Item")


def _is_shard(path: str) -> bool:
    """Tell whether a file is a shard of the look-up or of the scope search."""
    return is_shard(path) or is_shard(path, SCOPE_SEARCH)


class BucketTarget:
    """A prefix of a bucket that a content delivery network serves.

    `patience` is how many seconds to wait for another publisher to finish; `client` is used instead
    of a new one. Look-up shards that were read are cached, so that a target that is used again
    needn't read them again.
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
    def locked(self) -> Iterator[None]:
        """Keep other builds out, and repair what a killed one left behind.

        Raises ReleaseError when another build is running, the bucket can't be used or has no
        versioning, or the prefix holds objects that no build wrote.
        """
        with ExitStack() as stack:
            self._lease = stack.enter_context(
                leases.hold(self.place, uuid.uuid4().hex, self.patience)
            )
            self._scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signet-")))
            self._threads = Threads()
            stack.callback(self._threads.close)
            with self._telling():
                self._begin()
            yield

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise ReleaseError for errors of AWS and for damaged state, saying what to do."""
        try:
            yield
        except (BotoCoreError, ClientError, OSError) as error:
            reason = code(error) or type(error).__name__
            raise ReleaseError(
                f"{self.place} can't be used: {reason}. The last release stands; "
                "the next run mends what is unfinished"
            ) from error
        except ChangedMeanwhile:
            raise ReleaseError(f"another build is writing to {self.place}") from None
        except Damaged as damage:
            raise ReleaseError(f"{damage} of {self.place} is damaged; build with --full") from None

    def _begin(self) -> None:
        self._past = StoredState(self._objects, f"{self.prefix}.state/", self._lease)
        self._manifest = Manifest()
        self._is_manifest_kept = False
        self._looked_up: dict[str, bytes] = {}
        if not self._past.is_there:
            self._check_usable()
        elif self._past.state.unfinished and self._past.state.standing:
            try:
                self._repair()
            except Damaged:
                self._adopt()

    def _adopt(self) -> None:
        """Take what is in the bucket as the current release, since its release records are lost."""
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

    # Reading the published site.

    def published(self) -> Digests:
        """Return the digests in the last release's manifest. Raises ReleaseError if damaged."""
        with self._telling():
            self._manifest = self._past.manifest(self._past.state.standing)
            self._is_manifest_kept = True
        return self._manifest.digests

    def read_back(self) -> Digests:
        """Return the digests of the objects that are there now, whatever the manifest says.

        An object served with the wrong content type or caching counts as changed.
        """
        with self._telling():
            keys = [one.key for one in self._objects.listed(self._site)]
            self._manifest, self._is_manifest_kept = Manifest(), False
            for key, content in zip(keys, self._each(self._objects.get, keys), strict=True):
                if content is not None:
                    path = key.removeprefix(self._site)
                    self._manifest.digests[path] = _stands_for(path, content)
                    self._manifest.versions[path] = content.version
        return self._manifest.digests

    def read(self, path: str) -> bytes:
        """Return one published file. Reading one look-up shard loads them all in parallel."""
        with self._telling():
            if not _is_shard(path):
                return self._content(path)
            if not self._looked_up:
                self._look_up()
            return self._looked_up[path]

    def _look_up(self) -> None:
        shards = {path: d for path, d in self._manifest.digests.items() if _is_shard(path)}
        unread = [path for path, digest_read in shards.items() if digest_read not in self._shards]
        read = dict(zip(unread, self._each(self._content, unread), strict=True))
        self._looked_up = {p: read[p] if p in read else self._shards[d] for p, d in shards.items()}
        self._shards = {digest(content): content for content in self._looked_up.values()}

    def _content(self, path: str) -> bytes:
        stored = self._objects.get(self._site + path)
        if stored is None:
            raise ReleaseError(f"{path} is missing in {self.place}; build with --full")
        return stored.content

    # Making a release.

    def staging(self, published: Mapping[str, bytes] | None = None) -> Staging:
        """Return an empty staging area for the next release; `published` overrides the manifest."""
        folder = self._scratch / "staged"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return Staging(folder, self.published() if published is None else published)

    def release(self, staging: Staging) -> Sequence[str]:
        """Publish what is staged, and return the paths that were deleted."""
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
        """Return the objects that a killed first release left behind, by path."""
        pages = self._objects.listed(self._site)
        return {one.key.removeprefix(self._site): one for one in pages}

    @contextmanager
    def _taking_back(self) -> Iterator[None]:
        """Roll a release back that fails half way; if even that fails, the next run does it."""
        try:
            yield
        except BaseException:
            if self._past.state.standing and self._past.state.unfinished:
                with suppress(Exception):
                    self._repair()
            raise

    def _change(
        self,
        staging: Staging,
        changed: Sequence[str],
        deleted: Sequence[str],
        there: Mapping[str, Listed],
    ) -> None:
        """Write in the safe order, one turn after the other, and delete last."""

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

    # Rolling back.

    def restore(self) -> int:
        """Restore the previous release; return how many files changed. Raises ReleaseError."""
        past, state = self._past, self._past.state
        if not state.previous:
            raise ReleaseError(f"no earlier release of {self.place} is kept")
        with self._telling():
            past.manifest(state.previous)  # a damaged one would block every later run
            past.replace(standing=state.previous, previous="", changes="", unfinished=state.changes)
            return self._repair()

    def _repair(self) -> int:
        """Restore every path in doubt to the current release; return how many were different."""
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
        """Return a function that restores a path and returns it, its version before and now."""

        def put_back(path: str) -> tuple[str, str, str]:
            before = self._objects.version(self._site + path)
            version = manifest.versions.get(path, "")
            if before == version or not version:
                return path, before, version
            # A version that no longer exists counts as missing: the next whole build writes it.
            return path, before, self._objects.put_back(self._site + path, version)

        return put_back

    def _each(
        self, act: Callable[[Item], Result], items: Sequence[Item] | Iterator[Item]
    ) -> Iterator[Result]:
        """Yield what a function returns for each item, many at a time, while the lease lasts."""

        def checked(item: Item) -> Result:
            self._lease.check()
            return act(item)

        return self._threads.each(checked, items)


def target(address: str, *, patience: float = 0.0) -> BucketTarget:
    """Return the target of s3://BUCKET/PREFIX, or of a bucket's name alone."""
    bucket, _, prefix = address.removeprefix(SCHEME).strip("/").partition("/")
    return BucketTarget(bucket, prefix or DEFAULT_PREFIX, patience=patience)


def _stands_for(path: str, found: Object) -> Digest:
    as_it_should = (served.content_type(path), served.caching(path))
    return digest(found.content) if (found.media, found.caching) == as_it_should else NOT_OURS


def _is_already(file: Path, there: Listed) -> bool:
    """Tell whether an object has the file's content.

    False where the bucket is encrypted with KMS keys: an object's tag isn't its MD5 there.
    """
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, _md5).hexdigest() == there.tag.strip('"')


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)
