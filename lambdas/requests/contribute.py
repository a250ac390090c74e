"""What a contributor adds to another person's request, by the secret link in their mail.

The link opens what they are asked and nothing else of the request, and takes one answer.
"""

from __future__ import annotations

import re

from pydantic import Field

from lambdas import started
from signet import policy as policies
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.errors import NotFound
from signet.register.tables import RegisterRow
from signet.requests import contributing, operation
from signet.requests.contributing import BY_LINK, Asked
from signet.requests.tables import MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App
from signet.web.form_view import FormView, blank, shaped
from signet.web.forms import Form, FormInvalid, read
from signet.web.request import Request

BASE = "/services/requests/contribute/"
ONE = f"{BASE}<secret>/"
_SECRET = re.compile(r"[0-9a-f]{32}")

app = App("contribute")
handler = started(app, (*MODELS, *ACT_MODELS, *ACCOUNT_MODELS, RegisterRow))


class Decline(Form):
    """That a person can't contribute, and why."""

    reason: str = Field("", title="Why not, if you want to say?", max_length=1000)


def _context(request: Request, operation_id: str) -> Context:
    """Return the context of a contributor, who comes by a link."""
    return Context(BY_LINK, operation_id, request.now, request.today, policies.load())


def _asked(request: Request, secret: str) -> Asked:
    if not _SECRET.fullmatch(secret):
        raise NotFound
    return contributing.asked(_context(request, request.new_id()), secret)


@app.get(ONE, ANYONE)
def show_contribution(request: Request, secret: str) -> Answer:
    """Show what is asked, or that it was answered."""
    asked = _asked(request, secret)
    return _page(request, asked, secret, blank(asked.role.model, request.new_id()))


def _page(request: Request, asked: Asked, secret: str, form: FormView, status: int = 200) -> Answer:
    more = {
        "title": asked.role.title,
        "kind": asked.case.policy,
        "who": operation.name_of(_context(request, ""), asked.case),
        "asked": asked.contribution,
        "form": form,
        "fields_asked": shaped(form, {}),
        "declining": blank(Decline, request.new_id()),
        "at": f"{BASE}{secret}/",
        "crumbs": (),
    }
    return Page("requests/contribute.html", more, status)


@app.post(ONE, ANYONE)
def contribute(request: Request, secret: str) -> Answer:
    """Store the answer."""
    asked = _asked(request, secret)
    try:
        contribution = read(asked.role.model, request.form)
    except FormInvalid as invalid:
        form = FormView.again(asked.role.model, request.form, invalid, request.operation_id)
        return _page(request, asked, secret, form, invalid.status)
    contributing.answer(_context(request, request.operation_id), secret, contribution)
    return show_contribution(request, secret)


@app.post(f"{ONE}decline", ANYONE)
def decline(request: Request, secret: str) -> Answer:
    """Store that this person can't contribute."""
    _asked(request, secret)
    reason = read(Decline, request.form).reason
    contributing.decline(_context(request, request.operation_id), secret, reason)
    return show_contribution(request, secret)
