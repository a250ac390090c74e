"""A page before the emulator's sign-in: it can create an account, which the emulator's can't.

Cognito's own page does both. What is created here is a user of the emulator's pool, once the code
that was mailed to the address (see /mailbox/) is typed; then sign-in goes the usual way.
"""

import asyncio
import html
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from infra.local import identity
from infra.local.checkout import STYLE
from infra.local.identity import Pool, User
from infra.local.mailbox import Mailbox

PATH = "/sign-in-stand-in"
SHORTEST = 12  # characters of a password, as the pool on AWS requires
TRIES = 5


@dataclass
class Pending:
    """An account that waits for its code."""

    user: User
    code: str
    tries: int = 0


@dataclass
class SignIn:
    """The sign-in page of one site; `emulator` is the address it leads to."""

    emulator: str
    pool: Pool
    mailbox: Mailbox
    sender: str
    pending: dict[str, Pending] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def variables(self, site: str) -> dict[str, str]:
        """Return the setting that makes the account function send people here first."""
        return {"SIGNET_OIDC_AUTHORIZE_URL": f"{site}{PATH}/"}

    def routes(self) -> list[Route]:
        """Return the routes to put before those of the site."""
        return [
            Route(f"{PATH}/", self.show, methods=["GET"]),
            Route(f"{PATH}/", self.create, methods=["POST"]),
            Route(f"{PATH}/code", self.confirm, methods=["POST"]),
            Route(f"{PATH}/page.css", self.style),
        ]

    async def show(self, request: Request) -> Response:
        """Show both: signing in, and creating an account."""
        return self._start(request.url.query)

    async def create(self, request: Request) -> Response:
        """Read an address and a password, and mail a code."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        query, email = form.get("query", ""), form.get("email", "").strip()
        if error := _error(email, form.get("password", "")):
            return self._start(query, error, email)
        waiting = Pending(User(email, form["password"]), f"{secrets.randbelow(10**6):06}")
        name = secrets.token_urlsafe(16)
        with self._lock:
            self.pending[name] = waiting
        self.mailbox.take(self._mail(waiting))
        return _page(CODE, name=name, query=query, email=email, fault="")

    async def confirm(self, request: Request) -> Response:
        """Check the code; if it is right, create the account and continue to sign-in."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        query, name = form.get("query", ""), form.get("name", "")
        with self._lock:
            waiting = self.pending.get(name)
            if waiting is not None:
                waiting.tries += 1
        if waiting is None or waiting.tries > TRIES:
            return self._start(query, "That code holds no more. Create the account again.")
        if not secrets.compare_digest(form.get("code", "").strip().encode(), waiting.code.encode()):
            error = "That isn’t the code we mailed."
            return _page(CODE, name=name, query=query, email=waiting.user.email, fault=error)
        with self._lock:
            self.pending.pop(name, None)
        await asyncio.to_thread(identity.add_users, self.emulator, self.pool, [waiting.user])
        # A link, not a redirect: browsers check a form's redirects against the page's policy.
        return _page(MADE, onward=self._onward(query), email=waiting.user.email, fault="")

    async def style(self, _request: Request) -> Response:
        """Return the page's style sheet."""
        return Response(STYLE, media_type="text/css")

    def _onward(self, query: str) -> str:
        # Only the emulator's query is passed on, and only its own address is linked to.
        return f"{self.emulator}/oauth2/authorize?{urlencode(parse_qsl(query))}"

    def _start(self, query: str, error: str = "", email: str = "") -> Response:
        onward = self._onward(query)
        return _page(START, onward=onward, query=query, fault=error, email=email)

    def _mail(self, waiting: Pending) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, waiting.user.email
        mail["Subject"] = "Your code to create an account"
        mail.set_content(f"Type this code to create your account: {waiting.code}\n")
        return mail.as_bytes()


def _error(email: str, password: str) -> str:
    name, at, host = email.partition("@")
    if not (name and at and "." in host and email.isascii() and email.isprintable()):
        return "Type an e-mail address, such as name@company.example."
    if " " in email or len(password) < SHORTEST:
        return f"Choose a password of at least {SHORTEST} characters."
    return ""


PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/sign-in-stand-in/page.css"></head>
<body><main>
<p class="note"><strong>Demonstration.</strong> On AWS this is Cognito’s own page. Codes go to
<a href="/mailbox/">the mailbox of this machine</a>, whatever the address.</p>
$content
</main></body></html>
""")
START = Template("""$fault
<h1>Sign in</h1>
<p><a href="$onward">Sign in with an account you have</a></p>
<h2>New here? Create an account</h2>
<form method="post" action="/sign-in-stand-in/">
<input type="hidden" name="query" value="$query">
<p><label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="$email"></p>
<p><label for="password">Password, 12 characters or more</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12"
 required></p>
<p><button type="submit">Create the account</button></p>
</form>
""")
CODE = Template("""$fault
<h1>Type the code we mailed to $email</h1>
<form method="post" action="/sign-in-stand-in/code">
<input type="hidden" name="query" value="$query"><input type="hidden" name="name" value="$name">
<p><label for="code">Code of six digits</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required></p>
<p><button type="submit">Create the account</button></p>
</form>
""")
MADE = Template("""$fault
<h1>Your account is made</h1>
<p><a href="$onward">Sign in as $email</a></p>
""")


def _page(template: Template, **parts: str) -> Response:
    safe: Mapping[str, str] = {name: html.escape(part) for name, part in parts.items()}
    message = f'<p class="fault" role="alert">{safe["fault"]}</p>' if parts["fault"] else ""
    content = template.substitute({**safe, "fault": message})
    return HTMLResponse(
        PAGE.substitute(content=content),
        422 if message else 200,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"},
    )
