"""The e-mail digest of postings: subscribing or not, and unsubscribing by a link in the mail."""

from __future__ import annotations

from pydantic import Field

from lambdas import started
from signet import policy as policies
from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.context import Occasion, number_of
from signet.jobs.digest import subscribers, unsubscribe
from signet.jobs.tables import MODELS
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import ANYONE, App
from signet.web.forms import Form, read
from signet.web.request import Request

DIGEST = "/services/jobs/digest/"
STOP = f"{DIGEST}stop/<token>/"
FROM_MAIL = "mail"  # who did it, in the audit log: the holder of the mail

app = App("digest")
handler = started(app, (*MODELS, *ACT_MODELS, *ACCOUNT_MODELS))


class Taken(Form):
    """Whether the digest is wanted."""

    wanted: bool = Field(title="Send me the digest")


def _occasion(request: Request, account: str, act: str) -> Occasion:
    return Occasion(account, act, request.now, request.today, policies.load())


def _often(request: Request) -> str:
    return _occasion(request, "", "").jobs.digest_often


@app.get(DIGEST, needs=Role.MEMBER)
def show_digest(request: Request) -> Answer:
    """Show whether the member gets the digest."""
    held = subscribers.of(number_of(request.principal))
    facts = {
        "title": "Jobs by e-mail",
        "taken": not held.opted_out,
        "often": _often(request),
        "act": request.new_id(),
        "saved": request.query.get("saved", ""),
    }
    return Page("careers/digest.html", facts)


@app.post(DIGEST, needs=Role.MEMBER)
def set_digest(request: Request) -> Answer:
    """Subscribe to the digest, or unsubscribe."""
    wanted = read(Taken, request.form).wanted
    doing = _occasion(request, request.principal.account, request.act)
    subscribers.set_opted_out(doing, number_of(request.principal), opted_out=not wanted)
    return SeeOther(f"{DIGEST}?saved=yes")


@app.get(STOP, needs=ANYONE)
def show_stopping(request: Request, token: str) -> Answer:
    """Ask to confirm: a program that only follows links must not unsubscribe anyone (RFC 8058)."""
    unsubscribe.member(token)
    facts = {"title": "Stop the job e-mails", "stopped": False, "often": _often(request)}
    return Page("careers/stop.html", facts)


@app.post(STOP, needs=ANYONE, signed=True)
def stop(request: Request, token: str) -> Answer:
    """Unsubscribe, for a mail program or for the person who pressed the button.

    The address is the proof. Each request is an operation of its own, even one that changes
    nothing: a link may be used again by a member who has subscribed again since.
    """
    doing = _occasion(request, FROM_MAIL, request.new_id())
    subscribers.set_opted_out(doing, unsubscribe.member(token), opted_out=True)
    return Page("careers/stop.html", {"title": "The job e-mails are stopped", "stopped": True})
