"""The e-mail digest of postings: subscribing or not, and unsubscribing by a link in the mail."""

from __future__ import annotations

from pydantic import Field

from lambdas import started
from signet import policy as policies
from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.context import member_number
from signet.jobs.digest import subscribers, unsubscribe
from signet.jobs.tables import MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import ANYONE, App
from signet.web.forms import Form, read
from signet.web.request import Request

DIGEST = "/services/jobs/digest/"
STOP = f"{DIGEST}stop/<token>/"
FROM_MAIL = "mail"  # who did it, in the audit log: the holder of the mail

app = App("digest")
handler = started(app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS))


class Taken(Form):
    """Whether the digest is wanted."""

    wanted: bool = Field(title="Send me the digest")


def _often() -> str:
    return policies.load().career_centre.digest_often


@app.get(DIGEST, needs=Role.MEMBER)
def show_digest(request: Request) -> Answer:
    """Show whether the member gets the digest."""
    digest = subscribers.of(member_number(request.principal))
    context = {
        "title": "Jobs by e-mail",
        "taken": not digest.opted_out,
        "often": _often(),
        "act": request.new_id(),
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/applicants/digest.html", context)


@app.post(DIGEST, needs=Role.MEMBER)
def set_digest(request: Request) -> Answer:
    """Subscribe to the digest, or unsubscribe."""
    choice = read(Taken, request.form).wanted
    context = request.context(request.operation_id)
    subscribers.set_opted_out(context, member_number(request.principal), opted_out=not choice)
    return SeeOther(f"{DIGEST}?saved=yes")


@app.get(STOP, needs=ANYONE)
def show_unsubscribe(request: Request, token: str) -> Answer:
    """Ask to confirm: a program that only follows links must not unsubscribe anyone (RFC 8058)."""
    del request
    unsubscribe.member(token)
    context = {"title": "Stop the job e-mails", "stopped": False, "often": _often()}
    return Page("jobs/applicants/unsubscribe.html", context)


@app.post(STOP, needs=ANYONE, signed=True)
def stop(request: Request, token: str) -> Answer:
    """Unsubscribe, for a mail program or for the person who pressed the button.

    The address is the proof. Each request is an operation of its own, even one that changes
    nothing: a link may be used again by a member who has subscribed again since.
    """
    context = Context(FROM_MAIL, request.new_id(), request.now, request.today, policies.load())
    subscribers.set_opted_out(context, unsubscribe.member(token), opted_out=True)
    return Page(
        "jobs/applicants/unsubscribe.html",
        {"title": "The job e-mails are stopped", "stopped": True},
    )
