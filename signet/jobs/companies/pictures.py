"""Public copies of companies' pictures, since publishing has no access to files (JOB-7).

They are written and removed together with the rows of their files.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from signet.jobs import store, tables
from signet.jobs.model import Picture
from signet.transactions.commit import Change
from signet.uploads.content import Kind
from signet.uploads.content.dimensions import shown_size
from signet.uploads.model import Upload


def copy_changes(upload: Upload, kind: Kind, content: bytes) -> Sequence[Change]:
    """Return the change that writes the public copy of a company's clean picture."""
    width, height = shown_size(kind, content)
    digest = blake2b(content, digest_size=16).hexdigest()
    copy = Picture(file=upload.id, kind=kind, digest=digest, width=width, height=height)
    return [store.put_picture(upload.owner, copy, content)]


def removal_changes(upload: Upload) -> Sequence[Change]:
    """Return the change that removes a picture's public copy."""
    return [store.remove(upload.owner, tables.picture_key(upload.id))]
