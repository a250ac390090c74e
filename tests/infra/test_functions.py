"""Requests over real HTTP as the functions get them, and their answers as browsers do."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import functions, gateway
from infra.local.functions import LARGEST_BODY, Event
from tests.infra.serving import served
from tests.infra.waiting import PATIENCE

JPEG = bytes(range(256))
FORM = "application/x-www-form-urlencoded"
seen: list[Event] = []
together = threading.Barrier(2)


def echo(event: Event, context: Any) -> dict[str, Any]:
    assert context.aws_request_id
    assert 0 < context.get_remaining_time_in_millis() <= 29_000
    assert context.invoked_function_arn.endswith(f":{context.function_name}")
    return {"statusCode": 200, "body": json.dumps(event)}


def two_cookies(_event: Event, _context: Any) -> dict[str, Any]:
    return {
        "statusCode": 303,
        "headers": {"location": "/services/x", "content-security-policy": "default-src 'self'"},
        "cookies": ["__Host-a=1; Path=/; Secure", "b=2, and more; HttpOnly"],
    }


def picture(_event: Event, _context: Any) -> dict[str, Any]:
    content = base64.b64encode(JPEG).decode()
    headers = {"Content-Type": "image/jpeg"}
    return {"statusCode": 200, "headers": headers, "body": content, "isBase64Encoded": True}


def plain(_event: Event, _context: Any) -> dict[str, Any]:
    return {"said": "é"}


def broken(event: Event, _context: Any) -> dict[str, Any]:
    raise ValueError("canary-4711: " + event["rawPath"])


def meeting(_event: Event, _context: Any) -> dict[str, Any]:
    together.wait(PATIENCE)
    return {"statusCode": 200}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("the site")
    routes = {
        "/services/echo": echo,
        "/services/echo/inner": plain,
        "/services/cookies": two_cookies,
        "/services/picture": picture,
        "/services/broken": broken,
        "/services/meeting": meeting,
    }
    with served(gateway.application(site, [functions.mount(routes)])) as number:
        yield number


def ask(
    port: int, method: str, path: str, body: bytes = b"", *headers: tuple[str, str]
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path)
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def event_of(
    port: int, method: str, path: str, body: bytes = b"", *headers: tuple[str, str]
) -> Event:
    response, content = ask(port, method, path, body, *headers)
    assert response.status == 200, content
    event: Event = json.loads(content)
    return event


def test_headers_come_in_lower_case_with_several_values_joined(port: int) -> None:
    sent = (("X-Thing", "one"), ("x-thing", "two"), ("Accept-Language", "fr-CA"))
    headers = event_of(port, "GET", "/services/echo", b"", *sent)["headers"]
    assert headers["x-thing"] == "one,two"
    assert headers["accept-language"] == "fr-CA"
    assert headers["host"] == f"127.0.0.1:{port}"


def test_cookies_come_apart_from_the_headers(port: int) -> None:
    event = event_of(port, "GET", "/services/echo", b"", ("Cookie", "a=1; __Host-b=2==; c="))
    assert event["cookies"] == ["a=1", "__Host-b=2==", "c="]
    assert "cookie" not in event["headers"]
    assert "cookies" not in event_of(port, "GET", "/services/echo")


def test_the_path_comes_decoded_and_the_query_both_ways(port: int) -> None:
    event = event_of(port, "GET", "/services/echo/a%20%C3%A9?q=b%26c&q=d&empty=&plus=1+1")
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/services/echo/a é"
    assert event["requestContext"]["http"]["path"] == "/services/echo/a é"
    assert event["rawQueryString"] == "q=b%26c&q=d&empty=&plus=1+1"
    assert event["queryStringParameters"] == {"q": "b&c,d", "empty": "", "plus": "1 1"}
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["stage"] == "$default"


def test_without_a_query_there_are_no_parameters_and_no_body(port: int) -> None:
    event = event_of(port, "GET", "/services/echo")
    assert event["rawQueryString"] == ""
    assert event.keys().isdisjoint({"queryStringParameters", "body", "cookies"})


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        (FORM, True),
        ("multipart/form-data; boundary=x", True),
        ("application/pdf", True),
        ("application/json; charset=utf-8", False),
        ("text/plain", False),
    ],
)
def test_a_body_of_anything_but_text_comes_in_base64(port: int, kind: str, encoded: bool) -> None:
    body = "name=é&x=1".encode()
    event = event_of(port, "POST", "/services/echo", body, ("Content-Type", kind))
    assert event["isBase64Encoded"] is encoded
    assert (base64.b64decode(event["body"]) if encoded else event["body"].encode()) == body


def test_each_request_has_an_id_and_a_time_of_its_own(port: int) -> None:
    first, second = (event_of(port, "GET", "/services/echo")["requestContext"] for _ in "12")
    assert first["requestId"] != second["requestId"]
    assert first["timeEpoch"] <= second["timeEpoch"]


def test_each_cookie_set_is_a_header_of_its_own(port: int) -> None:
    response, _ = ask(port, "GET", "/services/cookies")
    assert response.status == 303
    assert response.headers["location"] == "/services/x"
    cookies = response.headers.get_all("set-cookie")
    assert cookies == ["__Host-a=1; Path=/; Secure", "b=2, and more; HttpOnly"]


def test_a_functions_own_policy_stands_and_what_it_leaves_out_is_added(port: int) -> None:
    response, _ = ask(port, "GET", "/services/cookies")
    assert response.headers.get_all("content-security-policy") == ["default-src 'self'"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_an_answer_in_base64_arrives_as_it_was(port: int) -> None:
    response, content = ask(port, "GET", "/services/picture", b"", ("Accept-Encoding", "gzip"))
    assert (response.headers["content-type"], content) == ("image/jpeg", JPEG)
    assert "content-encoding" not in response.headers


def test_an_answer_without_a_status_is_json(port: int) -> None:
    response, content = ask(port, "GET", "/services/echo/inner/deep")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(content) == {"said": "é"}


@pytest.mark.parametrize("path", ["/services/echoes", "/services/nothing", "/services/"])
def test_a_path_that_no_function_serves_is_not_found(port: int, path: str) -> None:
    response, content = ask(port, "GET", path)
    assert (response.status, content) == (404, b'{"message": "Not Found"}')


def test_a_function_that_fails_answers_without_telling_why(
    port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    response, content = ask(port, "GET", "/services/broken")
    assert (response.status, content) == (500, b'{"message": "Internal Server Error"}')
    told = capfd.readouterr().out
    assert "ValueError" in told
    assert "test_functions.py" in told
    assert "canary" not in told


def test_a_body_that_lambda_would_not_take_is_refused(port: int) -> None:
    response, _ = ask(port, "POST", "/services/echo", b"x" * (LARGEST_BODY + 1))
    assert response.status == 413


def test_a_slow_request_keeps_no_other_waiting(port: int) -> None:
    answers: list[int] = []

    def visit() -> None:
        answers.append(ask(port, "GET", "/services/meeting")[0].status)

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert answers == [200, 200], "each waited for the other to be there"


def test_the_site_is_there_beside_the_functions(port: int) -> None:
    assert ask(port, "GET", "/")[1] == b"the site"


def test_every_function_behind_the_gateway_can_be_loaded() -> None:
    assert all(callable(functions.load(name)) for name in functions.ROUTES.values())
