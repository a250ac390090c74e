"""Public copies of companies' pictures, since publishing has no access to files (JOB-7).

They are written and removed together with the rows of their files.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from signet.jobs import store, tables
from signet.jobs.model import Picture
from signet.transactions.commit import Change
from signet.uploads.content import Clean
from signet.uploads.model import Upload


def copy_changes(upload: Upload, clean: Clean) -> Sequence[Change]:
    """Return the change that writes the public copy of a company's clean picture."""
    digest = blake2b(clean.content, digest_size=16).hexdigest()
    shown = {"width": clean.width, "height": clean.height}
    copy = Picture(file=upload.id, kind=clean.kind, digest=digest, **shown)
    return [store.put_picture(upload.owner, copy, clean.content)]


def removal_changes(upload: Upload) -> Sequence[Change]:
    """Return the change that removes a picture's public copy."""
    return [store.remove(upload.owner, tables.picture_key(upload.id))]
