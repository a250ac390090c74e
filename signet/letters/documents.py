"""Documents as the product asks for them: what stands in each, and making the PDF of several.

On AWS a function of its own renders them, which has Typst, the fonts, and no right to anything
(docs/decisions/2026-11-30-documents-by-typst.md); it is named by a setting. Without that setting
they are rendered in this process. Either way nothing is lost when it fails: what a document says is
stored where it comes from, and it can be made again.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, ClassVar

from signet.errors import Unavailable
from signet.policy import Regulator

PDF = "application/pdf"
FUNCTION = "SIGNET_DOCUMENTS"  # names the function that renders; unset: this process does
FOR_THE_REGISTRAR = ("For the Registrar",)
CONNECT_SECONDS, READ_SECONDS = 2, 11  # of one try; with the second they end before the caller's
TRIES = 2
FAILED = (
    "The document can’t be made just now. Nothing is lost: what it says is kept. Please try again "
    "in a few minutes."
)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What stands on every document; each kind adds what its template in site/letters prints.

    `to` are the addressee's lines, name first; `dated` is the document's own day.
    """

    template: ClassVar[str]
    to: tuple[str, ...]
    dated: date
    reference: str


@dataclass(frozen=True, kw_only=True)
class Letter(Document):
    """A letter as an officer wrote it; empty lines part its paragraphs."""

    template = "letter"
    about: str
    text: str
    signed: tuple[str, ...] = FOR_THE_REGISTRAR


def render(documents: Sequence[Document], regulator: Regulator, title: str = "") -> bytes:
    """Return documents of one kind as one PDF, each beginning on a new page.

    The same documents give the same bytes. `title` names the file if there are several. Raises
    Unavailable when it can't be made, and ValueError without documents.
    """
    asked = request(documents, regulator, title)
    function = os.environ.get(FUNCTION, "")
    return _render_elsewhere(function, asked) if function else _render_here(asked)


def request(documents: Sequence[Document], regulator: Regulator, title: str = "") -> str:
    """Return, as JSON, what the renderer is asked for; arguments and errors are `render`'s."""
    if not documents:
        raise ValueError("there is no document to make")
    latest = datetime.combine(max(one.dated for one in documents), time(), UTC)
    asked = {
        "template": documents[0].template,
        "timestamp": int(latest.timestamp()),
        "data": {
            "title": title,
            "letterhead": _letterhead(regulator),
            "documents": [asdict(one) for one in documents],
        },
    }
    return json.dumps(asked, default=date.isoformat)


def _letterhead(regulator: Regulator) -> dict[str, Any]:
    ways = (regulator.telephone, regulator.email)
    lines = [*regulator.address, *filter(None, ways)]
    return {"name": regulator.name, "lines": lines, "paper": regulator.paper}


def _render_here(asked: str) -> bytes:
    # Imported here: functions that people wait for have neither Typst nor fonts.
    from signet.letters.typesetting import TypesettingError, typeset

    try:
        return typeset(json.loads(asked))
    except TypesettingError as error:
        raise Unavailable(FAILED) from error


def _render_elsewhere(function: str, asked: str) -> bytes:
    """Ask the function that renders. A second try does no harm: it changes nothing."""
    from botocore.exceptions import BotoCoreError, ClientError

    region = os.environ.get("AWS_REGION", "")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_LAMBDA", "")
    try:
        answer = _client(endpoint, region).invoke(FunctionName=function, Payload=asked.encode())
        content = answer["Payload"].read()
    except (ClientError, BotoCoreError):
        raise Unavailable(FAILED) from None  # its message may quote what was sent
    if "FunctionError" in answer:
        raise Unavailable(FAILED)
    try:
        return base64.b64decode(json.loads(content)["pdf"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise Unavailable(FAILED) from None


@cache
def _client(endpoint: str, region: str) -> Any:
    # Imported here: boto3 takes longer to import than everything else that a function needs.
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
    )
    return Session().client(
        "lambda", region_name=region or None, endpoint_url=endpoint or None, config=config
    )
