"""Calls to the local database by a shorter way: half of what tests took was one client's care.

botocore writes what is asked and reads what is answered, as ever. In between it signs each call,
which this database doesn't look at, and prepares, sends and judges it in many steps; here it is
sent over one connection. What isn't answered, or not for good, goes the whole way, and so does
every call while something is put around calls (tests/faults), or where it is for anything else.

Where a call goes, and what a client says of itself, is worked out once a client, not once a call.

Also, tables that are bound again are reached by the client that there is: commands bind theirs each
time, and a client takes as long to make as ten calls.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session
from pynamodb.connection import Connection

from infra.local.ports import LOOPBACK

# Said for good: trying such a call again changes nothing, and botocore wouldn't.
FOR_GOOD = {
    "ConditionalCheckFailedException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "TransactionCanceledException",
    "ValidationException",
}
SECONDS = 60.0  # as long as botocore waits for an answer
CLIENTS = 8  # kept; most tests share one, and some have one of their own
_make_request = BaseClient._make_request  # type: ignore[attr-defined]
_resolve = BaseClient._resolve_endpoint_ruleset  # type: ignore[attr-defined]
_send = URLLib3Session.send
_client_of: Any = Connection.client.fget  # type: ignore[attr-defined]
_clients: dict[tuple[object, ...], Any] = {}
_own = threading.local()


class _Line(NamedTuple):
    """A connection of one thread of one process to one database."""

    process: int
    place: str
    socket: socket.socket
    answers: BinaryIO


class _Said(NamedTuple):
    """What a client says of itself, as botocore asks for it."""

    text: str

    def to_string(self) -> str:
        """Return it."""
        return self.text


def _placed(
    client: Any, operation: Any, asked: Any, context: dict[str, Any], **how: Any
) -> tuple[str, Any, Any]:
    """Return where a call goes, as `BaseClient._resolve_endpoint_ruleset` does.

    At an address that is given, it is the same whatever is asked.
    """
    place = urlsplit(client.meta.endpoint_url).hostname
    if how or place != LOOPBACK or client.meta.service_model.service_name != "dynamodb":
        found: tuple[str, Any, Any] = _resolve(client, operation, asked, context, **how)
        return found
    places = vars(client).setdefault("_places", {})
    if not places:
        client._user_agent_creator = _Said(client._user_agent_creator.to_string())
    if operation.name not in places:
        places[operation.name] = _resolve(client, operation, asked, context)
    address, headers, properties = places[operation.name]
    return address, dict(headers), dict(properties)


def _shortened(client: Any, operation: Any, asked: dict[str, Any], context: Any) -> Any:
    """Ask the database, as `BaseClient._make_request` does; return the answer, and it parsed."""
    place = urlsplit(asked["url"])
    is_whole = place.hostname != LOOPBACK or URLLib3Session.send is not _send
    if is_whole or client.meta.service_model.service_name != "dynamodb":
        return _make_request(client, operation, asked, context)
    try:
        answer = _told(_line(place.netloc), _written(client, place.netloc, asked), asked["url"])
    except (OSError, ValueError):
        _own.line = None
        return _make_request(client, operation, asked, context)
    parsed = _read(client, operation, answer)
    if answer.status_code != 200 and parsed["Error"]["Code"] not in FOR_GOOD:
        return _make_request(client, operation, asked, context)
    parsed["ResponseMetadata"]["RetryAttempts"] = 0
    return answer, parsed


def _line(place: str) -> _Line:
    """Return the thread's connection: a new one where it has none, or another process's."""
    held: _Line | None = getattr(_own, "line", None)
    if held is None or (held.process, held.place) != (os.getpid(), place):
        host, _, port = place.partition(":")
        made = socket.create_connection((host, int(port)), SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        held = _own.line = _Line(os.getpid(), place, made, made.makefile("rb"))
    return held


def _written(client: Any, place: str, asked: dict[str, Any]) -> bytes:
    """Write a request of HTTP. The database keeps apart tables of access keys and regions."""
    body: bytes = asked["body"]
    access = client._request_signer._credentials.access_key
    credential = f"{access}/20000101/{client.meta.region_name}/dynamodb/aws4_request"
    lines = (
        "POST / HTTP/1.1",
        f"Host: {place}",
        *(f"{name}: {value}" for name, value in asked["headers"].items()),
        f"Authorization: AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def _told(line: _Line, request: bytes, url: str) -> AWSResponse:
    """Send a request; return its answer. Raises ValueError when it isn't a whole one."""
    line.socket.sendall(request)
    status = int(line.answers.readline()[9:12])  # nothing, where the database has hung up
    headers: dict[str, str] = {}
    while (said := line.answers.readline()) not in (b"\r\n", b""):
        name, _, value = said.decode("latin-1").partition(":")
        headers[name.strip()] = value.strip()
    length = int(headers.get("Content-Length", "none"))
    answer = AWSResponse(url, status, HTTPHeaders.from_dict(headers), None)
    content = line.answers.read(length)
    if len(content) != length:
        raise ValueError("cut short")
    answer._content = content  # type: ignore[attr-defined]
    return answer


def _read(client: Any, operation: Any, answer: AWSResponse) -> Any:
    """Read an answer as botocore does."""
    endpoint = client._endpoint
    said = {"headers": answer.headers, "status_code": answer.status_code, "body": answer.content}
    said["context"] = {"operation_name": operation.name}
    protocol = operation.service_model.resolved_protocol
    parser = endpoint._response_parser_factory.create_parser(protocol)
    parsed = parser.parse(said, operation.output_shape)
    if answer.status_code != 200:
        endpoint._add_modeled_error_fields(said, parsed, operation, parser)
    return parsed


def _kept(connection: Any) -> Any:
    """Return the client for a connection: another's, where the same settings made it."""
    if connection._client is None and urlsplit(connection.host or "").hostname == LOOPBACK:
        settings = sorted(one for one in os.environ.items() if one[0].startswith("AWS_"))
        asked = (os.getpid(), connection.host, connection.region, *settings)
        if asked not in _clients:
            if len(_clients) == CLIENTS:
                _clients.clear()
            _clients[asked] = _client_of(connection)
        connection._client = _clients[asked]
    return _client_of(connection)


BaseClient._make_request = _shortened  # type: ignore[attr-defined]
BaseClient._resolve_endpoint_ruleset = _placed  # type: ignore[attr-defined]
Connection.client = property(_kept)  # type: ignore[method-assign,assignment]
