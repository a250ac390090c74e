"""The policy pack's section on uploaded files: their purposes, kinds and sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

MEGA = 1_000_000


class UploadPurpose(NamedTuple):
    """The files that may be uploaded for one purpose, and who besides their owner reads them.

    `kinds` are kinds of signet.uploads.content; `size` and `unpacked` are in bytes, `pixels` is per
    picture; `most` limits an owner's files; `readers` are roles. `sent` is the storage service's
    limit in bytes, where that is more than `size`: then the error page for a file that is too large
    is ours, not the service's. `unused_days`: how long a file that no record refers to is stored, 0
    for until its owner removes it.
    """

    code: str
    name: str
    kinds: tuple[str, ...]
    size: int
    pixels: int
    unpacked: int
    most: int
    readers: tuple[str, ...]
    cites: str
    sent: int = 0
    unused_days: int = 0


def read(section: Mapping[str, Any]) -> dict[str, UploadPurpose]:
    """Return the purposes by code, from the pack's `uploads` section.

    Raises KeyError, TypeError or ValueError when the section isn't valid.
    """
    return {row["code"]: _purpose(row) for row in section.get("purpose", ())}


def _purpose(row: Mapping[str, Any]) -> UploadPurpose:
    fields = dict(row)
    size, pixels = fields.pop("megabytes"), fields.pop("megapixels")
    unpacked = fields.pop("unpacked_megabytes")
    sent = fields.pop("sent_megabytes", size)
    if sent < size:
        raise ValueError(f"uploads for {fields['code']} could never be sent at their largest")
    if min(size, pixels, unpacked, fields["most"]) <= 0 or not fields["kinds"]:
        raise ValueError(f"uploads for {fields['code']} could never be taken")
    if fields.get("unused_days", 0) < 0:
        raise ValueError(f"uploads for {fields['code']} would be erased before they are sent")
    fields |= {name: tuple(fields[name]) for name in ("kinds", "readers")}
    return UploadPurpose(
        size=int(size * MEGA),
        pixels=int(pixels * MEGA),
        unpacked=int(unpacked * MEGA),
        sent=int(sent * MEGA),
        **fields,
    )
