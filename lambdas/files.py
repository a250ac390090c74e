"""Users' files: where they are sent from, checked, listed, opened and removed.

The files themselves never pass through here: a browser sends them straight to the object store, and
fetches them there from an address that is valid for a minute. A Lambda response holds 6 MB at most
as text, too little for a larger file; and files from strangers are better kept off our own domain
altogether.

Files belong to the member, by the number of the record, so that they outlast an account. But any
signed-in user may apply for a job, so résumés belong to the account.
"""

from __future__ import annotations

import os
import re
import time

from pydantic import Field

from lambdas import started
from signet import policy as policies
from signet.accounts.model import STAFF
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd import conflicts
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.errors import NotAllowed, NotFound, Unavailable
from signet.policy.uploads import UploadPurpose
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads import actions
from signet.uploads.content import Kind
from signet.uploads.model import State, Upload
from signet.uploads.tables import MODELS
from signet.web import forms
from signet.web.answer import Answer, Page, SeeOther, own_path
from signet.web.app import SIGNED_IN, App, site_address
from signet.web.headers import origin
from signet.web.request import Request, id_of

FILES = "/services/files/"
NUMBER = re.compile(r"[0-9A-Za-z-]{1,20}")
STAFF_ROLES = tuple(sorted(STAFF))
OF_ACCOUNTS = frozenset({"resume", "request"})
CPD_EVIDENCE = "cpd-evidence"
# No further waiting file is checked for a page after that: one may take most of a request's time.
SECONDS = 2.0

app = App("files")
handler = started(app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *CPD_MODELS))


class Asked(forms.Form):
    """What a button for adding a file says: what the file is for, and where to come back to."""

    purpose: str = Field(max_length=40)
    back: str = Field(max_length=200)


@app.get(FILES, SIGNED_IN)
def show_files(request: Request) -> Answer:
    """List the files of one purpose, after checking those that waited for it."""
    purpose = _purpose(request.query.get("purpose", ""))
    how = actions.means(os.environ)
    until = time.monotonic() + SECONDS
    files = actions.check_waiting(
        _owner(request, purpose.code), purpose, how, request.now, lambda: time.monotonic() < until
    )
    context = {
        "title": purpose.name,
        "files": files,
        "purpose": purpose,
        "back": own_path(request.query.get("back", ""), otherwise=""),
        "page": request.target,
        "act": request.new_id(),
        "scanner": how.scanner.name,
    }
    return Page("files/list.html", context)


@app.post(FILES, SIGNED_IN)
def invite_file(request: Request) -> Answer:
    """Reserve room for a file that the user wants to add, and redirect to where it is sent."""
    asked = forms.read(Asked, request.form)
    upload = actions.invite(
        request.context(request.operation_id),
        _owner(request, asked.purpose),
        _purpose(asked.purpose),
        back=own_path(asked.back, otherwise=f"{FILES}?purpose={asked.purpose}"),
        id_=request.new_id(),
    )
    return SeeOther(f"{FILES}{upload.id}/send")


@app.get(f"{FILES}<file>/send", SIGNED_IN)
def show_sending(request: Request, file: str) -> Answer:
    """Show the form that sends one file to the store."""
    upload = _own(request, file)
    if upload.state is not State.AWAITED:
        return SeeOther(f"{FILES}{upload.id}/state")
    purpose = _purpose(upload.purpose)
    site = site_address()
    if not site:
        raise Unavailable  # the store couldn't redirect the browser back here
    posting = actions.form_for(
        upload, purpose, actions.connect(), f"{site}{FILES}sent?id={upload.id}", request.now
    )
    context = {
        "title": "Send a file",
        "posting": posting,
        "file": upload,
        "purpose": purpose,
        "accept": ",".join(Kind(code).media for code in purpose.kinds),
    }
    return Page("files/send.html", context, form_action=(origin(posting.url),))


