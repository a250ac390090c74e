"""What can be done with files: invite one, have it checked, see, open and remove it.

A browser sends a file straight to the object store, which restricts the form to one key, one size
and one type. The file stays in quarantine until it has been checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from signet.errors import NotFound, Unavailable
from signet.policy import Policy
from signet.policy.uploads import UploadPurpose
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.transactions.commit import digest_of
from signet.transactions.context import Context
from signet.transactions.perform import ONCE, Command, Plan, perform
from signet.uploads import store
from signet.uploads.checking import Means as Means
from signet.uploads.checking import check as _check
from signet.uploads.evidence import clean as clean
from signet.uploads.evidence import find as find
from signet.uploads.evidence import listed as listed
from signet.uploads.evidence import purpose as purpose
from signet.uploads.evidence import released as released
from signet.uploads.evidence import used as used
from signet.uploads.model import AlreadySent, NotReady, State, TooManyFiles, Upload
from signet.uploads.objects import Objects, UploadForm
from signet.uploads.objects import connect as connect
from signet.uploads.removal import audit_subject, detail_of, finish
from signet.uploads.removal import remove as remove
from signet.uploads.scanner import chosen as scanner_chosen

COUNTED = {State.AWAITED, State.CHECKING, State.CLEAN}


def means(settings: Mapping[str, str]) -> Means:
    """Return the object store and the scanner that the settings name."""
    return Means(connect(settings), scanner_chosen(settings))


def invite(context: Context, owner: str, wanted: UploadPurpose, *, back: str, id_: str) -> Upload:
    """Make room for one file that an owner will send next; return its row.

    `id_` is fresh and random, made by the server and not by the client; `back` is the page to
    return to. Raises TooManyFiles. Two invitations at the same moment may exceed the limit by one.
    """
    upload = Upload(
        id=id_,
        owner=owner,
        purpose=wanted.code,
        by=context.account,
        back=back,
        invited_at=context.now,
        since=context.now if wanted.unused_days else None,
    )

    def plan() -> Plan:
        uploads = [u for u in listed(owner, wanted.code, context.now) if u.state in COUNTED]
        if len(uploads) >= wanted.most:
            raise TooManyFiles(wanted.most)
        return Plan(id_, [store.new(upload)], detail_of(upload))

    command = Command(owner, audit_subject(owner), "file-invited", digest_of(wanted.code, back))
    result = perform(context, command, plan, tries=ONCE)
    return upload if result == id_ else store.get(owner, result)


def form_for(
    upload: Upload, wanted: UploadPurpose, objects: Objects, answer_to: str, now: datetime
) -> UploadForm:
    """Return what a form needs for sending the file.

    `answer_to` is where the store redirects afterwards. Raises AlreadySent when the file arrived
    before, NotFound when the invitation is too old.
    """
    if upload.lapsed(now) or upload.state is State.REMOVED:
        raise NotFound
    if upload.state is not State.AWAITED:
        raise AlreadySent
    return objects.upload_form(upload.key, wanted.sent, answer_to)


def check(upload: Upload, policy: Policy, how: Means, now: datetime) -> Upload:
    """Check a file if it has arrived and waits for its check; return what is then known of it."""
    return _check(upload, purpose(policy, upload.purpose), how, now)


def check_waiting(
    owner: str,
    wanted: UploadPurpose,
    how: Means,
    now: datetime,
    more: Callable[[], bool] = lambda: True,
) -> list[Upload]:
    """Check an owner's waiting files, finish removals, and return the list of files.

    After the first that was checked, another is begun only while there is time for `more`.
    """
    checked = 0
    for upload in store.of(owner):
        if upload.state is State.REMOVED:
            finish(upload, how.objects)
        elif upload.purpose == wanted.code and upload.waits(now) and (not checked or more()):
            before = upload.version
            checked += _check(upload, wanted, how, now).version != before
    return listed(owner, wanted.code, now)


def address(upload: Upload, objects: Objects) -> str:
    """Return a URL that serves the file for a minute. Raises NotReady unless it is clean."""
    if upload.state is not State.CLEAN or upload.kind is None:
        raise NotReady
    return objects.address(upload.key, upload.kind.media, upload.filename)


def note_opening(upload: Upload, *, by: str, now: datetime, id_: str) -> None:
    """Record in the audit log that a member of staff is about to see a file, before they do.

    Raises Unavailable: what can't be recorded isn't shown.
    """
    try:
        line = Audit(audit_subject(upload.owner), "file-opened", by, now, detail_of(upload))
        audit.note(line, id_)
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
