"""The mailbox of the demonstration: receives every mail that the functions send, and shows it.

Nothing leaves this machine, to any address. Mails are stored as files in a folder.
"""

import email
import email.policy
import html
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from string import Template
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from infra.local import ports
from infra.local.errors import MailboxFailed

PATH = "/mailbox/"
SHOWN = 200


@dataclass(frozen=True)
class StoredMail:
    """One mail: its file's name without the suffix, and the message."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """Return its plain text."""
        body = self.message.get_body(("plain",))
        return body.get_content().replace("\r\n", "\n") if body else ""


class Mailbox:
    """A folder of mails, one file each, named so that they sort by time of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, content: bytes) -> None:
        """Store a mail as it came."""
        with self._lock:
            stem = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            names = (f"{stem}-{count}.eml" for count in itertools.count())
            path = next(p for name in names if not (p := self.folder / name).exists())
            part = path.with_suffix(".part")
            part.write_bytes(content)
            part.replace(path)

    def mails(self, to: str = "") -> list[StoredMail]:
        """Return the stored mails, the newest first; with `to` only those to that address."""
        files = sorted(self.folder.glob("*.eml"), reverse=True)
        kept = (self._read(file) for file in files)
        return [mail for mail in kept if not to or to in str(mail.message["To"])]

    def mail(self, name: str) -> StoredMail | None:
        """Return the mail of this name, or None."""
        # The name comes from a URL: it is compared, never made into a path.
        paths = (file for file in self.folder.glob("*.eml") if file.stem == name)
        return next((self._read(file) for file in paths), None)

    def _read(self, file: Path) -> StoredMail:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        return StoredMail(file.stem, message)


class _Catcher:
    """The handler of the SMTP server."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        self.mailbox.take(content.encode() if isinstance(content, str) else content or b"")
        return "250 OK"


@contextmanager
def catching(mailbox: Mailbox) -> Iterator[str]:
    """Receive mail by SMTP on a free port while the block runs; yield host:port.

    Raises MailboxFailed when the server can't start.
    """
    port = ports.free_port()
    catcher = Controller(_Catcher(mailbox), hostname=ports.LOOPBACK, port=port)
    try:
        catcher.start()
    except (OSError, RuntimeError, TimeoutError) as error:
        message = f"the mail catcher can't start: {error}"
        raise MailboxFailed(message) from None
    try:
        yield f"{ports.LOOPBACK}:{port}"
    finally:
        catcher.stop()


PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/mailbox/page.css"></head>
<body><main><p class="note">Only here: on AWS this mail would have been sent.</p>
<h1>$title</h1>
$content
</main></body></html>
""")
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem; padding: 0 1rem; }
.note { opacity: .75; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .4rem .8rem .4rem 0; text-align: left;
         vertical-align: top; overflow-wrap: anywhere; }
pre { font: inherit; overflow-wrap: anywhere; white-space: pre-wrap; }
"""


class Pages:
    """The mailbox's pages: a list of the mails, and each mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def routes(self) -> list[Route]:
        """Return the routes to put before those of the site."""
        return [
            Route(PATH, self.list),
            Route(f"{PATH}page.css", self.style),
            Route(f"{PATH}{{name}}", self.mail),
        ]

    def list(self, _request: Request) -> Response:
        """List all mails, the newest first."""
        rows = "".join(_row(mail) for mail in self.mailbox.mails()[:SHOWN])
        head = "<thead><tr><th>Came (UTC)</th><th>To</th><th>Subject</th></tr></thead>"
        table = f"<table>{head}<tbody>{rows}</tbody></table>"
        return _page("Mailbox", table if rows else "<p>No mail has been sent yet.</p>")

    def mail(self, request: Request) -> Response:
        """Show one mail."""
        mail = self.mailbox.mail(request.path_params["name"])
        if mail is None:
            return _page("No such mail", f'<p><a href="{PATH}">The mailbox</a></p>', 404)
        heads = "".join(
            f"<tr><th>{name}</th><td>{html.escape(str(mail.message[name] or ''))}</td></tr>"
            for name in ("From", "To", "Date", "Message-ID")
        )
        content = f"<table>{heads}</table><pre>{_linked(mail.text)}</pre>"
        back = f'<p><a href="{PATH}">The mailbox</a></p>'
        return _page(str(mail.message["Subject"]), content + back)

    def style(self, _request: Request) -> Response:
        """Return the pages' style sheet."""
        return Response(STYLE, media_type="text/css")


def _row(mail: StoredMail) -> str:
    message = mail.message
    cells = (
        _came(mail),
        html.escape(str(message["To"])),
        f'<a href="{PATH}{mail.name}">{html.escape(str(message["Subject"]))}</a>',
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _came(mail: StoredMail) -> str:
    """Return when a mail came (UTC), which its name begins with."""
    return f"{datetime.strptime(mail.name[:13], '%Y%m%dT%H%M').replace(tzinfo=UTC):%Y-%m-%d %H:%M}"


def _linked(text: str) -> str:
    """Return the text as HTML, with its web addresses as links."""
    words = (
        f'<a href="{html.escape(word)}">{html.escape(word)}</a>'
        if word.startswith(("http://", "https://"))
        else html.escape(word)
        for word in _words(text)
    )
    return "".join(words)


def _words(text: str) -> Iterator[str]:
    for _, group in itertools.groupby(text, str.isspace):
        yield "".join(group)


def _page(title: str, content: str, status: int = 200) -> HTMLResponse:
    filled: Any = PAGE.substitute(title=html.escape(title), content=content)
    return HTMLResponse(filled, status, headers={"Cache-Control": "no-store"})
