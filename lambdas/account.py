"""Sign-in and sign-out, the user's own account, and linking it to their member record."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lambdas import started
from signet.accounts import actions
from signet.accounts import typed as kept_typed
from signet.accounts.model import (
    HOME,
    SESSION_COOKIE,
    SIGN_IN_COOKIE,
    SignInDeclined,
    SignInFailed,
)
from signet.accounts.oidc import ProviderUnavailable
from signet.accounts.tables import MODELS
from signet.errors import Invalid, NotAllowed, NotFound
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.web import cookies, log, pages, typed
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import ANYONE, SIGNED_IN, App
from signet.web.errors import BadRequest
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, Says, read
from signet.web.request import Request

app = App("account")
handler = started(app, (*MODELS, *TRANSACTION_MODELS))

TYPED = f"{HOME}typed/"
LINK, CODE, SIGNED_OUT = f"{HOME}link/", f"{HOME}link/code/", f"{HOME}signed-out"


class Join(Form):
    """Which member record is asked for."""

    number: Annotated[str, Says(missing="Enter your registration number")] = Field(
        title="Registration number",
        description="As it stands on your certificate and in the register",
        max_length=20,
    )


class Code(Form):
    """The code that came by mail."""

    code: Annotated[str, Says(missing="Enter the code from the e-mail")] = Field(
        title="Code from the e-mail", description="Digits only; spaces don’t matter", max_length=40
    )


@app.get(HOME, SIGNED_IN)
def home(request: Request) -> Answer:
    """Show the user's account, their sessions, and the link to their member record."""
    me = request.principal
    context = {
        "sessions": actions.sessions(me, request.now),
        "act": request.new_id(),
        "joined": "joined" in request.query,
    }
    return Page("account/home.html", context)


@app.get(f"{HOME}sign-in", ANYONE)
def sign_in(request: Request) -> Answer:
    """Redirect to the sign-in page of the identity provider."""
    begun = actions.begin_sign_in(
        request.query.get("return", ""),
        browser=request.cookies.get(SIGN_IN_COOKIE, ""),
        now=request.now,
        random=app.random,
    )
    return SeeOther(begun.url, [cookies.keep(SIGN_IN_COOKIE, begun.cookie, begun.seconds)])


@app.get(f"{HOME}callback", ANYONE)
def callback(request: Request) -> Answer:
    """Handle the return from the identity provider, whether the sign-in succeeded or not."""
    try:
        if "code" not in request.query:
            raise SignInDeclined
        begun = actions.finish_sign_in(
            code=request.query["code"],
            state=request.query.get("state", ""),
            browser=request.cookies.get(SIGN_IN_COOKIE, ""),
            session=request.cookies.get(SESSION_COOKIE, ""),
            now=request.now,
            random=app.random,
        )
    except (SignInFailed, SignInDeclined) as failed:
        why = failed.why if isinstance(failed, SignInFailed) else ""
        log.problem(request, failed.code, why)
        return Page("account/failed.html", {"message": failed.message}, failed.status)
    kept = cookies.keep(SESSION_COOKIE, begun.token, begun.seconds)
    who = cookies.keep(kept_typed.WHO_COOKIE, begun.who, kept_typed.WHO_SECONDS)
    return SeeOther(begun.return_to, [kept, who, cookies.drop(SIGN_IN_COOKIE)])


@app.post(TYPED, ANYONE)
def keep_typed(request: Request) -> Answer:
    """Save what was typed into a form after the session ended, and redirect to sign-in."""
    carried = typed.of_hidden_fields(request)
    if carried is None:
        raise BadRequest
    cookie = kept_typed.keep(
        {**carried._asdict(), "fields": dict(carried.fields)},
        who=request.cookies.get(kept_typed.WHO_COOKIE, ""),
        session=request.cookies.get(SESSION_COOKIE, ""),
        now=request.now,
        random=app.random,
    )
    if cookie is None:
        return SeeOther(pages.sign_in(carried.page))
    seconds = int(kept_typed.HOLDS.total_seconds())
    held = cookies.keep(kept_typed.KEPT_COOKIE, cookie, seconds)
    return SeeOther(pages.sign_in(TYPED), [held])


@app.get(TYPED, SIGNED_IN)
def show_typed(request: Request) -> Answer:
    """Offer to restore the saved form, to the user who typed it and to no one else."""
    cookie = request.cookies.get(kept_typed.KEPT_COOKIE, "")
    try:
        content = kept_typed.load(request.principal, cookie, request.now)
    except (NotFound, NotAllowed) as error:
        context = {"typed": None, "message": error.message}
        return Page("account/typed.html", context, error.status)
    return Page("account/typed.html", {"typed": typed.Typed(**content)})


@app.post(f"{HOME}sign-out", ANYONE)
def sign_out(request: Request) -> Answer:
    """End the session here, then redirect so that the provider ends its own."""
    kept_typed.forget(request.cookies.get(kept_typed.KEPT_COOKIE, ""))
    try:
        onward = actions.sign_out(request.cookies.get(SESSION_COOKIE, ""))
    except ProviderUnavailable:
        onward = SIGNED_OUT  # our own session is over; nothing more can be done here
    gone = (SESSION_COOKIE, kept_typed.KEPT_COOKIE)
    return SeeOther(onward, [cookies.drop(name) for name in gone])


@app.get(SIGNED_OUT, ANYONE)
def signed_out(request: Request) -> Answer:
    """Confirm that the user is signed out."""
    del request
    return Page("account/signed_out.html")


@app.post(f"{HOME}sessions/<session>/end", SIGNED_IN)
def end_session(request: Request, session: str) -> Answer:
    """End one of the user's sessions."""
    actions.end_session(
        request.principal, session, now=request.now, operation_id=request.operation_id
    )
    return SeeOther(HOME)


@app.post(f"{HOME}sessions/end-others", SIGNED_IN)
def end_others(request: Request) -> Answer:
    """End all of the user's sessions but this one."""
    actions.end_others(request.principal, now=request.now, operation_id=request.operation_id)
    return SeeOther(HOME)


@app.get(LINK, SIGNED_IN)
def link(request: Request) -> Answer:
    """Ask for the number of the user's member record."""
    return Page("account/link.html", {"form": blank(Join, request.new_id())})


@app.post(LINK, SIGNED_IN)
def ask_code(request: Request) -> Answer:
    """Send a code to the e-mail address on record, if there is one."""
    try:
        number = read(Join, request.form).number
        actions.begin_link(
            request.principal,
            number,
            now=request.now,
            operation_id=request.operation_id,
            random=app.random,
        )
    except Invalid as invalid:
        again = FormView.again(Join, request.form, invalid, request.operation_id)
        return Page("account/link.html", {"form": again}, invalid.status)
    return SeeOther(CODE)


@app.get(CODE, SIGNED_IN)
def code(request: Request) -> Answer:
    """Ask for the code that was sent."""
    return Page("account/code.html", {"form": blank(Code, request.new_id())})


@app.post(CODE, SIGNED_IN)
def join(request: Request) -> Answer:
    """Link the account to the member record that the code was sent for."""
    try:
        code_sent = read(Code, request.form).code
        actions.finish_link(
            request.principal, code_sent, now=request.now, operation_id=request.operation_id
        )
    except Invalid as invalid:
        # Don't show a wrong code again; each attempt is an operation of its own.
        again = FormView.again(Code, {}, invalid, request.new_id())
        return Page("account/code.html", {"form": again}, invalid.status)
    return SeeOther(f"{HOME}?joined")