@app.get(f"{FILES}sent", SIGNED_IN)
def receive_file(request: Request) -> Answer:
    """Check a file that the store says has arrived.

    The address comes from the browser and isn't trusted, so it is only looked up: a file is checked
    under its owner's key, or not at all.
    """
    upload = _own(request, request.query.get("id", ""))
    if request.query.get("key", upload.key) != upload.key:
        raise NotFound
    return _checked(request, upload)


@app.get(f"{FILES}<file>/state", SIGNED_IN)
def show_state(request: Request, file: str) -> Answer:
    """Show the state of one file, and what can be done with it."""
    upload = _own(request, file)
    context = {
        "title": "Your file",
        "file": upload,
        "purpose": _purpose(upload.purpose),
        "waits": upload.waits(request.now),
        "act": request.new_id(),
    }
    return Page("files/state.html", context)


@app.post(f"{FILES}<file>/check", SIGNED_IN)
def check_again(request: Request, file: str) -> Answer:
    """Check a file that couldn't be checked before."""
    return _checked(request, _own(request, file))


@app.post(f"{FILES}<file>/remove", SIGNED_IN)
def remove_file(request: Request, file: str) -> Answer:
    """Remove a file; do nothing if it is gone already."""
    back = own_path("".join(request.form.get("back", [])), otherwise=FILES)
    try:
        upload = _own(request, file)
    except NotFound:
        return SeeOther(back)
    objects = actions.connect()
    actions.remove(request.context(request.operation_id), upload, objects)
    return SeeOther(back)


@app.get(f"{FILES}<file>", SIGNED_IN)
def open_file(request: Request, file: str) -> Answer:
    """Redirect to the user's own file in the store."""
    return SeeOther(actions.address(_own(request, file), actions.connect()))


@app.get(f"{FILES}of/<number>/<file>", needs=STAFF_ROLES)
def open_file_of(request: Request, number: str, file: str) -> Answer:
    """Redirect staff whose role may see it to a member's file; write the audit log first."""
    if not NUMBER.fullmatch(number):
        raise NotFound
    try:
        upload = _found(f"member#{number}", file)
    except NotFound:
        upload = None
    readers = policies.load().uploads[upload.purpose].readers if upload else _all_readers()
    # Checked first: a user who may not see the file mustn't learn whether it exists.
    if not any(role in request.principal.roles for role in readers):
        raise NotAllowed
    if upload is None:
        raise NotFound
    if upload.purpose == CPD_EVIDENCE:  # not the member's own reviewer, nor one with a conflict
        conflicts.check(request.principal.account, request.principal.member or "", [number])
    address = actions.address(upload, actions.connect())
    by = request.principal.account
    actions.note_opening(upload, by=by, now=request.now, id_=request.new_id())
    return SeeOther(address)


def _all_readers() -> set[str]:
    return {role for purpose in policies.load().uploads.values() for role in purpose.readers}


def _checked(request: Request, upload: Upload) -> Answer:
    how = actions.means(os.environ)
    file = actions.check(upload, policies.load(), how, request.now)
    if file.state is State.CLEAN:
        return SeeOther(file.back)
    if file.state is State.AWAITED:
        return SeeOther(f"{FILES}{upload.id}/send")
    return SeeOther(f"{FILES}{upload.id}/state")


def _owner(request: Request, purpose: str) -> str:
    """Return whom a file of a purpose belongs to. Raises NotAllowed where that takes a member."""
    me = request.principal
    if purpose in OF_ACCOUNTS:
        return f"account#{me.account}"
    if not me.member:
        raise NotAllowed
    return f"member#{me.member}"


def _purpose(code: str) -> UploadPurpose:
    return actions.purpose(policies.load(), code)


def _own(request: Request, file: str) -> Upload:
    """Return a file of the account's or of its member's. Raises NotFound for any other."""
    me = request.principal
    try:
        return _found(f"account#{me.account}", file)
    except NotFound:
        if not me.member:
            raise
    return _found(f"member#{me.member}", file)


def _found(owner: str, file: str) -> Upload:
    return actions.find(owner, id_of(file))
