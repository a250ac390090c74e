"""Forms for uploading files to quarantine, straight from a browser."""

from __future__ import annotations

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError

from signet.complaints.model import FILES
from signet.errors import Unavailable
from signet.policy.uploads import UploadPurpose
from signet.uploads import objects
from signet.uploads.content.found import Kind
from signet.uploads.objects import UploadForm

PURPOSE = "complaint"


def forms_for(ids: Sequence[str], wanted: UploadPurpose, answer_to: str) -> tuple[UploadForm, ...]:
    """Return the upload form's data for each file, none while the store can't be reached.

    It raises no error, since the receipt has to be shown in any case. The store redirects to
    `answer_to`.
    """
    try:
        store = objects.connect()
        return tuple(store.upload_form(f"{FILES}{id_}", wanted.sent, answer_to) for id_ in ids)
    except (Unavailable, BotoCoreError):
        return ()


def accept(wanted: UploadPurpose) -> str:
    """Return the accepted media types, for a file field."""
    return ",".join(Kind(code).media for code in wanted.kinds)
