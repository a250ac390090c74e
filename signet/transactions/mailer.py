"""Composing mail from letters of the outbox, and sending it: by SMTP locally, by SES on AWS.

Texts are in site/services/mail, one in each file: the first line is the subject, the rest the body.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from signet import policy as policies
from signet.transactions.outbox import ADDRESS, QueuedMail, Undeliverable

TEXTS = Path(__file__).resolve().parents[2] / "site" / "services" / "mail"
SMTP_SECONDS = 20.0
DEFAULT_SENDER = "register@example.invalid"

Post = Callable[[EmailMessage], None]


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that is written on one line, as it is.

    The library would split a long URL and encode the pieces, which mail programs don't decode in a
    header of URLs (RFC 2369).
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = EmailPolicy(header_factory=_HEADERS)


def compose(letter: QueuedMail, address: str, now: datetime) -> EmailMessage:
    """Return the mail of a letter to an address.

    Its Message-ID is derived from the letter's id, so that a second copy can be recognized.
    `unsubscribe` in the template context is the path at which one click stops such mail. Raises
    Undeliverable if the address isn't valid, there is no such text, or the context lacks a value.
    """
    if not ADDRESS.fullmatch(address):
        raise Undeliverable("there is no address that mail can be sent to")
    sender = os.environ.get("SIGNET_MAIL_FROM", DEFAULT_SENDER)
    subject, _, body = _text(letter).partition("\n")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = f"{policies.load().regulator.short_name} <{sender}>"
    mail["To"] = address
    mail["Subject"] = subject.strip()
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # keeps out-of-office replies away
    if stop := letter.context.get("unsubscribe"):  # bulk mail (RFC 8058)
        mail["List-Unsubscribe"] = f"<{_site()}{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(body.strip() + "\n")
    return mail


def _text(letter: QueuedMail) -> str:
    shared = {
        "regulator": policies.load().regulator,
        "site": _site(),
    }
    try:
        text = _texts().get_template(f"{letter.template}.txt")
        return text.render({**shared, **letter.context}).strip()
    except TemplateError as error:
        raise Undeliverable(f"the text {letter.template} can't be written") from error


def _site() -> str:
    return os.environ.get("SIGNET_SITE_URL", "").rstrip("/")


@cache
def _texts() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text: nothing reads it as HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def by_smtp(place: str) -> Post:
    """Return a function that sends mail through the server at host:port."""
    host, _, port = place.rpartition(":")

    def post(mail: EmailMessage) -> None:
        with smtplib.SMTP(host, int(port), timeout=SMTP_SECONDS) as server:
            server.send_message(mail)

    return post


@cache
def by_ses() -> Post:
    """Return a function that sends mail through Amazon SES; the client is created on first use."""
    import boto3

    client: Any = boto3.client("sesv2")

    def post(mail: EmailMessage) -> None:
        client.send_email(
            FromEmailAddress=mail["From"],
            Destination={"ToAddresses": [mail["To"]]},
            Content={"Raw": {"Data": mail.as_bytes()}},
        )

    return post


def from_environment() -> Post:
    """Return the SMTP sender if SIGNET_SMTP names a server, else the SES sender."""
    place = os.environ.get("SIGNET_SMTP")
    return by_smtp(place) if place else by_ses()
