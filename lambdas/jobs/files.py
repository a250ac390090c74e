"""Files of companies: their logo and pictures, and résumés that applicants sent them.

As with members' files (lambdas.files), no file passes through here: browsers send to the store and
fetch from it. A résumé belongs to its sender; an employer reaches it only through the application,
or through the member's yes.
"""

from __future__ import annotations

import os

from lambdas import started
from lambdas.jobs.employers.shared import PICTURES, Desk, desk, handle_of, owners_desk
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.errors import NotFound, Unavailable
from signet.jobs import tables
from signet.jobs.applicants import applications, contact_requests
from signet.jobs.companies import pictures
from signet.jobs.companies.naming import number_of
from signet.jobs.tables import MODELS
from signet.policy.uploads import UploadPurpose
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads import actions
from signet.uploads.content import Kind
from signet.uploads.model import State, Upload
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN, App, site_address
from signet.web.headers import origin
from signet.web.request import Request, id_of

FILES = "/services/jobs/files/"
OF_COMPANY = f"{FILES}<company>/"

app = App("company-files")
handler = started(app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *UPLOAD_MODELS))


@app.post(OF_COMPANY, SIGNED_IN)
def invite_file(request: Request, company: str) -> Answer:
    """Reserve room for one more picture, and redirect to where it is sent."""
    at = owners_desk(request, company)
    upload = actions.invite(
        at.who.context,
        tables.company(at.company.id),
        _purpose(),
        back=f"{at.at('profile')}#pictures",
        id_=request.new_id(),
    )
    return SeeOther(f"{FILES}{company}/{upload.id}/send")


@app.get(f"{OF_COMPANY}<file>/send", SIGNED_IN)
def show_sending(request: Request, company: str, file: str) -> Answer:
    """Show the form that sends one file to the store."""
    at = owners_desk(request, company)
    upload = _found(at, file)
    if upload.state is not State.AWAITED:
        return SeeOther(f"{FILES}{company}/{upload.id}/state")
    site, purpose = site_address(), _purpose()
    if not site:
        raise Unavailable  # the store couldn't redirect the browser back here
    back = f"{site}{FILES}{company}/sent?id={upload.id}"
    posting = actions.form_for(upload, purpose, actions.connect(), back, request.now)
    context = {
        "posting": posting,
        "file": upload,
        "purpose": purpose,
        "accept": ",".join(Kind(code).media for code in purpose.kinds),
    }
    page = at.page_context("Send a picture", context, ("Company profile", at.at("profile")))
    return Page("files/send.html", page, form_action=(origin(posting.url),))


@app.get(f"{OF_COMPANY}sent", SIGNED_IN)
def receive_file(request: Request, company: str) -> Answer:
    """Check a file that the store says has arrived."""
    return _checked(request, owners_desk(request, company), request.query.get("id", ""))


@app.post(f"{OF_COMPANY}<file>/check", SIGNED_IN)
def check_again(request: Request, company: str, file: str) -> Answer:
    """Check a file that couldn't be checked before."""
    return _checked(request, owners_desk(request, company), file)


def _checked(request: Request, at: Desk, file: str) -> Answer:
    upload = _found(at, file)
    how = actions.means(os.environ)._replace(beside=pictures.copy_changes)
    checked = actions.check(upload, policies.load(), how, request.now)
    if checked.state is State.CLEAN:
        return SeeOther(checked.back)
    step = "send" if checked.state is State.AWAITED else "state"
    return SeeOther(f"{FILES}{at.company.id}/{upload.id}/{step}")


@app.get(f"{OF_COMPANY}<file>/state", SIGNED_IN)
def show_state(request: Request, company: str, file: str) -> Answer:
    """Show the state of one file, and what can be done with it."""
    at = owners_desk(request, company)
    upload = _found(at, file)
    context = {
        "file": upload,
        "purpose": _purpose(),
        "waits": upload.waits(request.now),
        "act": request.new_id(),
    }
    page = at.page_context("Your picture", context, ("Company profile", at.at("profile")))
    return Page("jobs/employers/file.html", page)


@app.post(f"{OF_COMPANY}<file>/remove", SIGNED_IN)
def remove_file(request: Request, company: str, file: str) -> Answer:
    """Remove a file that the profile doesn't use."""
    at = owners_desk(request, company)
    upload = _found(at, file)
    actions.remove(
        at.who.context,
        upload,
        actions.connect(),
        beside=pictures.removal_changes(upload),
    )
    return SeeOther(f"{at.at('profile')}#pictures")


@app.get(f"{OF_COMPANY}<file>", SIGNED_IN)
def open_file(request: Request, company: str, file: str) -> Answer:
    """Redirect to one of the company's pictures in the store."""
    at = owners_desk(request, company)
    return SeeOther(actions.address(_found(at, file), actions.connect()))


@app.get(f"{OF_COMPANY}resume/<number>/<account>", SIGNED_IN)
def open_resume(request: Request, company: str, number: str, account: str) -> Answer:
    """Redirect to an application's résumé in the store; record in the audit log first."""
    at = desk(request, company)
    application = applications.find(at.who, number_of(number), id_of(account))
    if not application.resume:
        raise NotFound
    return _handed_out(
        request, actions.find(tables.account(application.account), application.resume)
    )


@app.get(f"{OF_COMPANY}member/<handle>", SIGNED_IN)
def open_members_resume(request: Request, company: str, handle: str) -> Answer:
    """Redirect to the résumé of a member who said yes; record in the audit log first."""
    at = desk(request, company)
    owner, file = contact_requests.resume_of(at.who, handle_of(handle))
    return _handed_out(request, actions.find(owner, file))


def _handed_out(request: Request, upload: Upload) -> Answer:
    address = actions.address(upload, actions.connect())
    by = request.principal.account
    actions.note_opening(upload, by=by, now=request.now, id_=request.new_id())
    return SeeOther(address)


def _purpose() -> UploadPurpose:
    return actions.purpose(policies.load(), PICTURES)


def _found(at: Desk, file: str) -> Upload:
    upload = actions.find(tables.company(at.company.id), id_of(file))
    if upload.purpose != PICTURES:
        raise NotFound
    return upload
